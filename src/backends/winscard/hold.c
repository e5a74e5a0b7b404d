/*
 * Holding a card: transactions of the port's user, and those of our own around a call that might have to
 * wait. See hold.h.
 */
#include "backends/winscard/hold.h"

#include "base/windows/ending.h"

/*
 * The begin alone is the thread's. To send the command from there would save no hand-over, and one that was
 * given up could reach the card later.
 */
rm_status winscard_card_take(struct winscard_card *card, const struct winscard_limit *limit, bool *taken) {
    struct winscard_request request = {.call = WINSCARD_BEGIN};
    *taken = false;
    if (!card->worker)
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
    if (!taken || !card->worker || card->depth > 0)
        return;
    rm_status status = winscard_worker_end_all(card->worker);
    if (status != RM_W_RESET_CARD && status != RM_W_UNPOWERED_CARD)
        return;
    /*
     * Some services tell of a reset and keep the transaction, which nobody would end: what they told, calls
     * will tell.
     */
    status = winscard_worker_call(card->worker, &request, &limit);
    if (status == RM_OK)
        (void)winscard_worker_end_all(card->worker);
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
        if (card->worker)
            card->notice = RM_W_RESET_CARD;
    }
    return status;
}

/* Begun already: is the card still what it was? */
static rm_status begin_inner(struct winscard_card *card, const struct winscard_limit *limit) {
    struct winscard_request request = {.call = WINSCARD_STATUS, .direct = true};
    return winscard_card_call(card, &request, limit);
}

rm_status winscard_card_begin(struct rm_card *base, struct rm_bound *bound) {
    struct winscard_card *card = winscard_card_from(base);
    struct winscard_request request = {.call = WINSCARD_BEGIN};
    const struct winscard_limit limit = winscard_card_limit(card, bound);
    if (!card->worker)
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
