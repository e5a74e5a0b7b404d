/* Lists and waits: see lists.h. */
#include "backends/nats/lists.h"

#include <string.h>

#include "backends/nats/cards.h"
#include "backends/nats/copy.h"
#include "backends/nats/inbox.h"
#include "backends/nats/keeper.h"
#include "base/clock.h"
#include "remote/subject.h"
#include "rm/readerstate.h"

#define QUIET_MS 40u   /* after the last agent's answer: all that are there have answered */
#define ALONE_MS 500u  /* for the first one */
#define NAMED_MS 2000u /* for one whose reader somebody wants: a busy machine may answer late */
#define AGAIN_MS 100u  /* until it is asked once more */
#define READY_MS 300u  /* for the states of the readers of those that have */
#define FRESH_MS 200u  /* for news that an answer has told of */

/* Whether all readers have told their state, or were refused, or their time is over. With the lock held. */
static bool are_ready(const struct nats_service *service, uint64_t now) {
    if (now >= service->answered_at + READY_MS)
        return true;
    for (const struct nats_agent *agent = service->agents; agent; agent = agent->next)
        for (const struct nats_reader *reader = agent->readers; reader; reader = reader->next)
            if (!reader->known && !reader->denied)
                return false;
    return true;
}

/* When the first question of who is there is answered; 0: it is. With the lock held. */
static uint64_t answered_when(const struct nats_service *service, uint64_t now) {
    if (service->nobody && !service->agents)
        return 0;
    if (!service->answered_at)
        return now >= service->asked_at + ALONE_MS ? 0 : service->asked_at + ALONE_MS;
    if (now < service->answered_at + QUIET_MS)
        return service->answered_at + QUIET_MS;
    return are_ready(service, now) ? 0 : service->answered_at + READY_MS;
}

/* Asks who is there, once; then the copy is kept up to date by news. */
static void discover(struct nats_service *service) {
    lock_take(&service->lock);
    const bool first = !service->asked;
    service->asked = true;
    if (first)
        service->asked_at = clock_ms();
    lock_give(&service->lock);
    if (first) {
        nats_keeper_need(service);
        inbox_ask(service, SUBJECT_AGENTS, MESSAGE_WHO, NATS_REPLY_ALL);
    }
    lock_take(&service->lock);
    for (uint64_t until; (until = answered_when(service, clock_ms())) != 0;)
        (void)lock_sleep(&service->lock, &service->news, until);
    lock_give(&service->lock);
}

/* The server has been away for longer than anybody waits for. With the lock held. */
static bool is_gone(const struct nats_service *service, uint64_t now) {
    return service->down_since && now >= service->down_since + service->settings.lease_ms;
}

static rm_status judge(struct nats_service *service) {
    if (!nats_is_ours(service))
        return RM_E_INVALID_HANDLE;
    lock_take(&service->lock);
    const bool gone = is_gone(service, clock_ms());
    lock_give(&service->lock);
    return gone ? RM_E_NO_SERVICE : RM_OK;
}

rm_status lists_readers(struct rm_context *base, struct rm_bound *bound, struct names *out) {
    (void)bound; /* what is known is told; the first question has a time of its own */
    struct nats_service *service = cards_context(base)->service;
    const size_t before = out->size;
    bool added = true;
    const rm_status status = judge(service);
    if (status != RM_OK)
        return status;
    discover(service);
    lock_take(&service->lock);
    for (const struct nats_agent *agent = service->agents; agent && added; agent = agent->next)
        for (const struct nats_reader *reader = agent->readers; reader && added; reader = reader->next)
            if (reader->known)
                added = names_add(out, reader->full, strlen(reader->full));
    lock_give(&service->lock);
    if (!added)
        names_cut(out, before);
    return added ? RM_OK : RM_E_NO_MEMORY;
}

rm_status lists_groups(struct rm_context *context, struct rm_bound *bound, struct names *out) {
    static const char groups[] = "SCard$AllReaders\0SCard$DefaultReaders\0";
    (void)context, (void)bound;
    return names_add_all(out, groups, sizeof groups) ? RM_OK : RM_E_NO_MEMORY;
}

/* A call that wants a reader. */
struct search {
    const struct nats_context *context;
    const char *agent, *reader;
    uint32_t cancels;
    struct rm_bound *bound;
    bool told; /* the agent has said which readers it has */
};

/* With the lock held. */
static rm_status find(struct search *search) {
    const struct nats_agent *known = copy_agent(search->context->service, search->agent);
    const struct nats_reader *reader =
        known ? copy_reader_of(known, search->reader, strlen(search->reader)) : NULL;
    search->told = known && known->told;
    if (reader && reader->denied)
        return RM_W_SECURITY_VIOLATION;
    if (!reader && search->context->cancels != search->cancels)
        return RM_E_CANCELLED;
    return reader ? RM_OK : RM_E_UNKNOWN_READER;
}

/* Nobody can be asked until the server is back, and what was known is forgotten. With the lock held. */
static rm_status await_server(const struct search *search) {
    struct nats_service *service = search->context->service;
    const uint64_t deadline = rm_bound_deadline(search->bound);
    while (!transport_is_up(service->transport)) {
        const uint64_t gone = service->down_since + service->settings.lease_ms;
        if (search->context->cancels != search->cancels)
            return RM_E_CANCELLED;
        if (is_gone(service, clock_ms()) || !clock_left(deadline))
            return RM_E_NO_SERVICE;
        (void)lock_sleep(&service->lock, &service->news,
                         service->down_since && gone < deadline ? gone : deadline);
    }
    return RM_OK;
}

/* It may be far away, and its answer have come too late; it may have just begun. With the lock held. */
static rm_status ask_again(struct search *search) {
    struct nats_service *service = search->context->service;
    const uint64_t deadline = nats_sooner(nats_end_of(search->bound), clock_deadline(NAMED_MS));
    rm_status status = find(search);
    while (status == RM_E_UNKNOWN_READER && !search->told && clock_left(deadline)) {
        const uint64_t soon = clock_deadline(AGAIN_MS);
        lock_give(&service->lock);
        inbox_ask_agent(service, search->agent);
        lock_take(&service->lock);
        status = find(search);
        while (status == RM_E_UNKNOWN_READER && !search->told &&
               lock_sleep(&service->lock, &service->news, soon))
            status = find(search);
    }
    return status;
}

rm_status lists_have(struct nats_context *context, const char *agent, const char *reader, uint32_t cancels,
                     struct rm_bound *bound) {
    struct nats_service *service = context->service;
    struct search search = {
        .context = context, .agent = agent, .reader = reader, .cancels = cancels, .bound = bound};
    (void)rm_bound_deadline(bound);
    discover(service);
    lock_take(&service->lock);
    rm_status status = find(&search);
    if (status == RM_E_UNKNOWN_READER && !search.told)
        status = await_server(&search);
    if (status == RM_OK)
        status = ask_again(&search);
    lock_give(&service->lock);
    return status;
}

void lists_need(struct nats_service *service, const char *full, uint64_t number) {
    lock_take(&service->lock);
    struct nats_reader *reader = copy_reader(service, full);
    if (reader && reader->needed < number)
        reader->needed = number;
    lock_give(&service->lock);
}

/* Waiting */

/* What one look at all the readers found. */
struct look {
    bool changed, unknown, late;
};

static void look_at_list(const struct nats_service *service, struct rm_reader_state *state, uint64_t changes,
                         struct look *look) {
    state->event = rm_state_of_list(state->current, copy_count(service));
    if (changes != service->list_changes)
        state->event |= RM_STATE_CHANGED;
    look->changed |= (state->event & RM_STATE_CHANGED) != 0;
}

static void look_at_reader(const struct nats_reader *reader, struct rm_reader_state *state,
                           struct look *look) {
    look->late |= reader->number < reader->needed;
    state->event = reader->state;
    state->atr_size = reader->atr_size;
    memcpy(state->atr, reader->atr, reader->atr_size);
    if (!rm_state_is_news(state->current, state->event))
        return;
    state->event |= RM_STATE_CHANGED;
    look->changed = true;
}

static void look_at(const struct nats_service *service, struct rm_reader_state *state, uint64_t changes,
                    struct look *look) {
    state->atr_size = 0;
    if (state->current & RM_STATE_IGNORE) {
        state->event = RM_STATE_IGNORE;
        return;
    }
    if (strcmp(state->reader, RM_PNP_NOTIFICATION) == 0) {
        look_at_list(service, state, changes, look);
        return;
    }
    const struct nats_reader *reader = copy_reader(service, state->reader);
    if (reader) {
        look_at_reader(reader, state, look);
        return;
    }
    state->event = RM_STATE_GONE | RM_STATE_CHANGED;
    look->unknown = true;
}

/* One wait. */
struct watch {
    struct nats_context *context;
    struct rm_reader_state *states;
    size_t count;
    uint64_t deadline, fresh;
    uint64_t changes;
    uint32_t cancels;
};

static struct look look_at_all(const struct watch *watch) {
    struct look look = {.changed = false};
    for (size_t i = 0; i < watch->count; i++)
        look_at(watch->context->service, &watch->states[i], watch->changes, &look);
    return look;
}

/* When to look again though nothing has been heard. */
static uint64_t until_when(const struct watch *watch, const struct look *look) {
    const struct nats_service *service = watch->context->service;
    uint64_t until = look->late ? watch->fresh : watch->deadline;
    if (service->down_since && service->down_since + service->settings.lease_ms < until)
        until = service->down_since + service->settings.lease_ms;
    return until;
}

/* With the lock held. */
static rm_status watch_all(struct watch *watch) {
    struct nats_service *service = watch->context->service;
    for (bool first = true;;) {
        struct look look = look_at_all(watch);
        const uint64_t now = clock_ms();
        look.late = look.late && now < watch->fresh;
        if (watch->context->cancels != watch->cancels)
            return RM_E_CANCELLED;
        if (is_gone(service, now))
            return RM_E_NO_SERVICE;
        /* A name that is wrong from the start is an error; a reader that goes while we wait is an event. */
        if (look.unknown && !look.late)
            return first ? RM_E_UNKNOWN_READER : RM_OK;
        if (look.changed && !look.late)
            return RM_OK;
        if (!lock_sleep(&service->lock, &service->news, until_when(watch, &look)) && !look.late &&
            !clock_left(watch->deadline))
            return RM_E_TIMEOUT;
        first &= look.late; /* news that are known to be on their way belong to the first look */
    }
}

rm_status lists_wait(struct rm_context *base, struct rm_reader_state *states, size_t count,
                     struct rm_bound *bound) {
    struct nats_context *context = cards_context(base);
    struct nats_service *service = context->service;
    struct watch watch = {.context = context, .states = states, .count = count, .cancels = context->cancels};
    watch.deadline = rm_bound_deadline(bound);
    rm_status status = judge(service);
    if (status != RM_OK)
        return status;
    discover(service);
    watch.fresh = clock_deadline(FRESH_MS);
    lock_take(&service->lock);
    watch.changes = service->list_changes;
    status = watch_all(&watch);
    lock_give(&service->lock);
    return status;
}
