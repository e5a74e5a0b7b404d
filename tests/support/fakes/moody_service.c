/* A simulator with moods: see moody_service.h. */
#include "support/fakes/moody_service.h"

#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"

#define SLICE_MS 20u

static struct {
    struct rm_service base;
    struct rm_service *sim;
    struct rm_ops ops;        /* the simulator's, but for what has moods */
    const struct rm_ops *own; /* the simulator's */
    _Atomic rm_status answer;
    _Atomic uint32_t slow_ms;
    atomic_uint contexts;
} moody;

static rm_status answer(void) {
    const uint32_t ms = atomic_load(&moody.slow_ms);
    const struct timespec pause = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    if (ms)
        nanosleep(&pause, NULL);
    return atomic_load(&moody.answer);
}

static void service_release(struct rm_service *service) {
    (void)service;
}

static rm_status context_open(struct rm_service *service, struct rm_bound *bound, struct rm_context **out) {
    (void)service;
    rm_status status = atomic_load(&moody.answer);
    if (status == RM_OK)
        status = rm_context_open(moody.sim, bound, out);
    if (status != RM_OK)
        return status;
    (*out)->ops = &moody.ops;
    atomic_fetch_add(&moody.contexts, 1);
    return RM_OK;
}

static void context_close(struct rm_context *context) {
    atomic_fetch_sub(&moody.contexts, 1);
    moody.own->context_close(context);
}

static rm_status list_readers(struct rm_context *context, struct rm_bound *bound, struct names *out) {
    const rm_status status = answer();
    return status == RM_OK ? moody.own->list_readers(context, bound, out) : status;
}

static rm_status wait_for_change(struct rm_context *context, struct rm_reader_state *states, size_t count,
                                 struct rm_bound *bound) {
    const uint64_t deadline = rm_bound_deadline(bound);
    for (;;) {
        const uint32_t left = clock_left(deadline);
        const uint32_t slice = left < SLICE_MS ? left : SLICE_MS;
        const rm_status mood = atomic_load(&moody.answer);
        if (mood != RM_OK)
            return mood;
        const rm_status status = moody.own->wait(context, states, count, RM_WITHIN(slice));
        if (status != RM_E_TIMEOUT || slice == left)
            return status;
    }
}

static rm_status connect_card(struct rm_context *context, const char *reader, uint32_t share,
                              uint32_t protocols, struct rm_bound *bound, struct rm_card **out) {
    const rm_status status = answer();
    return status == RM_OK ? moody.own->connect(context, reader, share, protocols, bound, out) : status;
}

struct rm_service *moody_service(struct rm_service *sim) {
    moody.sim = sim;
    moody.own = sim->ops;
    moody.ops = *sim->ops;
    moody.ops.service_release = service_release;
    moody.ops.context_open = context_open;
    moody.ops.context_close = context_close;
    moody.ops.list_readers = list_readers;
    moody.ops.wait = wait_for_change;
    moody.ops.connect = connect_card;
    moody.base = (struct rm_service){.ops = &moody.ops, .name = "moody", .receive_max = sim->receive_max};
    atomic_store(&moody.answer, RM_OK);
    atomic_store(&moody.slow_ms, 0);
    return &moody.base;
}

void moody_service_say(rm_status status) {
    atomic_store(&moody.answer, status);
}

void moody_service_dawdle(uint32_t ms) {
    atomic_store(&moody.slow_ms, ms);
}

unsigned moody_service_contexts(void) {
    return atomic_load(&moody.contexts);
}
