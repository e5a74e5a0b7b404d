/* scardssp_card.h: waiting for a card in any reader, over a watch (scardssp_rm.h). */
#include <stdlib.h>
#include <string.h>

#include "com/win.h"
#include "module/api/watch.h"
#include "rm/bound.h"
#include "scardssp_card.h"

/* The watch that is told of, and what went wrong meanwhile. */
struct arrival {
    struct scardssp_watch *watch;
    bool no_memory;
};

/* The first reader whose card has not been told; NULL: none. */
static const char *next_coming(const struct scardssp_watch *watch) {
    return watch->taken + 1 < watch->coming.size ? watch->coming.list + watch->taken : NULL;
}

/* Takes the first one from the list, whose memory stays until there is none left. */
static void drop_first(struct scardssp_watch *watch) {
    const char *name = next_coming(watch);
    if (name)
        watch->taken += strlen(name) + 1;
    if (next_coming(watch))
        return;
    names_clear(&watch->coming);
    watch->taken = 0;
}

static bool is_coming(const struct scardssp_watch *watch, const char *reader) {
    for (const char *name = next_coming(watch); name && *name; name += strlen(name) + 1)
        if (strcmp(name, reader) == 0)
            return true;
    return false;
}

static bool has_card(const struct scardssp_reader_state *state) {
    return state && (state->state & RM_STATE_PRESENT) && !(state->state & RM_STATE_MUTE);
}

/* The count of a state tells the card that was there before from one that came in its place. */
static void note_card(void *user, const struct scardssp_reader_change *change) {
    struct arrival *arrival = user;
    if (!has_card(change->now))
        return;
    if (has_card(change->before) && change->before->state >> 16 == change->now->state >> 16)
        return;
    if (!is_coming(arrival->watch, change->name) &&
        !names_add(&arrival->watch->coming, change->name, strlen(change->name)))
        arrival->no_memory = true;
}

/* Whether the reader had a card when the watch looked last. */
static bool still_has_card(const struct scardssp_watch *watch, const char *reader) {
    for (size_t i = 0; i < watch->seen.count; i++)
        if (strcmp(watch->seen.states[i].reader, reader) == 0)
            return (watch->seen.states[i].event & RM_STATE_PRESENT) != 0;
    return false;
}

/* The first reader whose card has come and is there; those before it are forgotten. */
static const char *first_there(struct scardssp_watch *watch) {
    const char *name = next_coming(watch);
    while (name && !still_has_card(watch, name)) {
        drop_first(watch);
        name = next_coming(watch);
    }
    return name;
}

/* Looks for news, and waits where no card is on the list. *reader: the one to tell. */
static int32_t wait_for_card(struct scardssp_watch *watch, uint32_t timeout_ms, const char **reader) {
    struct arrival arrival = {.watch = watch};
    struct rm_bound bound = {.timeout_ms = timeout_ms};
    int32_t hr = S_OK;
    (void)rm_bound_deadline(&bound);
    while (hr == S_OK && !*reader) {
        hr = scardssp_watch_wait(watch, next_coming(watch) ? 0 : rm_bound_left(&bound), note_card, &arrival);
        if (arrival.no_memory)
            return E_OUTOFMEMORY;
        if (hr == S_OK || hr == SCARD_E_TIMEOUT)
            *reader = first_there(watch);
        if (*reader || (hr == SCARD_E_TIMEOUT && rm_bound_left(&bound)))
            hr = S_OK;
    }
    return hr;
}

static int32_t tell_card(struct scardssp_watch *watch, uint32_t timeout_ms, char *reader, size_t size) {
    const char *name = NULL;
    const int32_t hr = wait_for_card(watch, timeout_ms, &name);
    if (FAILED(hr))
        return hr;
    if (strlen(name) >= size)
        return SCARD_E_INSUFFICIENT_BUFFER;
    strcpy(reader, name);
    drop_first(watch);
    return S_OK;
}

int32_t scardssp_wait(struct scardssp_watch *watch, uint32_t timeout_ms, char *reader, size_t size) {
    struct scardssp_watch *own = NULL;
    if (!reader)
        return E_POINTER;
    if (size)
        *reader = '\0';
    if (watch)
        return tell_card(watch, timeout_ms, reader, size);
    const int32_t hr = scardssp_watch_open(&own);
    if (FAILED(hr))
        return hr;
    const int32_t told = tell_card(own, timeout_ms, reader, size);
    scardssp_watch_close(own);
    return told;
}
