/*
 * Holding a card: transactions of the port's user, and those of our own around a call that might have to wait. What is called
 * here is declared in card.h.
 */
#include "backends/winscard/card.h"
#include "backends/winscard/map.h"
#include "base/ending.h"

/*
 * The begin alone is the thread's. To send the command from there would save no hand-over, and one that was given up could reach
 * the card later.
 */
rm_status winscard_card_take(struct winscard_card *card, const struct winscard_limit *limit, bool *taken) {
    struct winscard_request request = {.call = WINSCARD_BEGIN};

    *taken = false;
    if (!card->line)
        return card->lost;
    if (ending_has_begun())
        return RM_E_SYSTEM_CANCELLED;
    if (card->notice != RM_OK)
        return card->notice;
    if (winscard_card_is_owned(card))
        return RM_OK;
    const rm_status status = winscard_card_call(card, &request, limit);
    *taken = status == RM_OK;
    return status;
}

void winscard_card_give(struct winscard_card *card, bool taken) {
    const struct winscard_limit limit = winscard_card_limit(card, RM_WITHIN(0));
    struct winscard_request request = {.call = WINSCARD_RECONNECT,
                                       .share = card->share,
                                       .protocols = card->base.protocol,
                                       .disposition = SCARD_LEAVE_CARD};

    if (!taken || !card->line || card->depth > 0)
        return;
    rm_status status = winscard_line_end_all(card->line);
    if (status != RM_W_RESET_CARD && status != RM_W_UNPOWERED_CARD)
        return;
    /* Some services tell of a reset and keep the transaction, which nobody would end: what they told, calls will tell. */
    status = winscard_line_call(card->line, &request, &limit);
    if (status == RM_OK)
        (void)winscard_line_end_all(card->line);
    card->noticed |= status != RM_OK;
    card->notice = card->was_removed ? RM_W_REMOVED_CARD : RM_W_RESET_CARD;
}

rm_status winscard_card_hold_again(struct winscard_card *card, const struct winscard_limit *limit) {
    struct winscard_request request = {.call = WINSCARD_BEGIN};

    if (card->depth == 0) {
        winscard_card_give(card, true);
        return RM_OK;
    }
    const rm_status status = winscard_card_call(card, &request, limit);
    if (status != RM_OK) {
        winscard_card_hold(card, 0);
        if (card->line)
            card->notice = RM_W_RESET_CARD;
    }
    return status;
}

/* Begun already: is the card still what it was? */
static rm_status begin_inner(struct winscard_card *card, const struct winscard_limit *limit) {
    struct winscard_request request = {.call = WINSCARD_STATUS, .direct = true};

    return winscard_card_call(card, &request, limit);
}

rm_status winscard_card_begin(struct rm_card *opaque, struct rm_bound *bound) {
    struct winscard_card *const card = winscard_card_from(opaque);
    struct winscard_request request = {.call = WINSCARD_BEGIN};
    const struct winscard_limit limit = winscard_card_limit(card, bound);

    if (!card->line)
        return card->lost;
    if (card->notice != RM_OK)
        return card->notice;
    request.direct = winscard_card_is_owned(card);
    const rm_status status = card->depth > 0 && !card->noticed ? begin_inner(card, &limit)
                                                               : winscard_card_call(card, &request, &limit);
    if (status == RM_OK)
        winscard_card_hold(card, card->depth + 1);
    return status;
}

/*
 * A reset at the end of a transaction is made while we still hold the card: nobody comes in between, and it is no news to
 * ourselves.
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
    rm_status status = winscard_card_settle(card, winscard_line_end(card->line, disposition));

    if (status == RM_OK)
        status = winscard_card_settle(card, winscard_line_end_all(card->line));
    /* Where a reset is told first, the transaction is ended by another call, after the reconnection. */
    if (card->depth > 0 && status != RM_W_RESET_CARD && status != RM_W_UNPOWERED_CARD)
        winscard_card_hold(card, 0);
    return status;
}

/* Can the reader eject a card? One that has no ejector starts it anew instead. */
static bool ejects(struct winscard_card *card) {
    uint8_t value[4] = {0};
    size_t size = sizeof value;

    return winscard_card_get_attrib(&card->base, RM_ATTR_CHARACTERISTICS, value, &size) == RM_OK &&
           size >= 1 && value[0] & RM_CHARACTERISTIC_EJECTS;
}

rm_status winscard_card_end(struct rm_card *opaque, uint32_t disposition) {
    struct winscard_card *const card = winscard_card_from(opaque);
    rm_status reset = RM_OK;

    if (ending_has_begun())
        return RM_E_SYSTEM_CANCELLED;
    if (card->depth == 0 && !card->adopted)
        return RM_E_NOT_TRANSACTED;
    if (card->depth > 1 || !card->line) { /* what it leaves behind is decided at the last level */
        card->depth -= card->depth > 0;
        return card->line ? RM_OK : card->lost;
    }
    if (disposition == RM_EJECT && !ejects(card))
        disposition = RM_UNPOWER;
    const bool resets = disposition == RM_RESET || disposition == RM_UNPOWER;
    if (card->depth > 0 && resets && !card->noticed) {
        reset = initialise_held(card, disposition);
        disposition = RM_LEAVE;
    }
    rm_status status = end_last(card, disposition);
    if (status == RM_E_NOT_TRANSACTED && resets)
        status = RM_OK; /* the reconnection has ended it */
    return reset != RM_OK ? reset : status;
}
