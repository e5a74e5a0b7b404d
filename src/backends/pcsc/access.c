/* Waiting for one's turn at a shared card. */
#include "backends/pcsc/access.h"

#include "base/clock.h"
#include "pcsclite/map.h"

#define FIRST_PAUSE_MS 2u
#define LONGEST_PAUSE_MS 20u

/*
 * RM_OK: nobody is known to hold a transaction. RM_E_SHARING_VIOLATION: another client does. RM_E_TIMEOUT,
 * RM_E_CANCELLED: the daemon, which asks the driver, did not answer; the connection is lost.
 */
static rm_status ask(struct pcsc_card *card, uint32_t timeout_ms) {
    BYTE value[PCSC_ATTRIB_MAX];
    DWORD size = sizeof value;
    uint32_t ticket = 0;
    /* Others' links cannot be broken, and our own waits are announced where theirs would be. */
    if (card->link)
        ticket = pcsc_card_enter(card, PCSC_WAIT_ASK, timeout_ms);
    const rm_status status =
        pcsc_status_from(pcsc_card_api(card)->get_attrib(card->handle, RM_ATTR_FRIENDLY_NAME, value, &size));
    const rm_status broken = card->link ? pcsc_card_leave(card, ticket) : RM_OK;
    if (broken != RM_OK) {
        if (status != broken) /* nobody has answered in the daemon's place */
            pcsc_card_lose(card, RM_W_RESET_CARD);
        return broken;
    }
    return status == RM_E_SHARING_VIOLATION ? status : RM_OK;
}

bool pcsc_access_is_taken(struct pcsc_card *card) {
    return ask(card, PCSC_ANSWER_MS) == RM_E_SHARING_VIOLATION;
}

static rm_status wait_until_free(struct pcsc_card *card, struct rm_bound *bound) {
    struct pcsc_watch *watch = pcsc_card_watch(card);
    const uint64_t deadline = rm_bound_deadline(bound);
    /* Announced so that pcsc_watch_cancel() finds it; the limit is kept here. */
    const uint32_t ticket = pcsc_watch_enter(watch, &card->self, PCSC_WAIT_SELF, RM_INFINITE);
    uint32_t left = clock_left(deadline);
    rm_status status;
    for (uint32_t pause = FIRST_PAUSE_MS; (status = ask(card, left)) == RM_E_SHARING_VIOLATION;
         pause += pause < LONGEST_PAUSE_MS ? 2 : 0) {
        left = clock_left(deadline);
        if (left == 0) {
            status = RM_E_TIMEOUT;
            break;
        }
        if (pcsc_watch_is_broken(&card->self))
            break;
        pcsc_pause(left < pause ? left : pause);
    }
    const rm_status broken = pcsc_watch_leave(watch, &card->self, ticket);
    return broken != RM_OK ? broken : status;
}

rm_status pcsc_access_await(struct pcsc_card *card, struct pcsc_access *access) {
    rm_status status = access->waited ? RM_E_SHARING_VIOLATION : ask(card, access->limit_ms);
    if (status == RM_E_SHARING_VIOLATION) {
        access->waited = true;
        status = wait_until_free(card, access->bound);
    }
    card->crowded = access->waited;
    access->limit_ms = rm_bound_left(access->bound);
    if (access->limit_ms < PCSC_ACCESS_GRACE_MS)
        access->limit_ms = PCSC_ACCESS_GRACE_MS;
    return status;
}

bool pcsc_access_again(struct pcsc_card *card, LONG code, struct pcsc_access *access, rm_status *status) {
    if (pcsc_status_from(code) != RM_E_SHARING_VIOLATION || pcsc_card_owned(card))
        return false;
    access->waited = true;
    (void)rm_bound_deadline(access->bound);
    *status = rm_bound_left(access->bound) ? pcsc_access_await(card, access) : RM_E_TIMEOUT;
    return *status == RM_OK;
}
