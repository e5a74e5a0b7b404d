/* The model and the search: see history.h. */
#include "slots/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY 0xFFu
#define PLACES (1u << 20)

/* A client as the model knows it. */
struct client {
    uint8_t share; /* 0: not connected */
    uint8_t depth; /* levels of the transaction */
    bool was_reset;
};

/* All that the model knows, and how far the search has come. Compared as bytes: no gaps. */
struct state {
    struct client clients[HISTORY_THREADS];
    uint8_t owner; /* whose the reader is; NOBODY's */
    uint8_t next[HISTORY_THREADS];
    uint8_t step[HISTORY_THREADS]; /* of the next call: enum step */
};

/* How far a call has come that happens in several steps. */
enum step { NOT_BEGUN, HAS_READER, HAS_RESET };

struct search {
    const struct history *history;
    struct state *seen; /* a table with open addresses */
    uint8_t *used;
    size_t count;
    unsigned most;        /* calls of all threads that there is an order for, */
    struct state reached; /* as here */
};

/* The model */

static bool can_share(const struct state *state, unsigned self, uint32_t share) {
    for (unsigned i = 0; i < HISTORY_THREADS; ++i) {
        const uint8_t other = state->clients[i].share;
        if (i != self && other && (share == RM_SHARE_EXCLUSIVE || other == RM_SHARE_EXCLUSIVE))
            return false;
    }
    return true;
}

static void reset_card(struct state *state, unsigned except) {
    for (unsigned i = 0; i < HISTORY_THREADS; ++i)
        if (i != except && state->clients[i].share)
            state->clients[i].was_reset = true;
}

/* Gives one level back. */
static void give(struct state *state, unsigned self) {
    if (--state->clients[self].depth == 0)
        state->owner = NOBODY;
}

static bool take(struct state *state, unsigned self) {
    if (state->owner != NOBODY && state->owner != self)
        return false;
    state->owner = (uint8_t)self;
    ++state->clients[self].depth;
    return true;
}

/* The connection ends, and with it what it has of the reader. */
static void leave(struct state *state, unsigned self) {
    if (state->owner == self)
        state->owner = NOBODY;
    state->clients[self] = (struct client){0};
}

/*
 * A reset is known to the others as soon as it begins: the card takes its time. true: the call begins one
 * now.
 */
static bool resets(const struct state *state, unsigned self, const struct history_call *call) {
    if (call->disposition == RM_LEAVE || call->status != RM_OK)
        return false;
    switch (call->verb) {
    case HISTORY_DISCONNECT:
        return state->step[self] == HAS_READER;
    case HISTORY_RECONNECT:
        return state->step[self] == HAS_READER && can_share(state, self, call->share);
    case HISTORY_END:
        return state->step[self] == NOT_BEGUN && state->owner == self && state->clients[self].depth == 1 &&
               !state->clients[self].was_reset;
    default:
        return false;
    }
}

/* What a call that has the reader for itself does with it at last. true: it answers as it did. */
static bool finish(struct state *state, unsigned self, const struct history_call *call) {
    struct client *me = &state->clients[self];
    switch (call->verb) {
    case HISTORY_CONNECT:
        if ((call->status == RM_OK) != can_share(state, self, call->share))
            return false;
        give(state, self);
        if (call->status == RM_OK)
            *me = (struct client){.share = (uint8_t)call->share};
        return call->status == RM_OK || call->status == RM_E_SHARING_VIOLATION;
    case HISTORY_RECONNECT:
        if ((call->status == RM_OK) != can_share(state, self, call->share))
            return false;
        give(state, self);
        if (call->status != RM_OK)
            return call->status == RM_E_SHARING_VIOLATION;
        me->share = (uint8_t)call->share;
        me->was_reset = false;
        return true;
    case HISTORY_END:
        give(state, self);
        return true;
    case HISTORY_DISCONNECT: /* with a reset; else it takes nothing */
        leave(state, self);
        return call->status == RM_OK;
    case HISTORY_BEGIN:
    case HISTORY_TRANSMIT:
        if (call->status == RM_E_CANCELLED) { /* in the card: nobody knows what it has done */
            give(state, self);
            return me->was_reset = true;
        }
        if (call->status != (me->was_reset ? RM_W_RESET_CARD : RM_OK))
            return false;
        if (call->verb == HISTORY_TRANSMIT || call->status != RM_OK)
            give(state, self);
        return true;
    default:
        return false;
    }
}

/* A call that is over at once. true: it can have been, and answers as it did. */
static bool at_once(struct state *state, unsigned self, const struct history_call *call) {
    struct client *me = &state->clients[self];
    switch (call->status) {
    case RM_E_TIMEOUT: /* somebody else has the reader, at a moment when it was late */
        return state->owner != NOBODY && state->owner != self;
    case RM_E_CANCELLED: /* looked at before the search; a connection ends whatever its end answers */
        if (call->verb == HISTORY_DISCONNECT)
            leave(state, self);
        return true;
    case RM_E_SHARING_VIOLATION:
        return (call->verb == HISTORY_CONNECT || call->verb == HISTORY_RECONNECT) &&
               !can_share(state, self, call->share);
    case RM_W_RESET_CARD:
        return call->verb != HISTORY_CONNECT && me->was_reset;
    case RM_E_NOT_TRANSACTED:
        return call->verb == HISTORY_END && state->owner != self && !me->was_reset;
    case RM_OK:
        break;
    default:
        return false;
    }
    if (call->verb == HISTORY_CANCEL)
        return true;
    if (call->verb == HISTORY_DISCONNECT && call->disposition == RM_LEAVE) {
        leave(state, self);
        return true;
    }
    if (call->verb != HISTORY_END || state->owner != self || me->was_reset)
        return false;
    if (resets(state, self, call))
        return false; /* in steps */
    give(state, self);
    return true;
}

/* Does the call take the reader, on the way to its answer? */
static bool takes(const struct history_call *call) {
    const bool verb = call->verb == HISTORY_CONNECT || call->verb == HISTORY_RECONNECT ||
                      call->verb == HISTORY_BEGIN || call->verb == HISTORY_TRANSMIT ||
                      (call->verb == HISTORY_DISCONNECT && call->disposition != RM_LEAVE);
    const bool called_off = call->status == RM_E_CANCELLED && call->verb != HISTORY_TRANSMIT;
    return verb && call->status != RM_E_TIMEOUT && !called_off;
}

/* The search */

static const struct history_call *next_call(const struct search *search, const struct state *state,
                                            unsigned thread) {
    const unsigned next = state->next[thread];
    return next < search->history->counts[thread] ? &search->history->calls[thread][next] : NULL;
}

/* No call that had ended by then is still to happen. */
static bool may_happen(const struct search *search, const struct state *state, uint64_t from) {
    for (unsigned i = 0; i < HISTORY_THREADS; ++i) {
        const struct history_call *call = next_call(search, state, i);
        if (call && call->ended < from)
            return false;
    }
    return true;
}

/* Notes a state. false: the search has been there before. */
static bool is_new(struct search *search, const struct state *state) {
    const uint8_t *bytes = (const uint8_t *)state;
    uint64_t hash = 0xCBF29CE484222325u;
    for (size_t i = 0; i < sizeof *state; ++i)
        hash = (hash ^ bytes[i]) * 0x100000001B3u;
    size_t place = (size_t)(hash ^ hash >> 32) % PLACES;
    while (search->used[place]) {
        if (memcmp(&search->seen[place], state, sizeof *state) == 0)
            return false;
        place = (place + 1) % PLACES;
    }
    if (++search->count > PLACES / 2)
        abort(); /* histories are to be short */
    search->used[place] = 1;
    search->seen[place] = *state;
    return true;
}

static bool find(struct search *search, const struct state *state);

/* One step of one thread, and all that can follow. */
static bool step(struct search *search, const struct state *before, unsigned thread) {
    const struct history_call *call = next_call(search, before, thread);
    struct state state = *before;
    if (!call || !may_happen(search, before, call->began))
        return false;
    if (resets(before, thread, call)) {
        state.step[thread] = HAS_RESET;
        reset_card(&state, thread);
        return find(search, &state);
    }
    if (before->step[thread] != NOT_BEGUN) {
        state.step[thread] = NOT_BEGUN;
        ++state.next[thread];
        return finish(&state, thread, call) && find(search, &state);
    }
    if (takes(call) && take(&state, thread)) {
        state.step[thread] = HAS_READER;
        if (find(search, &state))
            return true;
        state = *before;
    }
    const uint64_t from = call->status == RM_E_TIMEOUT && call->late > call->began ? call->late : call->began;
    ++state.next[thread];
    return may_happen(search, before, from) && at_once(&state, thread, call) && find(search, &state);
}

static bool find(struct search *search, const struct state *state) {
    unsigned done = 0, all = 0;
    for (unsigned i = 0; i < HISTORY_THREADS; ++i) {
        done += state->next[i];
        all += search->history->counts[i];
    }
    if (done >= search->most) {
        search->most = done;
        search->reached = *state;
    }
    if (done == all)
        return true;
    if (!is_new(search, state))
        return false;
    for (unsigned i = 0; i < HISTORY_THREADS; ++i)
        if (step(search, state, i))
            return true;
    return false;
}

/* Somebody has called the call off: a cancel of its thread's overlaps it. */
static bool was_cancelled(const struct history *history, unsigned thread, const struct history_call *call) {
    for (unsigned i = 0; i < HISTORY_THREADS; ++i)
        for (unsigned j = 0; j < history->counts[i]; ++j) {
            const struct history_call *other = &history->calls[i][j];
            if (other->verb == HISTORY_CANCEL && other->whom == thread && other->began <= call->ended &&
                other->ended >= call->began)
                return true;
        }
    return false;
}

bool history_is_possible(const struct history *history, struct history_search *found) {
    struct search search = {.history = history,
                            .seen = calloc(PLACES, sizeof *search.seen),
                            .used = calloc(PLACES, sizeof *search.used)};
    struct state start;
    if (!search.seen || !search.used)
        abort();
    memset(&start, 0, sizeof start);
    start.owner = NOBODY;
    bool possible = true;
    for (unsigned i = 0; i < HISTORY_THREADS; ++i)
        for (unsigned j = 0; j < history->counts[i]; ++j)
            if (history->calls[i][j].status == RM_E_CANCELLED)
                possible = possible && was_cancelled(history, i, &history->calls[i][j]);
    possible = possible && find(&search, &start);
    found->states = search.count;
    for (unsigned i = 0; i < HISTORY_THREADS; ++i)
        found->reached[i] = search.reached.next[i];
    free(search.seen);
    free(search.used);
    return possible;
}

void history_print(const struct history *history) {
    static const char *const verbs[] = {"connect",   "disconnect", "begin", "end",
                                        "reconnect", "transmit",   "cancel"};
    unsigned next[HISTORY_THREADS] = {0};
    for (;;) {
        unsigned first = HISTORY_THREADS;
        for (unsigned i = 0; i < HISTORY_THREADS; ++i)
            if (next[i] < history->counts[i] &&
                (first == HISTORY_THREADS ||
                 history->calls[i][next[i]].began < history->calls[first][next[first]].began))
                first = i;
        if (first == HISTORY_THREADS)
            return;
        const struct history_call *call = &history->calls[first][next[first]++];
        (void)fprintf(stderr,
                      "# %llu..%llu thread %u: %s, share %u, disposition %u, whom %u, late %llu: 0x%08X\n",
                      (unsigned long long)call->began, (unsigned long long)call->ended, first,
                      verbs[call->verb], (unsigned)call->share, (unsigned)call->disposition, call->whom,
                      (unsigned long long)call->late, (unsigned)call->status);
    }
}
