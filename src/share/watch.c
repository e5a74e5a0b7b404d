/* Readers that come and go, and what happens at them: see watch.h. */
#include "share/watch.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rm/readerstate.h"
#include "share/crew.h"
#include "share/news.h"
#include "share/tell.h"
#include "share/turn.h"

#define AGAIN_MS 500u   /* until a service that has gone is looked for again */
#define MORE_THREADS 8u /* than readers */

static bool may_be_lent(const struct share *share, const char *reader) {
    for (size_t i = 0; i < share->options.reader_count; i++)
        if (fnmatch(share->patterns[i], reader, 0) == 0)
            return true;
    return share->options.reader_count == 0;
}

/* The lane of a reader's name, a new one behind all others if need be; NULL: out of memory. With the lock. */
static struct share_lane *lane_of(struct share *share, const char *reader) {
    struct share_lane **end = &share->lanes;
    struct share_lane *lane = news_lane(share, reader);
    if (lane || share->lane_count == SHARE_LANES)
        return lane;
    lane = calloc(1, sizeof *lane);
    char *name = strdup(reader);
    if (!lane || !name) {
        free(lane);
        free(name);
        return NULL;
    }
    lane->name = name;
    while (*end)
        end = &(*end)->next;
    *end = lane;
    share->lane_count++;
    pool_allow(&share->pool, (uint32_t)share->lane_count + MORE_THREADS);
    return lane;
}

/* It is lent, or no longer. true: that is new. With the lock held. */
static bool change_lent(struct share *share, struct share_lane *lane, bool lent) {
    if (lane->lent == lent)
        return false;
    lane->lent = lent;
    lane->number = ++share->news;
    return true;
}

static void tell_change(struct share *share, struct share_lane *lane, bool lent) {
    share_tell(share, lent ? SHARE_READER_LENT : SHARE_READER_GONE, NULL, lane->name, 0);
    if (lent)
        (void)news_look(share, lane);
    news_publish(share, lane);
}

static void take_reader(struct share *share, const char *reader) {
    if (strlen(reader) > MESSAGE_NAME_MAX || !may_be_lent(share, reader))
        return;
    lock_take(&share->lock);
    struct share_lane *lane = lane_of(share, reader);
    const bool is_new = lane && change_lent(share, lane, true);
    lock_give(&share->lock);
    if (is_new)
        tell_change(share, lane, true);
}

/* What the service lists is lent, everything else is not. */
static void take_list(struct share *share, const struct names *names) {
    for (const char *name = NULL; (name = names_next(names, name)) != NULL;)
        take_reader(share, name);
    lock_take(&share->lock);
    struct share_lane *lane = share->lanes;
    lock_give(&share->lock);
    for (; lane; lane = lane->next) { /* lanes stay, and are only added behind the last, by this thread */
        lock_take(&share->lock);
        const bool is_new = !names_has(names, lane->name) && change_lent(share, lane, false);
        lock_give(&share->lock);
        if (is_new)
            tell_change(share, lane, false);
    }
    atomic_store(&share->looked, true);
}

/* What the thread that waits believes of all readers, behind the pseudo reader. *states is malloc()ed. */
static size_t believe(struct share *share, uint32_t readers, struct rm_reader_state **states) {
    lock_take(&share->lock);
    size_t count = 0;
    *states = calloc(share->lane_count + 1, sizeof **states);
    if (*states)
        (*states)[count++] =
            (struct rm_reader_state){.reader = RM_PNP_NOTIFICATION, .current = readers << 16};
    for (struct share_lane *lane = share->lanes; *states && lane; lane = lane->next)
        if (lane->lent)
            (*states)[count++] = (struct rm_reader_state){.reader = lane->name, .current = lane->state};
    lock_give(&share->lock);
    return count;
}

/* Something has happened there: who waits for its turn may have it now. */
static void look_again(struct share *share, const char *reader) {
    lock_take(&share->lock);
    struct share_lane *lane = news_lane(share, reader);
    lock_give(&share->lock);
    if (!lane)
        return;
    (void)news_look(share, lane);
    turn_retry(share, lane);
}

/* One round: the list, then a wait for what differs from what we believe. */
static rm_status round_of(struct share *share, struct rm_context *context) {
    struct names names = {0};
    struct rm_reader_state *states = NULL;
    rm_status status = rm_list_readers(context, RM_WITHIN(RM_INFINITE), &names);
    if (status == RM_OK)
        take_list(share, &names);
    const size_t count = status == RM_OK ? believe(share, (uint32_t)names_count(&names), &states) : 0;
    if (count)
        status = rm_wait(context, states, count, RM_WITHIN(share->settings->lease_ms));
    for (size_t i = 1; i < count && status == RM_OK; i++)
        if (states[i].event & RM_STATE_CHANGED)
            look_again(share, states[i].reader);
    free(states);
    names_clear(&names);
    return status == RM_E_TIMEOUT || status == RM_E_CANCELLED || status == RM_E_UNKNOWN_READER ? RM_OK
                                                                                               : status;
}

/* Until the agent ends. */
static void nap(struct share *share) {
    const uint64_t until = clock_deadline(AGAIN_MS);
    lock_take(&share->lock);
    while (!atomic_load(&share->stopping) && lock_sleep(&share->lock, &share->keeper, until))
        continue;
    lock_give(&share->lock);
}

static void set_watching(struct share *share, struct rm_context *context) {
    lock_take(&share->lock);
    share->watching = context;
    lock_give(&share->lock);
}

/* With a service that is there, for as long as it is. */
static rm_status watch(struct share *share, rm_status before) {
    struct rm_context *context = NULL;
    rm_status status = rm_context_open(share->service, RM_WITHIN(RM_INFINITE), &context);
    if (status == RM_OK && before != RM_OK)
        share_tell(share, SHARE_SERVICE, NULL, NULL, RM_OK);
    set_watching(share, context);
    while (status == RM_OK && !atomic_load(&share->stopping))
        status = round_of(share, context);
    set_watching(share, NULL);
    rm_context_close(context);
    return status;
}

static void run(void *argument) {
    struct share *share = argument;
    const struct names none = {0};
    rm_status status = RM_OK;
    while (!atomic_load(&share->stopping)) {
        const rm_status before = status;
        status = watch(share, before);
        if (status == RM_OK || atomic_load(&share->stopping))
            continue;
        if (status != before)
            share_tell(share, SHARE_SERVICE, NULL, NULL, status);
        take_list(share, &none);
        nap(share);
    }
    crew_leave(share);
}

bool watch_begin(struct share *share) {
    lock_take(&share->lock);
    const bool started = crew_start(share, run, share);
    lock_give(&share->lock);
    return started;
}

void watch_end(struct share *share) {
    lock_take(&share->lock);
    if (share->watching)
        rm_cancel(share->watching);
    lock_give(&share->lock);
}

void watch_withdraw(struct share *share) {
    const struct names none = {0};
    take_list(share, &none);
}
