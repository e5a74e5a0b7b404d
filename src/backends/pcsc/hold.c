/* Transactions begun, and the end of a connection: see hold.h. */
#include "backends/pcsc/hold.h"

#include "backends/pcsc/access.h"
#include "pcsclite/map.h"

#define END_MS 2000u /* how long the service may take to end a connection */

rm_status pcsc_card_end(struct pcsc_card *card, uint32_t disposition, struct rm_bound *bound) {
    struct pcsc_access access = pcsc_access_of(bound);
    rm_status status = RM_OK;
    if (!pcsc_card_connected(card))
        return pcsc_card_refusal(card);
    /* The daemon would keep us until the other client's transaction ends; rather leave the card as it is. */
    if (disposition != RM_LEAVE && !pcsc_card_owned(card))
        status = pcsc_access_await(card, &access);
    /* A little time in any case: what the service is slow to do it does even when we do not wait. */
    const uint32_t left_ms = pcsc_access_left(bound, END_MS);
    const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_SERVICE,
                                            left_ms > PCSC_ACCESS_GRACE_MS ? left_ms : PCSC_ACCESS_GRACE_MS);
    const LONG code = pcsc_card_api(card)->disconnect(card->handle, status == RM_OK ? disposition : RM_LEAVE);
    const rm_status broken = pcsc_card_leave(card, ticket);
    const rm_status ended = broken != RM_OK ? broken : pcsc_status_from(code);
    pcsc_context_return(card->context, card->link, ended == RM_OK);
    card->link = NULL;
    card->handle = 0;
    pcsc_card_hold(card, 0);
    card->lost = RM_E_INVALID_HANDLE;
    return status != RM_OK ? status : ended;
}

rm_status pcsc_card_begin(struct rm_card *base, struct rm_bound *bound) {
    struct pcsc_card *card = pcsc_card_from(base);
    struct pcsc_access access = pcsc_access_of(bound);
    rm_status status = RM_OK;
    rm_status broken;
    LONG code;
    if (!pcsc_card_ready(card))
        return pcsc_card_refusal(card);
    if (pcsc_access_asks_first(card, &access, PCSC_ACCESS_SHORT_MS))
        status = pcsc_access_await(card, &access);
    if (status != RM_OK)
        return status;
    do {
        const uint32_t ticket = pcsc_card_enter(card, PCSC_WAIT_ASK, access.limit_ms);
        code = pcsc_card_api(card)->begin_transaction(card->handle);
        card->crowded |= pcsc_card_was_seen(card, ticket);
        broken = pcsc_card_leave(card, ticket);
    } while (broken == RM_OK && code != SCARD_S_SUCCESS && pcsc_access_again(card, code, &access, &status));
    if (status == RM_OK)
        status = pcsc_card_judge(card, code, broken);
    if (status != RM_OK || !card->handle)
        return status != RM_OK ? status : RM_E_TIMEOUT; /* begun, but the link was broken: the lock is gone */
    pcsc_card_hold(card, card->depth + 1);
    return RM_OK;
}
