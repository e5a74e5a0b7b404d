/* Looking out at one member: see watcher.h. */
#include "backends/composite/watcher.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fork.h"
#include "base/thread.h"

#define LINGER_MS 2000u /* how long the thread stays when nobody waits */
#define RETRY_MS 1000u  /* between two tries to reach a member that is not there */
#define CALL_OFF_MS 10u /* until a wait that has been called off is called off again: it may not have begun */

/* What the thread believes; its own. */
struct beliefs {
    struct names names;
    struct rm_reader_state *states; /* of the readers, then of the list itself */
    size_t count;                   /* of readers */
};

void composite_watcher_init(struct composite_watcher *watcher, composite_watcher_opener open, void *user,
                            struct slots_events *events) {
    watcher->open = open;
    watcher->user = user;
    watcher->events = events;
}

/* Sleeps with the lock held until there is an order, or the time has passed. */
static void pause_for(struct composite_watcher *watcher, uint32_t ms) {
    const uint64_t deadline = clock_deadline(ms);
    const uint32_t asked = watcher->asked;
    while (!watcher->stop && watcher->asked == asked && lock_sleep(&watcher->lock, &watcher->bell, deadline))
        continue;
}

static void forget(struct beliefs *beliefs) {
    names_clear(&beliefs->names);
    free(beliefs->states);
    *beliefs = (struct beliefs){.states = NULL};
}

/* The member's readers, of which nothing is believed yet, and how many they are. */
static rm_status learn(struct rm_context *context, struct beliefs *beliefs) {
    const char *name = NULL;
    forget(beliefs);
    const rm_status status = rm_list_readers(context, RM_WITHIN(RM_INFINITE), &beliefs->names);
    if (status != RM_OK)
        return status;
    beliefs->count = names_count(&beliefs->names);
    beliefs->states = calloc(beliefs->count + 1, sizeof *beliefs->states);
    if (!beliefs->states)
        return RM_E_NO_MEMORY;
    for (size_t i = 0; i < beliefs->count && (name = names_next(&beliefs->names, name)) != NULL; i++)
        beliefs->states[i].reader = name;
    beliefs->states[beliefs->count] =
        (struct rm_reader_state){.reader = RM_PNP_NOTIFICATION, .current = (uint32_t)beliefs->count << 16};
    return RM_OK;
}

/* What is seen is believed from now on. Whether readers have come or gone. */
static bool believe(struct beliefs *beliefs) {
    for (size_t i = 0; i < beliefs->count; i++)
        beliefs->states[i].current = beliefs->states[i].event & ~(uint32_t)RM_STATE_CHANGED;
    return (beliefs->states[beliefs->count].event & RM_STATE_CHANGED) != 0;
}

/* Gives the context back, which nobody calls off any more. */
static void hang_up(struct composite_watcher *watcher) {
    lock_take(&watcher->lock);
    struct rm_context *context = watcher->context;
    watcher->context = NULL;
    lock_give(&watcher->lock);
    rm_context_close(context);
}

static rm_status call(struct composite_watcher *watcher) {
    struct rm_context *context = NULL;
    if (watcher->context)
        return RM_OK;
    const rm_status status = watcher->open(watcher->user, &context);
    lock_take(&watcher->lock);
    watcher->context = status == RM_OK ? context : NULL;
    lock_give(&watcher->lock);
    return status;
}

/* One look at the list and at all readers, then those who wait may count on what comes. */
static rm_status look(struct composite_watcher *watcher, struct beliefs *beliefs) {
    lock_take(&watcher->lock);
    const uint32_t asked = watcher->asked;
    lock_give(&watcher->lock);
    rm_status status = call(watcher);
    if (status == RM_OK)
        status = learn(watcher->context, beliefs);
    if (status == RM_OK)
        status = rm_wait(watcher->context, beliefs->states, beliefs->count + 1, RM_WITHIN(0));
    const bool seen = status == RM_OK || status == RM_E_TIMEOUT;
    lock_take(&watcher->lock);
    if (seen && believe(beliefs))
        watcher->changes++;
    watcher->looked = asked; /* also where the member is not there: there is nothing to miss */
    lock_give(&watcher->lock);
    slots_events_post(watcher->events);
    return seen ? RM_OK : status;
}

/* Waits until something is no longer as it is believed. false: the thread has to look anew. */
static bool wait_for_news(struct composite_watcher *watcher, struct beliefs *beliefs) {
    lock_take(&watcher->lock);
    watcher->dozing = watcher->looked == watcher->asked && !watcher->stop;
    const bool waits = watcher->dozing;
    lock_give(&watcher->lock);
    if (!waits)
        return false;
    const rm_status status =
        rm_wait(watcher->context, beliefs->states, beliefs->count + 1, RM_WITHIN(LINGER_MS));
    const bool listed = status == RM_OK && believe(beliefs);
    lock_take(&watcher->lock);
    watcher->dozing = false;
    watcher->changes += listed;
    lock_give(&watcher->lock);
    if (status == RM_OK)
        slots_events_post(watcher->events);
    return (status == RM_OK || status == RM_E_TIMEOUT) && !listed;
}

/* Whether nobody needs the thread. */
static bool is_idle(struct composite_watcher *watcher) {
    lock_take(&watcher->lock);
    const bool idle = watcher->stop || watcher->waiting == 0;
    lock_give(&watcher->lock);
    return idle;
}

/* The thread goes, unless somebody has come meanwhile. */
static bool go(struct composite_watcher *watcher) {
    hang_up(watcher);
    lock_take(&watcher->lock);
    const bool goes = watcher->stop || watcher->waiting == 0;
    watcher->running = !goes;
    lock_ring(&watcher->bell);
    lock_give(&watcher->lock);
    return goes;
}

/* The member is not there, or says that it is not. */
static void wait_for_member(struct composite_watcher *watcher) {
    hang_up(watcher);
    lock_take(&watcher->lock);
    pause_for(watcher, RETRY_MS);
    lock_give(&watcher->lock);
}

static void watch(void *argument) {
    struct composite_watcher *watcher = argument;
    struct beliefs beliefs = {.states = NULL};
    bool current = false; /* nothing is missed by waiting for what differs from the beliefs */
    do {
        while (!is_idle(watcher)) {
            if (current) {
                current = wait_for_news(watcher, &beliefs);
                continue;
            }
            current = look(watcher, &beliefs) == RM_OK;
            if (!current)
                wait_for_member(watcher);
        }
        forget(&beliefs); /* before the watcher may be gone */
        current = false;
    } while (!go(watcher));
}

/* What a process that was forked has of the parent's thread; call with the lock held. */
static void disown(struct composite_watcher *watcher) {
    if (watcher->forks == fork_count())
        return;
    watcher->forks = fork_count();
    watcher->running = false;
    watcher->dozing = false;
    watcher->waiting = 0;
    watcher->context = NULL;
}

rm_status composite_watcher_begin(struct composite_watcher *watcher, bool anew, uint32_t *ticket) {
    rm_status status = RM_OK;
    lock_take(&watcher->lock);
    disown(watcher);
    watcher->waiting++;
    watcher->asked += anew || !watcher->running;
    *ticket = watcher->asked;
    if (!watcher->running) {
        watcher->running = thread_start(watch, watcher);
        status = watcher->running ? RM_OK : RM_E_NO_MEMORY;
        watcher->waiting -= !watcher->running;
    }
    lock_give(&watcher->lock);
    if (status == RM_OK && anew)
        composite_watcher_ask(watcher);
    return status;
}

void composite_watcher_leave(struct composite_watcher *watcher) {
    lock_take(&watcher->lock);
    if (watcher->waiting > 0)
        watcher->waiting--;
    lock_give(&watcher->lock);
}

bool composite_watcher_is_ready(struct composite_watcher *watcher, uint32_t ticket) {
    lock_take(&watcher->lock);
    const bool ready = (int32_t)(watcher->looked - ticket) >= 0;
    lock_give(&watcher->lock);
    return ready;
}

/* With the lock held, by which the thread's context stays what it is. */
static void call_off(struct composite_watcher *watcher) {
    lock_ring(&watcher->bell);
    if (watcher->dozing && watcher->context)
        rm_cancel(watcher->context);
}

void composite_watcher_ask(struct composite_watcher *watcher) {
    lock_take(&watcher->lock);
    call_off(watcher);
    lock_give(&watcher->lock);
}

uint32_t composite_watcher_changes(struct composite_watcher *watcher) {
    lock_take(&watcher->lock);
    const uint32_t changes = watcher->changes;
    lock_give(&watcher->lock);
    return changes;
}

void composite_watcher_end(struct composite_watcher *watcher) {
    lock_take(&watcher->lock);
    disown(watcher);
    watcher->stop = true;
    while (watcher->running) {
        call_off(watcher);
        (void)lock_sleep(&watcher->lock, &watcher->bell, clock_deadline(CALL_OFF_MS));
    }
    lock_give(&watcher->lock);
}
