/*
 * Connections over Windows' smart card service. Calls of who holds the card, or has it alone, are made directly; others may
 * have to wait for another program's transaction, which the service does without a bound, and so go by the line's thread.
 */
#include "backends/winscard_card.h"

#include <stdlib.h>
#include <string.h>

#include "backends/winscard_line.h"
#include "base/clock.h"
#include "base/utf.h"

#define ADOPT_MS 5000u /* how long taking over a connection waits for another program's transaction */
#define NAME_ROOM 512

struct winscard_card {
    struct rm_card base;
    struct winscard_context *context;
    struct winscard_card *next;
    struct winscard_line *line; /* NULL: lost */
    rm_status lost;             /* why */
    wchar_t *reader;
    char *name; /* the same in UTF-8 */
    uint32_t share;
    unsigned depth; /* of the transaction */
    bool adopted;   /* the connection was made by the program itself */
};

static struct winscard_card *impl_from_card(struct rm_card *card) {
    return (struct winscard_card *)(void *)((char *)card - offsetof(struct winscard_card, base));
}

static struct winscard_context *impl_from_context(struct rm_context *context) {
    return (struct winscard_context *)(void *)((char *)context - offsetof(struct winscard_context, base));
}

/* Whether nobody else can make a call of this connection wait. */
static bool is_owned(const struct winscard_card *card) {
    return card->depth > 0 || card->share == RM_SHARE_EXCLUSIVE;
}

static SCARDHANDLE handle_of(const struct winscard_card *card) {
    return winscard_line_handle(card->line);
}

/* The connection is no more; others may have used the card since. */
static void lose(struct winscard_card *card, rm_status why) {
    card->line = NULL;
    card->depth = 0;
    card->adopted = false;
    card->lost = why;
}

/* Takes note of what a code says about the connection. */
static rm_status settle(struct winscard_card *card, rm_status status) {
    switch (status) {
    case RM_E_NO_SERVICE:
    case RM_E_SERVICE_STOPPED:
    case RM_E_INVALID_HANDLE:
    case RM_E_READER_UNAVAILABLE:
        winscard_line_close(card->line);
        lose(card, status);
        return status;
    case RM_E_NO_SMARTCARD:
        return RM_W_REMOVED_CARD;
    default:
        return status;
    }
}

/* A call on the connection, which is there. */
static rm_status call(struct winscard_card *card, struct winscard_request *request, uint32_t timeout_ms) {
    const struct winscard_bound bound = {
        .timeout_ms = timeout_ms, .cancels = &card->context->cancels, .direct = is_owned(card)};
    bool lost = false;
    const rm_status status = winscard_line_call(card->line, request, &bound, &lost);

    if (lost)
        lose(card, RM_W_RESET_CARD);
    return lost ? status : settle(card, status);
}

static void add(struct winscard_context *context, struct winscard_card *card) {
    EnterCriticalSection(&context->lock);
    card->next = context->cards;
    context->cards = card;
    LeaveCriticalSection(&context->lock);
}

static void destroy(struct winscard_card *card) {
    struct winscard_context *const context = card->context;

    EnterCriticalSection(&context->lock);
    for (struct winscard_card **at = &context->cards; *at; at = &(*at)->next) {
        if (*at == card) {
            *at = card->next;
            break;
        }
    }
    LeaveCriticalSection(&context->lock);
    winscard_line_close(card->line);
    free(card->reader);
    free(card->name);
    free(card);
}

/* A connection without a line; reader and name are taken over, also on failure. */
static struct winscard_card *create(struct winscard_context *context, wchar_t *reader, char *name) {
    struct winscard_card *const card = reader && name ? calloc(1, sizeof *card) : NULL;

    if (!card) {
        free(reader);
        free(name);
        return NULL;
    }
    card->base.ops = &winscard_ops;
    card->context = context;
    card->reader = reader;
    card->name = name;
    card->lost = RM_E_INVALID_HANDLE;
    return card;
}

/* Connects in a new line. */
static rm_status attach(struct winscard_card *card, uint32_t share, uint32_t protocols, uint32_t timeout_ms) {
    struct winscard_request request = {
        .call = WINSCARD_CONNECT, .reader = card->reader, .share = share, .protocols = protocols};
    const struct winscard_bound bound = {.timeout_ms = timeout_ms, .cancels = &card->context->cancels};
    struct winscard_line *line = NULL;
    bool lost = false;
    rm_status status = winscard_line_open(card->context->api, &line);

    if (status != RM_OK)
        return status;
    status = winscard_line_call(line, &request, &bound, &lost);
    if (status != RM_OK) {
        if (!lost)
            winscard_line_close(line);
        return status == RM_W_REMOVED_CARD ? RM_E_NO_SMARTCARD : status;
    }
    card->line = line;
    card->share = share;
    card->depth = 0;
    card->adopted = false;
    card->base.protocol = request.protocol;
    return RM_OK;
}

rm_status winscard_card_connect(struct rm_context *opaque, const char *reader, uint32_t share,
                                uint32_t protocols, uint32_t timeout_ms, struct rm_card **out) {
    struct winscard_context *const context = impl_from_context(opaque);
    struct winscard_card *const card = create(context, utf8_to_wide(reader, NULL), strdup(reader));

    if (!card)
        return RM_E_NO_MEMORY;
    const rm_status status = attach(card, share, protocols, timeout_ms);
    if (status != RM_OK) {
        destroy(card);
        return status;
    }
    add(context, card);
    *out = &card->base;
    return RM_OK;
}

/* Name of the reader that a connection is to, both ways. */
static rm_status learn_name(const struct winscard_api *api, SCARDHANDLE handle, wchar_t **reader,
                            char **name) {
    wchar_t names[NAME_ROOM];
    DWORD size = NAME_ROOM, state, protocol, atr_size = RM_ATR_MAX;
    BYTE atr[RM_ATR_MAX];
    const LONG code = api->status(handle, names, &size, &state, &protocol, atr, &atr_size);

    if (code != SCARD_S_SUCCESS)
        return (rm_status)code;
    *reader = wcsdup(names);
    *name = utf8_from_wide(names, wcslen(names), NULL);
    return *reader && *name ? RM_OK : RM_E_NO_MEMORY;
}

rm_status winscard_card_adopt(struct rm_context *opaque, uint64_t handle, struct rm_card **out) {
    struct winscard_context *const context = impl_from_context(opaque);
    struct winscard_request request = {.call = WINSCARD_STATUS};
    struct winscard_line *line = NULL;
    wchar_t *reader = NULL;
    char *name = NULL;

    if (handle == 0 || handle > UINTPTR_MAX)
        return RM_E_INVALID_HANDLE;
    rm_status status = winscard_line_open(context->api, &line);
    if (status != RM_OK)
        return status;
    winscard_line_set_handle(line, (SCARDHANDLE)handle, true);
    /* The first question may have to wait for another program; the name comes at once then. */
    const struct winscard_bound bound = {.timeout_ms = ADOPT_MS, .cancels = &context->cancels};
    bool lost = false;
    status = winscard_line_call(line, &request, &bound, &lost);
    if (status == RM_OK)
        status = learn_name(context->api, (SCARDHANDLE)handle, &reader, &name);
    struct winscard_card *const card = create(context, reader, name);
    if (status == RM_OK && !card)
        status = RM_E_NO_MEMORY;
    if (status != RM_OK) {
        free(card);
        if (!lost)
            winscard_line_close(line);
        return status;
    }
    card->line = line;
    card->share = RM_SHARE_SHARED; /* nobody tells; if it is exclusive, no call has to wait either */
    card->adopted = true;
    card->base.protocol = request.protocol;
    add(context, card);
    *out = &card->base;
    return RM_OK;
}

uint64_t winscard_card_handle(const struct rm_card *opaque) {
    const struct winscard_card *const card =
        (const struct winscard_card *)(const void *)((const char *)opaque -
                                                     offsetof(struct winscard_card, base));

    return card->line ? (uint64_t)handle_of(card) : 0;
}

const char *winscard_card_reader_name(const struct rm_card *opaque) {
    const struct winscard_card *const card =
        (const struct winscard_card *)(const void *)((const char *)opaque -
                                                     offsetof(struct winscard_card, base));

    return card->name;
}

static rm_status reconnect_once(struct winscard_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                uint32_t timeout_ms) {
    struct winscard_request request = {
        .call = WINSCARD_RECONNECT, .share = share, .protocols = protocols, .initialization = init};
    const rm_status status = call(card, &request, timeout_ms);

    if (status == RM_OK) {
        card->share = share;
        card->base.protocol = request.protocol;
    }
    return status == RM_W_REMOVED_CARD ? RM_E_NO_SMARTCARD : status;
}

/* Takes the levels of a transaction again that went with the former connection. */
static rm_status begin_again(struct winscard_card *card, unsigned depth, uint64_t deadline) {
    rm_status status = RM_OK;

    while (status == RM_OK && card->depth < depth)
        status = winscard_card_begin(&card->base, clock_left(deadline));
    return status;
}

rm_status winscard_card_reconnect(struct rm_card *opaque, uint32_t share, uint32_t protocols, uint32_t init,
                                  uint32_t timeout_ms) {
    struct winscard_card *const card = impl_from_card(opaque);
    const uint64_t deadline = clock_deadline(timeout_ms);
    const unsigned depth = card->depth;
    rm_status status;

    if (card->line) {
        status = reconnect_once(card, share, protocols, init, timeout_ms);
        if (card->line || status == RM_E_TIMEOUT || status == RM_E_CANCELLED)
            return status;
    }
    status = attach(card, share, protocols, clock_left(deadline));
    if (status == RM_OK && init != RM_LEAVE)
        status = reconnect_once(card, share, protocols, init, clock_left(deadline));
    return status == RM_OK ? begin_again(card, depth, deadline) : status;
}

rm_status winscard_card_disconnect(struct rm_card *opaque, uint32_t disposition) {
    struct winscard_card *const card = impl_from_card(opaque);
    rm_status status = card->lost;

    if (card->line) {
        status = (rm_status)card->context->api->disconnect(handle_of(card), disposition);
        winscard_line_set_handle(card->line, 0, false);
    }
    destroy(card);
    return status;
}

void winscard_card_abandon(struct rm_card *opaque) {
    destroy(impl_from_card(opaque));
}

void winscard_card_end_all(struct winscard_context *context) {
    while (context->cards)
        destroy(context->cards);
}

rm_status winscard_card_begin(struct rm_card *opaque, uint32_t timeout_ms) {
    struct winscard_card *const card = impl_from_card(opaque);
    struct winscard_request request = {.call = WINSCARD_BEGIN};

    if (!card->line)
        return card->lost;
    const rm_status status = call(card, &request, timeout_ms);
    if (status == RM_OK)
        card->depth++;
    return status;
}

rm_status winscard_card_end(struct rm_card *opaque, uint32_t disposition) {
    struct winscard_card *const card = impl_from_card(opaque);
    rm_status reset = RM_OK;

    if (card->depth == 0 && !card->adopted)
        return RM_E_NOT_TRANSACTED;
    if (!card->line)
        return card->lost;
    /* A reset is made while we still hold the card: nobody comes in between, and it is no news to ourselves. */
    if (card->depth > 0 && (disposition == RM_RESET || disposition == RM_UNPOWER)) {
        reset = reconnect_once(card, card->share, card->base.protocol, disposition, RM_INFINITE);
        disposition = RM_LEAVE;
    }
    if (card->depth > 0)
        card->depth--;
    if (!card->line)
        return card->lost;
    const rm_status status =
        settle(card, (rm_status)card->context->api->end_transaction(handle_of(card), disposition));
    return reset != RM_OK ? reset : status;
}

/* Windows tells one state. Wine hands on what pcsc-lite says: a set of bits, and above them a count of events. */
static enum rm_card_state state_from(DWORD state, DWORD protocol) {
    static const struct {
        DWORD bit;
        enum rm_card_state state;
    } bits[] = {{0x40, RM_CARD_SPECIFIC},  {0x20, RM_CARD_NEGOTIABLE}, {0x10, RM_CARD_POWERED},
                {0x08, RM_CARD_SWALLOWED}, {0x04, RM_CARD_PRESENT},    {0x02, RM_CARD_ABSENT}};

    if (state <= RM_CARD_SPECIFIC)
        return (enum rm_card_state)state;
    for (size_t i = 0; i < sizeof bits / sizeof *bits; i++) {
        if (!(state & bits[i].bit))
            continue;
        /* It calls a card negotiable that has a protocol already. */
        return bits[i].state == RM_CARD_NEGOTIABLE && protocol ? RM_CARD_SPECIFIC : bits[i].state;
    }
    return RM_CARD_UNKNOWN;
}

rm_status winscard_card_status(struct rm_card *opaque, struct rm_card_status *out, uint32_t timeout_ms) {
    struct winscard_card *const card = impl_from_card(opaque);
    struct winscard_request request = {.call = WINSCARD_STATUS};

    if (!card->line)
        return card->lost;
    const rm_status status = call(card, &request, timeout_ms);
    if (status != RM_OK)
        return status;
    out->state = state_from(request.state, request.protocol);
    out->protocol = request.protocol;
    out->atr_size = request.atr_size <= RM_ATR_MAX ? request.atr_size : 0;
    memcpy(out->atr, request.atr, out->atr_size);
    return RM_OK;
}

rm_status winscard_card_transmit(struct rm_card *opaque, uint8_t nad, const uint8_t *send, size_t send_size,
                                 uint8_t *receive, size_t *receive_size, uint32_t timeout_ms) {
    struct winscard_card *const card = impl_from_card(opaque);
    const size_t room = *receive_size < WINSCARD_BUFFER_MAX ? *receive_size : WINSCARD_BUFFER_MAX;
    struct winscard_request request = {.call = WINSCARD_TRANSMIT,
                                       .pci = {card->base.protocol, sizeof request.pci},
                                       .send = send,
                                       .send_size = (DWORD)send_size,
                                       .receive = receive,
                                       .receive_size = (DWORD)room};

    *receive_size = 0;
    if (!card->line)
        return card->lost;
    /* The service's protocol header has no room for a node address. */
    if (nad != 0 && card->base.protocol == RM_PROTOCOL_T1)
        return RM_E_UNSUPPORTED_FEATURE;
    if (send_size > WINSCARD_BUFFER_MAX)
        return RM_E_INVALID_PARAMETER;
    const rm_status status = call(card, &request, timeout_ms);
    if (status != RM_OK)
        return status;
    if (request.receive_size > room)
        return RM_E_INSUFFICIENT_BUFFER;
    if (request.receive_size < 2 && card->base.protocol != RM_PROTOCOL_RAW)
        return RM_E_NOT_TRANSACTED; /* no status word */
    *receive_size = request.receive_size;
    return RM_OK;
}

rm_status winscard_card_control(struct rm_card *opaque, uint32_t code, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size) {
    struct winscard_card *const card = impl_from_card(opaque);
    const DWORD room = (DWORD)(*receive_size < WINSCARD_BUFFER_MAX ? *receive_size : WINSCARD_BUFFER_MAX);
    DWORD received = 0;

    *receive_size = 0;
    if (!card->line)
        return card->lost;
    if (send_size > WINSCARD_BUFFER_MAX)
        return RM_E_INVALID_PARAMETER;
    const rm_status status =
        settle(card, (rm_status)card->context->api->control(handle_of(card), code, send, (DWORD)send_size,
                                                            receive, room, &received));
    if (status == RM_OK && received > room)
        return RM_E_INSUFFICIENT_BUFFER;
    if (status == RM_OK)
        *receive_size = received;
    return status;
}

rm_status winscard_card_get_attrib(struct rm_card *opaque, uint32_t id, uint8_t *value, size_t *size) {
    struct winscard_card *const card = impl_from_card(opaque);
    DWORD got = (DWORD)(*size < WINSCARD_BUFFER_MAX ? *size : WINSCARD_BUFFER_MAX);

    if (!card->line)
        return card->lost;
    const rm_status status =
        settle(card, (rm_status)card->context->api->get_attrib(handle_of(card), id, value, &got));
    if (status == RM_OK || status == RM_E_INSUFFICIENT_BUFFER)
        *size = got;
    return status;
}

rm_status winscard_card_set_attrib(struct rm_card *opaque, uint32_t id, const uint8_t *value, size_t size) {
    struct winscard_card *const card = impl_from_card(opaque);

    if (!card->line)
        return card->lost;
    if (size == 0 || size > WINSCARD_BUFFER_MAX)
        return RM_E_INVALID_PARAMETER;
    return settle(card, (rm_status)card->context->api->set_attrib(handle_of(card), id, value, (DWORD)size));
}
