/* Waiting for cards to come and go (see readerwatch.h). */
#include "client/readerwatch.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "rm/readerstate.h"

/* Cancelling a wait just before it begins has no effect on it; so it looks up from time to time. */
#define LOOK_UP_MS 500u

/* What counts: whether a card is there and answers, and how often one came or went. Not who uses it. */
#define COUNT_ONE 0x00010000u
#define OTHER_BITS (RM_STATE_GONE | RM_STATE_MUTE)
#define KNOWN_BITS (RM_STATE_COUNT | RM_STATE_PRESENCE)

struct readerwatch_memory {
    struct readerwatch_memory *next;
    uint32_t state; /* as rm_wait() reported it last */
    char reader[];
};

void readerwatch_init(struct readerwatch *watch) {
    lock_init(&watch->lock);
    watch->memories = NULL;
}

void readerwatch_destroy(struct readerwatch *watch) {
    while (watch->memories) {
        struct readerwatch_memory *memory = watch->memories;
        watch->memories = memory->next;
        free(memory);
    }
}

/* Where the memory of a reader is linked, or would be; call with the lock held. */
static struct readerwatch_memory **find(struct readerwatch *watch, const char *reader) {
    struct readerwatch_memory **at = &watch->memories;
    while (*at && strcmp((*at)->reader, reader) != 0)
        at = &(*at)->next;
    return at;
}

static bool recall(struct readerwatch *watch, const char *reader, uint32_t *state) {
    lock_take(&watch->lock);
    const struct readerwatch_memory *memory = *find(watch, reader);
    if (memory)
        *state = memory->state;
    lock_give(&watch->lock);
    return memory != NULL;
}

static rm_status keep(struct readerwatch *watch, const char *reader, uint32_t state) {
    lock_take(&watch->lock);
    struct readerwatch_memory **at = find(watch, reader);
    if (!*at) {
        const size_t size = strlen(reader) + 1;
        struct readerwatch_memory *memory = malloc(sizeof *memory + size);
        if (memory) {
            memory->next = NULL;
            memcpy(memory->reader, reader, size);
        }
        *at = memory;
    }
    if (*at)
        (*at)->state = state;
    const rm_status status = *at ? RM_OK : RM_E_NO_MEMORY;
    lock_give(&watch->lock);
    return status;
}

/* A reader that is gone is not the one that may have its name later. */
static void forget(struct readerwatch *watch, const char *reader) {
    lock_take(&watch->lock);
    struct readerwatch_memory **at = find(watch, reader);
    struct readerwatch_memory *memory = *at;
    if (memory)
        *at = memory->next;
    lock_give(&watch->lock);
    free(memory);
}

static bool is_list(const char *reader) {
    return strcmp(reader, RM_PNP_NOTIFICATION) == 0;
}

static uint32_t events_between(uint32_t before, uint32_t now) {
    const bool was = before & RM_STATE_PRESENT;
    const bool is = now & RM_STATE_PRESENT;
    const uint32_t steps = ((now >> 16) - (before >> 16)) & 0xFFFFu;
    uint32_t events = 0;
    if (is && !was)
        events |= READERWATCH_INSERTED;
    if (was && !is)
        events |= READERWATCH_REMOVED;
    if (((before ^ now) & OTHER_BITS) || ((now & RM_STATE_CHANGED) && !steps && was == is))
        events |= READERWATCH_OTHER;
    /* A reader that goes takes its count with it. */
    if (!((before | now) & RM_STATE_GONE) && steps > (was == is ? 0u : 1u))
        events |= READERWATCH_INSERTED | READERWATCH_REMOVED;
    return events;
}

/* Asks once. *now is set also when nothing has changed in time, which is RM_OK here. */
static rm_status ask(const struct cancel_entry *entry, const char *reader, uint32_t known,
                     struct rm_bound *bound, uint32_t *now) {
    struct rm_reader_state state = {.reader = reader, .current = known & KNOWN_BITS};
    const rm_status status = rm_wait(entry->context, &state, 1, bound);
    if (status == RM_E_TIMEOUT)
        state.event &= ~(uint32_t)RM_STATE_CHANGED;
    else if (status != RM_OK)
        return status;
    *now = state.event;
    return RM_OK;
}

/*
 * What to compare with: what the former wait has seen, else what is now. That is answered at once, as no
 * reader is in the state that is not known; the list may be, and is not waited for.
 */
static rm_status begin(struct readerwatch *watch, const struct cancel_entry *entry, const char *reader,
                       bool card_expected, struct rm_bound *bound, uint32_t *known) {
    if (recall(watch, reader, known))
        return RM_OK;
    uint32_t now = 0;
    const rm_status status =
        ask(entry, reader, RM_STATE_UNAWARE, is_list(reader) ? RM_WITHIN(0) : bound, &now);
    if (status != RM_OK)
        return status;
    *known = now;
    if (card_expected && !(now & RM_STATE_PRESENT)) /* as it was one removal ago */
        *known = ((now & RM_STATE_COUNT) - COUNT_ONE) | RM_STATE_PRESENT;
    return keep(watch, reader, *known);
}

/* What a call has until it looks up. */
static struct rm_bound until_look(struct rm_bound *bound) {
    const uint64_t deadline = rm_bound_deadline(bound), look = clock_deadline(LOOK_UP_MS);
    return (struct rm_bound){.timeout_ms = bound->timeout_ms, .deadline = look < deadline ? look : deadline};
}

/*
 * Waits until there are events or the time has passed. *known: in what to compare with, out what was seen
 * last.
 */
static rm_status wait_for_events(struct cancel_entry *entry, const char *reader, struct rm_bound *bound,
                                 uint32_t *known, uint32_t *events) {
    const uint64_t deadline = rm_bound_deadline(bound);
    uint32_t found = 0;
    for (uint32_t left = 1; !found && left;) {
        uint32_t now = 0;
        struct rm_bound look = until_look(bound);
        left = clock_left(deadline);
        if (cancel_was_called(entry))
            return RM_E_CANCELLED;
        const rm_status status = ask(entry, reader, *known, &look, &now);
        if (status != RM_OK)
            return status;
        found = events_between(*known, now);
        *known = now;
    }
    *events = found;
    return RM_OK;
}

rm_status readerwatch_wait(struct readerwatch *watch, struct cancel_entry *entry, const char *reader,
                           bool card_expected, struct rm_bound *bound, uint32_t *events) {
    uint32_t known = 0, found = 0;
    rm_status status = begin(watch, entry, reader, card_expected && !is_list(reader), bound, &known);
    if (status == RM_OK)
        status = wait_for_events(entry, reader, bound, &known, &found);
    if (status == RM_OK)
        status = keep(watch, reader, known);
    if (status == RM_E_UNKNOWN_READER)
        forget(watch, reader);
    if (status != RM_OK)
        return status;
    *events =
        is_list(reader) && found ? READERWATCH_OTHER : found; /* its count is of readers, not of cards */
    return RM_OK;
}
