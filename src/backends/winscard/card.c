/*
 * The calls on a connection. Who holds the card, or has it alone, is served directly. Others may have to wait
 * for another program's transaction, which the service does without a bound: they take a transaction of their
 * own by the worker, bounded, and make their call when they have it. So a command that was given up is
 * never sent to the card later.
 */
#include "backends/winscard/card.h"

#include <string.h>

#include "backends/winscard/connection.h"
#include "backends/winscard/hold.h"
#include "backends/winscard/map.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/windows/ending.h"

#define ATTR_FRIENDLY_NAME 0x7FFF0003u
#define ATTRIB_MS 5000u /* how long a question about an attribute may */

static const struct winscard_card *const_from(const struct rm_card *card) {
    return CONTAINER_OF_CONST(card, struct winscard_card, base);
}

static SCARDHANDLE handle_of(const struct winscard_card *card) {
    return winscard_worker_handle(card->worker);
}

/* Ends */

/*
 * What became of the connection's disposition. A card that is gone, or was reset by others, is left all the
 * same.
 */
static rm_status disposed(rm_status status) {
    return winscard_is_notice(status) || status == RM_E_NO_SMARTCARD ? RM_OK : status;
}

static rm_status disconnect(struct winscard_card *card, uint32_t disposition, struct rm_bound *bound) {
    const struct winscard_limit limit =
        winscard_card_limit(card, disposition == RM_LEAVE ? RM_WITHIN(0) : bound);
    struct winscard_request request = {.call = WINSCARD_DISCONNECT, .disposition = disposition};
    bool taken = false;
    if (!card->worker)
        return card->lost;
    if (disposition != RM_LEAVE && !card->notice) {
        const rm_status status = winscard_card_take(card, &limit, &taken);
        /* Another program keeps the card: rather leave it as it is. */
        if (status == RM_E_TIMEOUT || status == RM_E_CANCELLED || !card->worker)
            return status;
    }
    request.direct = taken || winscard_card_is_owned(card);
    const rm_status status = winscard_worker_call(card->worker, &request, &limit);
    /* The worker finishes what the service is slow to do. */
    if (disposition == RM_LEAVE && (status == RM_E_TIMEOUT || status == RM_E_CANCELLED))
        return RM_OK;
    return disposed(status);
}

rm_status winscard_card_disconnect(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct winscard_card *card = winscard_card_from(base);
    if (ending_has_begun())
        return RM_OK;
    const rm_status status = disconnect(card, disposition, bound);
    if (card->worker) /* what could not be ended in time ends with the worker, also if the program made it */
        winscard_worker_claim(card->worker);
    winscard_card_destroy(card);
    return status;
}

void winscard_card_abandon(struct rm_card *base) {
    struct winscard_card *card = winscard_card_from(base);
    if (ending_has_begun())
        return;
    if (!card->adopted)
        (void)disconnect(card, RM_LEAVE, RM_WITHIN(0));
    else if (card->worker)
        (void)winscard_worker_end_all(card->worker);
    winscard_card_destroy(card);
}

rm_status winscard_card_hand_out(struct rm_card *base, uint64_t *context) {
    struct winscard_card *card = winscard_card_from(base);
    if (!card->worker || card->adopted || !winscard_worker_cut(card->worker, context))
        return RM_E_UNSUPPORTED_FEATURE;
    winscard_card_destroy(card);
    return RM_OK;
}

/* Talking */

uint64_t winscard_card_handle(const struct rm_card *base) {
    const struct winscard_card *card = const_from(base);
    return card->worker ? (uint64_t)handle_of(card) : 0;
}

const char *winscard_card_reader_name(const struct rm_card *base) {
    return const_from(base)->name;
}

rm_status winscard_card_status(struct rm_card *base, struct rm_card_status *out, struct rm_bound *bound) {
    struct winscard_card *card = winscard_card_from(base);
    const struct winscard_limit limit = winscard_card_limit(card, bound);
    struct winscard_request request = {.call = WINSCARD_STATUS, .direct = winscard_card_is_owned(card)};
    if (!card->worker)
        return card->lost;
    const rm_status status = winscard_card_call(card, &request, &limit);
    if (status == RM_OK && card->notice != RM_OK)
        return card->notice;
    if (status != RM_OK)
        return status;
    out->protocol = winscard_protocol_from(request.protocol);
    out->state = winscard_state_from(request.state, out->protocol);
    out->atr_size = winscard_atr_from(request.atr, request.atr_size, out->atr);
    return RM_OK;
}

/*
 * Where transmissions fail because the card is on its way out, the driver's error comes before the service's
 * notice.
 */
static rm_status bad_contact(struct winscard_card *card, rm_status status) {
    uint32_t state = 0;
    if (*card->reader && winscard_context_look(card->context, card->reader, &state) == RM_OK &&
        state & RM_STATE_EMPTY)
        return winscard_card_judge(card, RM_W_REMOVED_CARD);
    return status == RM_E_COMM_DATA_LOST ? RM_E_NOT_TRANSACTED : status;
}

rm_status winscard_card_transmit(struct rm_card *base, uint8_t nad, const uint8_t *send, size_t send_size,
                                 uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct winscard_card *card = winscard_card_from(base);
    const struct winscard_limit limit = winscard_card_limit(card, bound);
    const size_t room = *receive_size < WINSCARD_BUFFER_MAX ? *receive_size : WINSCARD_BUFFER_MAX;
    const SCARD_IO_REQUEST pci = {card->base.protocol, sizeof pci};
    DWORD received = (DWORD)room;
    bool taken = false;
    *receive_size = 0;
    /* The service's protocol header has no room for a node address. */
    if (nad != 0 && card->base.protocol == RM_PROTOCOL_T1)
        return card->worker ? RM_E_UNSUPPORTED_FEATURE : card->lost;
    if (send_size > WINSCARD_BUFFER_MAX)
        return RM_E_INVALID_PARAMETER;
    rm_status status = winscard_card_take(card, &limit, &taken);
    if (status != RM_OK)
        return status;
    winscard_worker_enter(card->worker);
    status = winscard_status_of_card(card->context->api->transmit(
        handle_of(card), &pci, send, (DWORD)send_size, NULL, receive, &received));
    winscard_worker_leave(card->worker);
    status = winscard_card_judge(card, status);
    if (status == RM_E_CANCELLED || status == RM_E_SYSTEM_CANCELLED) /* nobody knows what the card has done */
        card->notice = RM_W_RESET_CARD;
    winscard_card_give(card, taken);
    if (status == RM_OK && received > room)
        return RM_E_INSUFFICIENT_BUFFER;
    if (status == RM_OK && received < 2 && card->base.protocol != RM_PROTOCOL_RAW)
        status = RM_E_NOT_TRANSACTED; /* no status word */
    if (status == RM_E_NOT_TRANSACTED || status == RM_E_COMM_DATA_LOST || status == RM_F_COMM_ERROR)
        return bad_contact(card, status);
    if (status == RM_OK)
        *receive_size = received;
    return status;
}

/* pcsc-lite, which Wine talks to, has one number for two codes and means this one. */
static rm_status unsupported(rm_status status) {
    return status == RM_E_UNEXPECTED ? RM_E_UNSUPPORTED_FEATURE : status;
}

rm_status winscard_card_control(struct rm_card *base, uint32_t code, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    (void)bound;
    struct winscard_card *card = winscard_card_from(base);
    const struct winscard_limit limit =
        winscard_card_limit(card, RM_WITHIN(RM_INFINITE)); /* ended by rm_cancel() */
    const size_t room = *receive_size < WINSCARD_BUFFER_MAX ? *receive_size : WINSCARD_BUFFER_MAX;
    struct winscard_request request = {.call = WINSCARD_CONTROL,
                                       .code = code,
                                       .send = send,
                                       .send_size = (DWORD)send_size,
                                       .receive = receive,
                                       .receive_size = (DWORD)room};
    *receive_size = 0;
    if (!card->worker)
        return card->lost;
    if (send_size > WINSCARD_BUFFER_MAX)
        return RM_E_INVALID_PARAMETER;
    const rm_status status = unsupported(winscard_card_call(card, &request, &limit));
    if (status == RM_OK && request.receive_size > room)
        return RM_E_INSUFFICIENT_BUFFER;
    if (status == RM_OK)
        *receive_size = request.receive_size;
    return status;
}

/* What a question about the reader has: the call's time, and no more than questions take. */
static struct rm_bound *question_bound(struct rm_bound *bound, struct rm_bound *most) {
    return rm_bound_left(bound) < most->timeout_ms ? bound : most;
}

/* Some drivers keep no ATR among their attributes; the service has it all the same. */
static rm_status atr_attrib(struct winscard_card *card, uint8_t *value, size_t *size) {
    struct rm_card_status now;
    const size_t room = *size;
    const rm_status status = winscard_card_status(&card->base, &now, RM_WITHIN(ATTRIB_MS));
    if (status != RM_OK)
        return status;
    *size = now.atr_size;
    if (now.atr_size > room)
        return RM_E_INSUFFICIENT_BUFFER;
    memcpy(value, now.atr, now.atr_size);
    return RM_OK;
}

/*
 * The reader's name as the service lists it, which drivers know in the system's own code page, or not at all.
 */
static rm_status name_attrib(const struct winscard_card *card, uint8_t *value, size_t *size) {
    const size_t room = *size, need = strlen(card->name) + 1;
    *size = need;
    if (need > room)
        return RM_E_INSUFFICIENT_BUFFER;
    memcpy(value, card->name, need);
    return RM_OK;
}

rm_status winscard_card_get_attrib(struct rm_card *base, uint32_t id, uint8_t *value, size_t *size,
                                   struct rm_bound *bound) {
    struct winscard_card *card = winscard_card_from(base);
    const struct winscard_limit limit =
        winscard_card_limit(card, question_bound(bound, RM_WITHIN(ATTRIB_MS)));
    const size_t room = *size < WINSCARD_BUFFER_MAX ? *size : WINSCARD_BUFFER_MAX;
    struct winscard_request request = {
        .call = WINSCARD_GET_ATTRIB, .code = id, .receive = value, .receive_size = (DWORD)room};
    if (!card->worker)
        return card->lost;
    if (id == ATTR_FRIENDLY_NAME && *card->name)
        return name_attrib(card, value, size);
    const rm_status status = unsupported(winscard_card_call(card, &request, &limit));
    if (status == RM_E_UNSUPPORTED_FEATURE && id == RM_ATTR_ATR_STRING)
        return atr_attrib(card, value, size);
    if (status == RM_OK || status == RM_E_INSUFFICIENT_BUFFER)
        *size = request.receive_size;
    return status == RM_OK && request.receive_size > room ? RM_E_INSUFFICIENT_BUFFER : status;
}

rm_status winscard_card_set_attrib(struct rm_card *base, uint32_t id, const uint8_t *value, size_t size,
                                   struct rm_bound *bound) {
    struct winscard_card *card = winscard_card_from(base);
    const struct winscard_limit limit =
        winscard_card_limit(card, question_bound(bound, RM_WITHIN(ATTRIB_MS)));
    struct winscard_request request = {
        .call = WINSCARD_SET_ATTRIB, .code = id, .send = value, .send_size = (DWORD)size};
    if (!card->worker)
        return card->lost;
    if (size == 0 || size > WINSCARD_BUFFER_MAX)
        return RM_E_INVALID_PARAMETER;
    return unsupported(winscard_card_call(card, &request, &limit));
}

/* Giving the card back */

/*
 * A reset at the end of a transaction is made while we still hold the card: nobody comes in between, and it
 * is no news to ourselves.
 */
static rm_status initialise_held(struct winscard_card *card, uint32_t disposition) {
    const struct winscard_limit limit = winscard_card_limit(card, RM_WITHIN(RM_INFINITE));
    struct winscard_request request = {.call = WINSCARD_RECONNECT,
                                       .direct = true,
                                       .share = card->share,
                                       .protocols = card->base.protocol,
                                       .disposition = disposition};
    const rm_status status = winscard_card_call(card, &request, &limit);
    if (status == RM_OK)
        card->base.protocol = winscard_protocol_from(request.protocol);
    return status;
}

/* Ends the last level, and whatever else the service has counted for us. */
static rm_status end_last(struct winscard_card *card, uint32_t disposition) {
    rm_status status = winscard_card_judge(card, winscard_worker_end(card->worker, disposition));
    if (status == RM_OK)
        status = winscard_card_judge(card, winscard_worker_end_all(card->worker));
    /* Where a reset is told first, the transaction is ended by another call, after the reconnection. */
    if (card->depth > 0 && status != RM_W_RESET_CARD && status != RM_W_UNPOWERED_CARD)
        winscard_card_hold(card, 0);
    return status;
}

/* Can the reader eject a card? One that has no ejector starts it anew instead. */
static bool ejects(struct winscard_card *card) {
    uint8_t value[4] = {0};
    size_t size = sizeof value;
    return winscard_card_get_attrib(&card->base, RM_ATTR_CHARACTERISTICS, value, &size,
                                    RM_WITHIN(RM_INFINITE)) == RM_OK &&
           size >= 1 && value[0] & RM_CHARACTERISTIC_EJECTS;
}

rm_status winscard_card_end(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct winscard_card *card = winscard_card_from(base);
    rm_status reset = RM_OK;
    (void)bound; /* the service of Windows has no such thing */
    if (ending_has_begun())
        return RM_E_SYSTEM_CANCELLED;
    if (card->depth == 0 && !card->adopted)
        return RM_E_NOT_TRANSACTED;
    if (card->depth > 1 || !card->worker) { /* what it leaves behind is decided at the last level */
        card->depth -= card->depth > 0;
        return card->worker ? RM_OK : card->lost;
    }
    if (disposition == RM_EJECT && !ejects(card))
        disposition = RM_UNPOWER;
    const bool resets = disposition == RM_RESET || disposition == RM_UNPOWER;
    if (card->depth > 0 && resets && !card->noticed) {
        reset = initialise_held(card, disposition);
        disposition = RM_LEAVE;
    }
    if (!card->worker) { /* the connection has gone meanwhile, and the transaction with it */
        winscard_card_hold(card, 0);
        return reset != RM_OK ? reset : card->lost;
    }
    rm_status status = end_last(card, disposition);
    if (status == RM_E_NOT_TRANSACTED && resets)
        status = RM_OK; /* the reconnection has ended it */
    return reset != RM_OK ? reset : status;
}
