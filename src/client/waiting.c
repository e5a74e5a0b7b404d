/* Waits for a card with a notice that says so: see waiting.h. */
#include "client/waiting.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "client/notice.h"
#include "rm/names.h"

/*
 * How soon it is seen that the notice was closed, that the card may be free again, or a search of an
 * apartment's is to end; and the same where none of that can be. Cancel ends the wait itself, unless it comes
 * a moment before it.
 */
#define SLICE_MS 400u
#define LONG_SLICE_MS 1000u
#define CONNECT_MS 1000u /* how soon these are seen while another program keeps the card in a transaction */
#define TEXT_ROOM 400

/* What the user is asked to do; names that have no room are left out. */
static void describe(const struct search *search, char *text, size_t room) {
    const struct names *names = &search->names;
    size_t used = (size_t)snprintf(text, room, "Please insert a smart card");
    const char *before = " (";
    const char *name = NULL;
    bool named = false;
    while ((name = names_next(names, name)) != NULL) {
        if (used + strlen(before) + strlen(name) + sizeof ")." > room)
            break;
        used += (size_t)snprintf(text + used, room - used, "%s%s", before, name);
        before = " or ";
        named = true;
    }
    (void)snprintf(text + used, room - used, named ? ")." : ".");
}

static struct notice *show(const struct search *search, uint32_t limit_ms) {
    char text[TEXT_ROOM];
    describe(search, text, sizeof text);
    return notice_show(*search->title ? search->title : "Smart card", text, limit_ms);
}

/* Waits for a reason to look again. retry: there is a card that others use; when they stop may not show. */
static rm_status wait_for_change(struct finder *finder, struct notice *notice, uint64_t deadline,
                                 bool retry) {
    const uint32_t slice = retry || notice_has_window(notice) ? SLICE_MS : LONG_SLICE_MS;
    for (;;) {
        const uint32_t left = clock_left(deadline);
        if (finder_is_cancelled(finder))
            return RM_E_CANCELLED;
        if (left == 0 || notice_is_closed(notice))
            return RM_W_CANCELLED_BY_USER;
        const rm_status status = finder_wait(finder, left < slice ? left : slice);
        if (status != RM_E_TIMEOUT)
            return status;
        if (retry)
            return RM_OK;
    }
}

static rm_status waiting_find(struct finder *finder, bool force, uint32_t limit_ms, struct rm_card **out) {
    const uint64_t deadline = clock_deadline(limit_ms);
    struct notice *notice = force ? show(finder->search, limit_ms) : NULL;
    bool shown = force;
    rm_status status = RM_OK;
    while (status == RM_OK) {
        const uint32_t timeout_ms = finder->timeout_ms < CONNECT_MS ? finder->timeout_ms : CONNECT_MS;
        status = finder_look(finder, timeout_ms, out);
        if (status == RM_OK || !finder_may_wait(status))
            break;
        if (!shown)
            notice = show(finder->search, limit_ms);
        shown = true;
        status = wait_for_change(finder, notice, deadline, status != RM_E_NO_SMARTCARD);
    }
    notice_hide(notice);
    return status;
}

const struct locate_ui waiting_ui = {.find = waiting_find};
