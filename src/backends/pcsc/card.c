/* The calls on a connection. The fast path is pcsc_card_transmit(). */
#include "backends/pcsc/card.h"

#include <string.h>

#include "backends/pcsc/access.h"
#include "backends/pcsc/connection.h"
#include "backends/pcsc/hold.h"
#include "backends/pcsc/wait.h"
#include "base/container.h"
#include "pcsclite/map.h"

#define REMOVAL_NOTE_MS 600u /* pcscd looks for the card every 400 ms */

uint64_t pcsc_card_handle(const struct rm_card *base) {
    const struct pcsc_card *card = CONTAINER_OF_CONST(base, struct pcsc_card, base);
    return pcsc_card_connected(card) ? (uint64_t)card->handle : 0;
}

const char *pcsc_card_reader_name(const struct rm_card *base) {
    const struct pcsc_card *card = CONTAINER_OF_CONST(base, struct pcsc_card, base);
    return card->name;
}

rm_status pcsc_card_disconnect(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct pcsc_card *card = pcsc_card_from(base);
    pcsc_context_check_fork(card->context);
    const rm_status status = pcsc_card_end(card, disposition, bound);
    pcsc_card_free(card);
    return status;
}

void pcsc_card_abandon(struct rm_card *base) {
    struct pcsc_card *card = pcsc_card_from(base);
    pcsc_context_check_fork(card->context);
    if (!card->adopted)
        (void)pcsc_card_end(card, RM_LEAVE, RM_WITHIN(0));
    pcsc_card_free(card);
}

/* Where transmissions fail because the card is on its way out, the service says so a moment later. */
static rm_status removed_meanwhile(struct pcsc_card *card, const struct rm_bound *bound) {
    uint32_t state = 0;
    if (!*card->name ||
        pcsc_reader_state(card->context, card->name, RM_STATE_PRESENT,
                          pcsc_access_left(bound, REMOVAL_NOTE_MS), &state) != RM_OK ||
        !(state & RM_STATE_EMPTY))
        return RM_E_NOT_TRANSACTED;
    card->was_reset = true;
    card->was_removed = true;
    return RM_W_REMOVED_CARD;
}

/* A start of the card by another client, of which the service has not told us. */
static rm_status note_reset(struct pcsc_card *card) {
    card->was_reset = true;
    return RM_W_RESET_CARD;
}

/* Has the protocol that we talk been undone? The service agrees on one anew after each start of the card. */
static bool protocol_is_undone(const struct pcsc_card *card, DWORD state, DWORD in_use) {
    return state & SCARD_PRESENT && in_use == SCARD_PROTOCOL_UNDEFINED &&
           (card->pci.dwProtocol == SCARD_PROTOCOL_T0 || card->pci.dwProtocol == SCARD_PROTOCOL_T1);
}

/*
 * The service refuses our protocol. Where another client starts the card while we reconnect, our notice of
 * that is cleared with the former ones, and this is how the start shows. A client that talks RAW is another
 * matter.
 */
static rm_status started_meanwhile(struct pcsc_card *card) {
    DWORD protocol = SCARD_PROTOCOL_UNDEFINED;
    const rm_status status = pcsc_card_ask_protocol(card, &protocol);
    if (status != RM_OK && status != RM_E_SHARING_VIOLATION)
        return status;
    /* The same as ours again: it has been started and agreed on twice. */
    if (protocol == SCARD_PROTOCOL_RAW)
        return RM_E_PROTO_MISMATCH;
    return note_reset(card);
}

/*
 * The transmission has failed. Another client may have switched the card off at this moment, or it is on its
 * way out: the service says so now, or a moment later.
 */
static rm_status failed_meanwhile(struct pcsc_card *card, const struct rm_bound *bound) {
    DWORD protocol = SCARD_PROTOCOL_UNDEFINED;
    const rm_status status = pcsc_card_ask_protocol(card, &protocol);
    if (status != RM_OK && status != RM_E_SHARING_VIOLATION)
        return status;
    if (status == RM_OK && protocol_is_undone(card, SCARD_PRESENT, protocol))
        return note_reset(card);
    return removed_meanwhile(card, bound);
}

rm_status pcsc_card_transmit(struct rm_card *base, uint8_t nad, const uint8_t *send, size_t send_size,
                             uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct pcsc_card *card = pcsc_card_from(base);
    const DWORD room = *receive_size < PCSC_RECEIVE_MAX ? *receive_size : PCSC_RECEIVE_MAX;
    struct pcsc_access access = {.bound = bound, .limit_ms = rm_bound_left(bound)};
    rm_status status = RM_OK;
    rm_status broken;
    LONG code;
    DWORD received;
    *receive_size = 0;
    if (!pcsc_card_ready(card))
        return pcsc_card_refusal(card);
    /* The library's protocol header has no room for a node address. */
    if (nad != 0 && card->base.protocol == RM_PROTOCOL_T1)
        return RM_E_UNSUPPORTED_FEATURE;
    if (pcsc_access_asks_first(card, &access, PCSC_ACCESS_SHORT_MS))
        status = pcsc_access_await(card, &access);
    if (status != RM_OK)
        return status;
    do {
        const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_LOOP, access.limit_ms);
        received = room;
        code = pcsc_card_api(card)->transmit(card->handle, &card->pci, send, send_size, NULL, receive,
                                             &received);
        broken = pcsc_card_leave(card, ticket);
    } while (broken == RM_OK && code != SCARD_S_SUCCESS && pcsc_access_again(card, code, &access, &status));
    if (status == RM_OK && (code != SCARD_S_SUCCESS || broken != RM_OK))
        status = pcsc_card_judge(card, code, broken);
    if (status == RM_OK && received > room)
        status = RM_E_INSUFFICIENT_BUFFER;
    if (status == RM_OK && received < 2 && card->base.protocol != RM_PROTOCOL_RAW)
        status = RM_E_NOT_TRANSACTED; /* no status word: the driver lost the card and says nothing */
    if (status == RM_OK)
        *receive_size = received;
    if (status == RM_E_PROTO_MISMATCH)
        return started_meanwhile(card);
    return status == RM_E_NOT_TRANSACTED ? failed_meanwhile(card, bound) : status;
}

rm_status pcsc_card_status(struct rm_card *base, struct rm_card_status *out, struct rm_bound *bound) {
    struct pcsc_card *card = pcsc_card_from(base);
    struct pcsc_access access = pcsc_access_of(bound);
    BYTE atr[MAX_ATR_SIZE];
    DWORD atr_size, state, protocol;
    rm_status status = RM_OK;
    rm_status broken;
    LONG code;
    if (!pcsc_card_ready(card))
        return pcsc_card_refusal(card);
    if (!pcsc_card_owned(card))
        status = pcsc_access_await(card, &access);
    if (status != RM_OK)
        return status;
    do {
        const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_ASK, access.limit_ms);
        atr_size = sizeof atr;
        code = pcsc_card_api(card)->status(card->handle, NULL, NULL, &state, &protocol, atr, &atr_size);
        broken = pcsc_card_leave(card, ticket);
    } while (broken == RM_OK && code != SCARD_S_SUCCESS && pcsc_access_again(card, code, &access, &status));
    if (status != RM_OK)
        return status;
    status = pcsc_card_judge(card, code, broken);
    if (status == RM_OK && protocol_is_undone(card, state, protocol))
        status = note_reset(card);
    if (status != RM_OK)
        return status;
    out->state = pcsc_card_state_from(state, protocol);
    out->protocol = pcsc_protocol_from(protocol);
    out->atr_size = pcsc_atr_from(atr, atr_size, out->atr);
    return RM_OK;
}

/*
 * A reset at the end of a transaction is made while we still hold the card: so nobody comes in between, the
 * protocol is agreed on again, and our own connection is not told of its own reset.
 */
static rm_status initialise_held(struct pcsc_card *card, uint32_t disposition, struct rm_bound *bound) {
    DWORD protocol = card->pci.dwProtocol;
    const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_LOOP, pcsc_limit_of(bound));
    const LONG code = pcsc_card_api(card)->reconnect(card->handle, card->share, card->pci.dwProtocol,
                                                     disposition, &protocol);
    const rm_status status = pcsc_card_judge(card, code, pcsc_card_leave(card, ticket));
    if (status == RM_OK)
        pcsc_card_adjust(card, protocol, card->share);
    return status;
}

/* Can the reader eject a card? Where the driver does not say so, it cannot. */
static bool can_eject(struct pcsc_card *card, struct rm_bound *bound) {
    uint8_t bits[4] = {0};
    size_t size = sizeof bits;
    return pcsc_card_get_attrib(&card->base, RM_ATTR_CHARACTERISTICS, bits, &size, bound) == RM_OK && size &&
           bits[0] & RM_CHARACTERISTIC_EJECTS;
}

rm_status pcsc_card_end_transaction(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct pcsc_card *card = pcsc_card_from(base);
    rm_status reset = RM_OK;
    if (card->depth == 0 && !card->adopted)
        return RM_E_NOT_TRANSACTED;
    if (card->depth > 1)
        disposition = RM_LEAVE; /* it takes effect at the last level */
    if (disposition == RM_EJECT && pcsc_card_ready(card) && !can_eject(card, bound))
        disposition = RM_UNPOWER;
    if (pcsc_card_ready(card) && card->depth > 0 && (disposition == RM_RESET || disposition == RM_UNPOWER)) {
        reset = initialise_held(card, disposition, bound);
        disposition = RM_LEAVE;
    }
    if (!pcsc_card_ready(card)) {
        if (card->depth > 0 && !pcsc_card_connected(card))
            pcsc_card_hold(card, card->depth - 1); /* not to be begun again with the next connection */
        return reset != RM_OK ? reset : pcsc_card_refusal(card);
    }
    const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_DAEMON, pcsc_limit_of(bound));
    const LONG code = pcsc_card_api(card)->end_transaction(card->handle, disposition);
    const rm_status status = pcsc_card_judge(card, code, pcsc_card_leave(card, ticket));
    /* pcscd tells of a reset first, and keeps the lock: it is ended by another call, after reconnecting. */
    if (card->depth > 0 && status != RM_W_RESET_CARD && status != RM_W_UNPOWERED_CARD)
        pcsc_card_hold(card, card->depth - 1);
    return reset != RM_OK ? reset : status;
}

rm_status pcsc_card_control(struct rm_card *base, uint32_t code, const uint8_t *send, size_t send_size,
                            uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct pcsc_card *card = pcsc_card_from(base);
    const DWORD room = *receive_size < PCSC_RECEIVE_MAX ? *receive_size : PCSC_RECEIVE_MAX;
    struct pcsc_access access = {.bound = bound, .limit_ms = pcsc_limit_of(bound)};
    DWORD received;
    rm_status status = RM_OK;
    rm_status broken;
    LONG result;
    *receive_size = 0;
    if (!pcsc_card_ready(card))
        return pcsc_card_refusal(card);
    if (pcsc_access_asks_first(card, &access, PCSC_ACCESS_SHORT_MS))
        status = pcsc_access_await(card, &access);
    if (status != RM_OK)
        return status;
    do {
        const uint32_t limit_ms = access.limit_ms == RM_INFINITE ? PCSC_WHILE_ALIVE : access.limit_ms;
        const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_LOOP, limit_ms);
        received = 0;
        result = pcsc_card_api(card)->control(card->handle, pcsc_control_to(code), send, send_size, receive,
                                              room, &received);
        broken = pcsc_card_leave(card, ticket);
    } while (broken == RM_OK && result != SCARD_S_SUCCESS &&
             pcsc_access_again(card, result, &access, &status));
    if (status == RM_OK)
        status = pcsc_card_judge(card, result, broken);
    if (status == RM_OK && received > room)
        return RM_E_INSUFFICIENT_BUFFER;
    if (status == RM_OK)
        *receive_size = received;
    return status;
}

/* Some drivers keep no ATR among their attributes; the service has it all the same. */
static rm_status atr_attrib(struct pcsc_card *card, BYTE *value, DWORD *size) {
    struct rm_card_status now;
    const rm_status status = pcsc_card_status(&card->base, &now, RM_WITHIN(PCSC_ANSWER_MS));
    if (status != RM_OK)
        return status;
    memcpy(value, now.atr, now.atr_size);
    *size = (DWORD)now.atr_size;
    return RM_OK;
}

/*
 * pcscd has the name, but gives it only where the driver says in a certain way that it does not: some have
 * other ways.
 */
static rm_status name_attrib(const struct pcsc_card *card, BYTE *value, DWORD *size) {
    const size_t length = strlen(card->name) + 1;
    if (length == 1 || length > PCSC_ATTRIB_MAX)
        return RM_E_UNSUPPORTED_FEATURE;
    memcpy(value, card->name, length);
    *size = (DWORD)length;
    return RM_OK;
}

/*
 * The driver has no answer; with the card and the connection nothing is wrong. The room we give is the
 * largest there is: too small is what pcscd says of a driver that has set the size to nothing.
 */
static bool is_unanswered(rm_status status) {
    return status == RM_E_UNSUPPORTED_FEATURE || status == RM_E_NOT_TRANSACTED ||
           status == RM_E_INSUFFICIENT_BUFFER;
}

rm_status pcsc_card_get_attrib(struct rm_card *base, uint32_t id, uint8_t *value, size_t *size,
                               struct rm_bound *bound) {
    struct pcsc_card *card = pcsc_card_from(base);
    const size_t room = *size;
    BYTE whole[PCSC_ATTRIB_MAX];
    DWORD got = sizeof whole;
    if (!pcsc_card_ready(card))
        return pcsc_card_refusal(card);
    const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_ASK, pcsc_limit_of(bound));
    const LONG code = pcsc_card_api(card)->get_attrib(card->handle, id, whole, &got);
    rm_status status = pcsc_card_judge(card, code, pcsc_card_leave(card, ticket));
    if (status == RM_E_UNSUPPORTED_FEATURE && id == RM_ATTR_ATR_STRING)
        status = atr_attrib(card, whole, &got);
    if (is_unanswered(status) && (id == RM_ATTR_FRIENDLY_NAME || id == RM_ATTR_SYSTEM_NAME))
        status = name_attrib(card, whole, &got);
    if (status != RM_OK)
        return status;
    if (got > sizeof whole)
        return RM_E_INSUFFICIENT_BUFFER;
    *size = got;
    if (got > room)
        return RM_E_INSUFFICIENT_BUFFER;
    memcpy(value, whole, got);
    return RM_OK;
}

rm_status pcsc_card_set_attrib(struct rm_card *base, uint32_t id, const uint8_t *value, size_t size,
                               struct rm_bound *bound) {
    struct pcsc_card *card = pcsc_card_from(base);
    if (!pcsc_card_ready(card))
        return pcsc_card_refusal(card);
    if (size == 0)
        return RM_E_INVALID_PARAMETER;
    const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_DAEMON, pcsc_limit_of(bound));
    const LONG code = pcsc_card_api(card)->set_attrib(card->handle, id, value, size);
    return pcsc_card_judge(card, code, pcsc_card_leave(card, ticket));
}
