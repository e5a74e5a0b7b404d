/*
 * One wait for the readers of several members: see wait.h. Where only one member is concerned the wait is its
 * own. Else all are looked at, without waiting, whenever one of them has news (watcher.h), until something
 * has changed for the caller.
 */
#include "backends/composite/wait.h"

#include <stdlib.h>
#include <string.h>

#include "backends/composite/context.h"
#include "backends/composite/lists.h"
#include "base/clock.h"
#include "rm/readerstate.h"

#define ASK_MS 20u /* until a watcher that has not looked is asked again */

/* What is asked of one member. */
struct question {
    struct rm_reader_state *states; /* as the member takes them */
    size_t *origins;                /* of each: its place in what the caller has asked */
    size_t count;
    size_t readers;   /* how many the member has, where that is asked */
    uint32_t ticket;  /* of its watcher */
    uint32_t changes; /* of its list of readers, when all watchers had looked */
    rm_status status; /* of the last look */
    bool watched;
};

/* One rm_wait(). */
struct wait {
    struct composite_context *context;
    struct composite *composite;
    struct rm_reader_state *states;
    size_t count;
    struct rm_bound *bound;
    struct question *questions; /* for each member */
    size_t concerned;           /* members */
    bool counting;              /* the pseudo reader is among what is asked */
    bool armed;   /* all watchers have looked since: their counts of changes can be held against */
    bool unknown; /* so is a reader that nobody has */
    bool changed;
};

static bool is_counted(const struct rm_reader_state *state) {
    return strcmp(state->reader, RM_PNP_NOTIFICATION) == 0;
}

/* Asks the member for a reader of its. */
static rm_status put(struct wait *wait, const struct readername *name, size_t origin) {
    struct question *question = &wait->questions[name->place];
    if (!question->states) {
        question->states = calloc(wait->count, sizeof *question->states);
        question->origins = calloc(wait->count, sizeof *question->origins);
    }
    if (!question->states || !question->origins)
        return RM_E_NO_MEMORY;
    question->states[question->count] =
        (struct rm_reader_state){.reader = name->inner, .current = wait->states[origin].current};
    question->origins[question->count++] = origin;
    return RM_OK;
}

/* A reader that no member has, or none any more. */
static void tell_gone(struct rm_reader_state *state) {
    state->event = RM_STATE_GONE | RM_STATE_CHANGED;
    state->atr_size = 0;
}

/* Sorts what is asked by members. */
static rm_status sort_state(struct wait *wait, size_t origin) {
    struct rm_reader_state *state = &wait->states[origin];
    const struct readername *name = NULL;
    state->atr_size = 0;
    if (state->current & RM_STATE_IGNORE) {
        state->event = RM_STATE_IGNORE;
        return RM_OK;
    }
    if (is_counted(state)) {
        wait->counting = true;
        return RM_OK;
    }
    const rm_status status = composite_find(wait->context, state->reader, wait->bound, &name);
    if (status == RM_OK)
        return put(wait, name, origin);
    if (status != RM_E_UNKNOWN_READER)
        return status;
    tell_gone(state);
    wait->unknown = true;
    return RM_OK;
}

static rm_status sort_states(struct wait *wait) {
    rm_status status = RM_OK;
    for (size_t i = 0; i < wait->count && status == RM_OK; i++)
        status = sort_state(wait, i);
    for (size_t place = 0; place < wait->composite->count; place++)
        wait->concerned += wait->counting || wait->questions[place].count > 0;
    return status;
}

/* What the member has said goes to the caller. */
static void answer(struct wait *wait, const struct question *question) {
    for (size_t i = 0; i < question->count; i++) {
        struct rm_reader_state *to = &wait->states[question->origins[i]];
        const struct rm_reader_state *from = &question->states[i];
        to->event = from->event;
        to->atr_size = from->atr_size;
        memcpy(to->atr, from->atr, from->atr_size);
    }
}

/* The same where it has not: its readers are gone, which may be known already. */
static void answer_lost(struct wait *wait, struct question *question) {
    for (size_t i = 0; i < question->count; i++) {
        struct rm_reader_state *state = &wait->states[question->origins[i]];
        tell_gone(state);
        if (!rm_state_is_news(state->current, RM_STATE_GONE))
            state->event &= ~(uint32_t)RM_STATE_CHANGED;
        wait->changed |= (state->event & RM_STATE_CHANGED) != 0;
    }
    question->readers = 0;
}

static rm_status count_readers(struct wait *wait, size_t place) {
    struct names names = {0};
    const rm_status status = composite_list_of(wait->context, place, wait->bound, &names);
    wait->questions[place].readers = names_count(&names);
    names_clear(&names);
    return status;
}

/* One look at a member, without waiting. RM_OK, or what is wrong with the member. */
static rm_status look_at(struct wait *wait, size_t place) {
    struct question *question = &wait->questions[place];
    struct rm_context *inner = NULL;
    rm_status status = wait->counting ? count_readers(wait, place) : RM_OK;
    if (status != RM_OK || question->count == 0)
        return status;
    status = composite_context_with(wait->context, place, wait->bound, &inner, NULL);
    if (status != RM_OK)
        return status;
    status = rm_wait(inner, question->states, question->count, RM_WITHIN(0));
    (void)composite_context_judge(wait->context, place, inner, status);
    wait->changed |= status == RM_OK;
    wait->unknown |= status == RM_E_UNKNOWN_READER;
    return status == RM_E_TIMEOUT || status == RM_E_UNKNOWN_READER ? RM_OK : status;
}

static uint32_t changes_of(const struct wait *wait, size_t place) {
    return composite_watcher_changes(&wait->composite->members[place]->watcher);
}

/* The pseudo reader: how many readers all members have, and whether that has changed in between. */
static void look_at_list(struct wait *wait) {
    size_t readers = 0;
    bool changed = false;
    for (size_t place = 0; place < wait->composite->count; place++) {
        const struct question *question = &wait->questions[place];
        readers += question->readers;
        changed |= wait->armed && question->changes != changes_of(wait, place);
    }
    for (size_t i = 0; i < wait->count; i++) {
        struct rm_reader_state *state = &wait->states[i];
        if (!is_counted(state) || state->current & RM_STATE_IGNORE)
            continue;
        state->event = rm_state_of_list(state->current, readers) | (changed ? RM_STATE_CHANGED : 0u);
        wait->changed |= (state->event & RM_STATE_CHANGED) != 0;
    }
}

/*
 * Looks at all members that are concerned. RM_OK, also where some are lost: then their readers are gone.
 * Otherwise the code of the first, if all are lost; RM_E_CANCELLED, RM_E_NO_MEMORY.
 */
static rm_status look(struct wait *wait) {
    rm_status first = RM_OK;
    size_t lost = 0;
    for (size_t place = 0; place < wait->composite->count; place++) {
        struct question *question = &wait->questions[place];
        if (!wait->counting && question->count == 0)
            continue;
        question->status = look_at(wait, place);
        if (question->status == RM_E_CANCELLED || question->status == RM_E_NO_MEMORY)
            return question->status;
        if (question->status == RM_OK) {
            answer(wait, question);
            continue;
        }
        answer_lost(wait, question);
        first = lost++ ? first : question->status;
    }
    if (wait->counting)
        look_at_list(wait);
    return lost && lost == wait->concerned ? first : RM_OK;
}

/* Whether somebody is believed to use a reader, which a watcher may not know. */
static bool believes_in_use(const struct question *question) {
    for (size_t i = 0; i < question->count; i++)
        if (question->states[i].current & RM_STATE_USE)
            return true;
    return false;
}

/* From now on the wait is woken by whatever happens. */
static rm_status begin_watching(struct wait *wait) {
    rm_status status = RM_OK;
    for (size_t place = 0; place < wait->composite->count && status == RM_OK; place++) {
        struct question *question = &wait->questions[place];
        if (!wait->counting && question->count == 0)
            continue;
        status = composite_watcher_begin(&wait->composite->members[place]->watcher,
                                         wait->counting || believes_in_use(question), &question->ticket);
        question->watched = status == RM_OK;
    }
    return status;
}

static void end_watching(struct wait *wait) {
    for (size_t place = 0; place < wait->composite->count; place++)
        if (wait->questions[place].watched)
            composite_watcher_leave(&wait->composite->members[place]->watcher);
}

/* Whether all watchers have looked since; those that have not are asked, again if need be. */
static bool ask_watchers(struct wait *wait) {
    bool ready = true;
    for (size_t place = 0; place < wait->composite->count; place++) {
        const struct question *question = &wait->questions[place];
        struct composite_watcher *watcher = &wait->composite->members[place]->watcher;
        if (!question->watched || composite_watcher_is_ready(watcher, question->ticket))
            continue;
        composite_watcher_ask(watcher);
        ready = false;
    }
    return ready;
}

static void arm(struct wait *wait) {
    for (size_t place = 0; !wait->armed && place < wait->composite->count; place++)
        wait->questions[place].changes = changes_of(wait, place);
    wait->armed = true;
}

/* Sleeps until a watcher has news. RM_OK: look; RM_E_TIMEOUT, RM_E_CANCELLED. */
static rm_status sleep_until_news(struct wait *wait, uint64_t seen, uint32_t cancels, uint64_t deadline) {
    for (;;) {
        const bool ready = ask_watchers(wait);
        if (ready)
            arm(wait);
        const uint64_t soon = clock_deadline(ASK_MS);
        const uint64_t until = ready || soon > deadline ? deadline : soon;
        const rm_status status =
            slots_events_wait(&wait->composite->events, seen, &wait->context->cancels, cancels, until);
        if (status != RM_E_TIMEOUT || until == deadline)
            return status;
    }
}

static rm_status wait_for_several(struct wait *wait, uint32_t cancels, uint64_t deadline) {
    rm_status status = RM_OK;
    for (bool first = true; status == RM_OK; first = false) {
        const uint64_t seen = slots_events_seen(&wait->composite->events);
        status = look(wait);
        if (status != RM_OK)
            break;
        /* A name that is wrong from the start is an error; a reader that goes while we wait is an event. */
        if (wait->unknown)
            return first ? RM_E_UNKNOWN_READER : RM_OK;
        if (wait->changed)
            return RM_OK;
        if (first && clock_left(deadline))
            status = begin_watching(wait);
        if (status == RM_OK)
            status = sleep_until_news(wait, seen, cancels, deadline);
    }
    return status;
}

/* The wait is the member's own. */
static rm_status wait_for_one(struct wait *wait) {
    size_t place = 0;
    struct rm_context *inner = NULL;
    while (wait->questions[place].count == 0)
        place++;
    rm_status status = composite_context_with(wait->context, place, wait->bound, &inner, NULL);
    if (status != RM_OK)
        return status;
    struct question *question = &wait->questions[place];
    status = rm_wait(inner, question->states, question->count, wait->bound);
    (void)composite_context_judge(wait->context, place, inner, status);
    answer(wait, question);
    return status;
}

static void forget(struct wait *wait) {
    for (size_t place = 0; wait->questions && place < wait->composite->count; place++) {
        free(wait->questions[place].states);
        free(wait->questions[place].origins);
    }
    free(wait->questions);
}

rm_status composite_wait(struct rm_context *base, struct rm_reader_state *states, size_t count,
                         struct rm_bound *bound) {
    struct composite_context *context = composite_context_of(base);
    struct composite *composite = context->composite;
    struct wait wait = {
        .context = context, .composite = composite, .states = states, .count = count, .bound = bound};
    const uint64_t deadline = rm_bound_deadline(bound);
    const uint32_t cancels = slots_events_cancels(&composite->events, &context->cancels);
    wait.questions = calloc(composite->count, sizeof *wait.questions);
    if (!wait.questions)
        return RM_E_NO_MEMORY;
    rm_status status = sort_states(&wait);
    if (status == RM_OK && wait.concerned == 1 && !wait.unknown && !wait.counting)
        status = wait_for_one(&wait);
    else if (status == RM_OK)
        status = wait_for_several(&wait, cancels, deadline);
    end_watching(&wait);
    forget(&wait);
    return status;
}
