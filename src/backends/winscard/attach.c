/* Connections from their beginning to a change of their share mode. */
#include "backends/winscard/attach.h"

#include <stdlib.h>
#include <string.h>

#include "backends/winscard/adopt.h"
#include "backends/winscard/connect.h"
#include "backends/winscard/connection.h"
#include "backends/winscard/hold.h"
#include "backends/winscard/map.h"
#include "base/clock.h"
#include "base/utf.h"

#define NEWS_MAX 32u /* resets by others after which one reconnection gives up */
/* how long taking a card for ourselves may take that no other program has a transaction with */
#define RAISE_MS 1000u

/* What a reconnection is to reach. */
struct target {
    uint32_t share, protocols, init;
};

static rm_status attach(struct winscard_card *card, const struct target *target, struct rm_bound *bound) {
    uint32_t protocol = 0;
    struct winscard_worker *worker = NULL;
    const rm_status status = winscard_connect(card->context, card->reader, target->share, target->protocols,
                                              bound, &worker, &protocol);
    if (status != RM_OK)
        return status;
    (void)winscard_card_set_worker(card, worker);
    card->share = target->share;
    card->adopted = false;
    card->base.protocol = protocol;
    (void)winscard_context_revive(
        card->context); /* the number of the context, where the service was restarted */
    return RM_OK;
}

rm_status winscard_attach_connect(struct rm_context *base, const char *reader, uint32_t share,
                                  uint32_t protocols, struct rm_bound *bound, struct rm_card **out) {
    struct winscard_context *context = winscard_context_from(base);
    const struct target target = {.share = share, .protocols = protocols};
    struct winscard_card *card = winscard_card_create(context, utf8_to_wide(reader, NULL), strdup(reader));
    *out = NULL;
    if (!card)
        return RM_E_NO_MEMORY;
    const rm_status status = attach(card, &target, bound);
    if (status != RM_OK) {
        winscard_card_destroy(card);
        return status;
    }
    *out = &card->base;
    return RM_OK;
}

/* Renewing */

/* SCardReconnect, by the thread or, where nobody can make it wait, directly. */
static rm_status reconnect_once(struct winscard_card *card, const struct target *target, bool direct,
                                const struct winscard_limit *limit) {
    struct winscard_request request = {.call = WINSCARD_RECONNECT,
                                       .direct = direct,
                                       .share = target->share,
                                       .protocols = target->protocols,
                                       .disposition = target->init};
    const rm_status status = winscard_card_call(card, &request, limit);
    if (request.under_way &&
        card->noticed) /* should it succeed later, nobody would have been told of the reset */
        card->notice = card->was_removed ? RM_W_REMOVED_CARD : RM_W_RESET_CARD;
    if (status == RM_OK) {
        card->share = target->share;
        card->base.protocol = winscard_protocol_from(request.protocol);
        card->noticed = false;
        card->was_removed = false;
        card->notice = RM_OK;
    }
    return status == RM_W_REMOVED_CARD ? RM_E_NO_SMARTCARD : status;
}

/* Asks the connection what it has to tell. *off: the service holds the card for unpowered. */
static rm_status look(struct winscard_card *card, bool direct, const struct winscard_limit *limit,
                      bool *off) {
    struct winscard_request request = {.call = WINSCARD_STATUS, .direct = direct};
    const rm_status status = winscard_card_call(card, &request, limit);
    const enum rm_card_state state = winscard_state_from(request.state, request.protocol);
    *off = status == RM_OK && (state == RM_CARD_PRESENT || state == RM_CARD_SWALLOWED);
    return status;
}

/*
 * After a reset or removal the service answers nothing but a reconnection. That may wait for another program
 * and so come late, when it has been given up: hence without a reset, which would disturb the other, and
 * without taking the card from others.
 */
static rm_status clear_notice(struct winscard_card *card, struct target *target,
                              const struct winscard_limit *limit) {
    const struct target gentle = {.share = card->share, .protocols = target->protocols, .init = RM_LEAVE};
    const struct target cold = {.share = card->share, .protocols = target->protocols, .init = RM_UNPOWER};
    rm_status status = reconnect_once(card, &gentle, false, limit);
    /* A card that is off or mute is nobody's to disturb. */
    if (status == RM_W_UNPOWERED_CARD || (status == RM_W_UNRESPONSIVE_CARD && target->init != RM_LEAVE))
        status = reconnect_once(card, &cold, false, limit);
    return status;
}

/*
 * A shared connection in the place of one that waits to have the card alone. Windows refuses that at once;
 * pcsc-lite, behind Wine, waits until the others are gone, and meanwhile lets nobody else have the card
 * alone. The wait ends with its connection.
 */
static rm_status share_again(struct winscard_card *card, const struct winscard_limit *limit) {
    const struct target shared = {.share = RM_SHARE_SHARED, .protocols = card->base.protocol};
    winscard_worker_drop(card->worker);
    winscard_card_lose(card, RM_W_RESET_CARD);
    winscard_card_hold(card, 0); /* it went with the connection, and others may have been at the card */
    return attach(card, &shared, limit->call);
}

/* The change itself, on a card that nobody else is in the way of. What is refused leaves all as it was. */
static rm_status change(struct winscard_card *card, const struct target *target, bool direct,
                        const struct winscard_limit *limit) {
    const bool alone = card->share == RM_SHARE_EXCLUSIVE;
    const bool raises = target->share == RM_SHARE_EXCLUSIVE && !alone;
    const uint64_t soon = clock_deadline(RAISE_MS);
    struct winscard_limit own = *limit;
    if (raises && soon < own.deadline)
        own.deadline = soon;
    const rm_status status = reconnect_once(card, target, direct && !raises, &own);
    if (raises && (status == RM_E_TIMEOUT || status == RM_E_CANCELLED)) {
        const rm_status shared = share_again(card, limit);
        return shared != RM_OK || status == RM_E_CANCELLED ? status : RM_E_SHARING_VIOLATION;
    }
    if (status != RM_OK)
        return status;
    if (alone && target->share != RM_SHARE_EXCLUSIVE)
        winscard_worker_owe(
            card->worker); /* exclusive use may have come with a transaction that outlives it */
    return winscard_card_hold_again(card, limit);
}

/*
 * What the connection has to tell before it is changed, asked while nobody can come in between; *taken as for
 * winscard_card_take(). A card that the service holds for unpowered is to be powered.
 */
static rm_status examine(struct winscard_card *card, struct target *target,
                         const struct winscard_limit *limit, bool *taken) {
    bool off = false;
    rm_status status = winscard_card_take(card, limit, taken);
    if (status == RM_OK)
        status = look(card, true, limit, &off);
    if (status == RM_OK && off && target->init == RM_LEAVE)
        target->init = RM_UNPOWER;
    return status;
}

/*
 * Is the connection, which has nothing to tell, what it is to be? Then a transaction held in it is not put at
 * risk.
 */
static bool is_reached(const struct winscard_card *card, const struct target *target) {
    return target->init == RM_LEAVE && target->share == card->share &&
           card->base.protocol & target->protocols;
}

/* A mute card, or one that is gone, is asked once. */
static bool has_news(rm_status status, unsigned tries) {
    if (tries == 0)
        return winscard_is_notice(status) || status == RM_W_UNRESPONSIVE_CARD;
    return status == RM_W_RESET_CARD && tries < NEWS_MAX;
}

static rm_status reconnect(struct winscard_card *card, struct target *target,
                           const struct winscard_limit *limit) {
    bool taken = false;
    rm_status status = examine(card, target, limit, &taken);
    /* Others may reset the card again while the notice of their last reset is cleared. */
    for (unsigned tries = 0; has_news(status, tries); ++tries) {
        winscard_card_give(card, taken);
        taken = false;
        status = clear_notice(card, target, limit);
        if (status == RM_OK)
            status = winscard_card_hold_again(card, limit);
        if (status == RM_OK)
            status = examine(card, target, limit, &taken);
        if (status == RM_W_UNPOWERED_CARD && target->init != RM_RESET) {
            target->init = RM_UNPOWER; /* which nobody is disturbed by */
            status = RM_OK;
        }
    }
    /* Another client, connected, keeps the card in use: it cannot be had exclusively. */
    if (status == RM_E_TIMEOUT && target->share == RM_SHARE_EXCLUSIVE)
        status = RM_E_SHARING_VIOLATION;
    if (status == RM_OK && !is_reached(card, target))
        status = change(card, target, taken || winscard_card_is_owned(card), limit);
    winscard_card_give(card, taken);
    return status;
}

/* A connection that goes on telling of the old card, although there is a new one. */
static bool is_stuck(struct winscard_card *card, rm_status status) {
    uint32_t state = 0;
    return status == RM_E_NO_SMARTCARD && card->worker && *card->reader &&
           winscard_context_look(card->context, card->reader, &state) == RM_OK &&
           (state & (RM_STATE_PRESENT | RM_STATE_MUTE)) == RM_STATE_PRESENT;
}

/*
 * What it says has no meaning: nobody knows whether it will ever say anything else. A lock would go with it,
 * and a connection that the program made is not ours to leave.
 */
static bool is_strange(const struct winscard_card *card, rm_status status) {
    return status == RM_F_UNKNOWN_ERROR && card->worker && *card->reader && card->depth == 0 &&
           !card->adopted;
}

rm_status winscard_attach_reconnect(struct rm_card *base, uint32_t share, uint32_t protocols, uint32_t init,
                                    struct rm_bound *bound) {
    struct winscard_card *card = winscard_card_from(base);
    const struct winscard_limit limit = winscard_context_limit(card->context, bound, WINSCARD_GRACE_MS);
    struct target target = {.share = share, .protocols = protocols, .init = init};
    if (!card->worker)
        return RM_E_INVALID_HANDLE;
    const rm_status status = reconnect(card, &target, &limit);
    /* Only a new connection can help. */
    if (is_stuck(card, status))
        winscard_card_lose(card, RM_W_REMOVED_CARD);
    else if (is_strange(card, status))
        winscard_card_lose(card, status);
    else
        /* An adopted connection may have had no name to tell. */
        return status == RM_OK && !*card->reader ? winscard_adopt_learn(card, &limit) : status;
    return RM_E_INVALID_HANDLE;
}
