/*
 * A client of a composite: a context with each member that it has had to do with, opened when that comes up,
 * and opened anew where a member's service was gone meanwhile. Used by everything that a client calls.
 */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_CONTEXT_H
#define SCARDSSP_BACKENDS_COMPOSITE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/composite/renamed.h"
#include "backends/composite/service.h"
#include "base/lock.h"
#include "rm/rm.h"

/* A member's context whose service went; connections in it may still be somebody's. */
struct composite_relic {
    struct composite_relic *next;
    struct rm_context *inner;
};

struct composite_context {
    struct rm_context base;
    struct composite *composite;
    uint32_t cancels; /* guarded by the events' mutex */
    struct renamed_cards cards;
    struct lock lock; /* guards what follows */
    struct composite_relic *relics;
    unsigned relic_count;
    size_t shown;               /* the member that was connected to last, whose number the context goes by */
    struct rm_context *inner[]; /* with each member; NULL: none yet */
};

/* The client behind a context of the port. */
static inline struct composite_context *composite_context_of(struct rm_context *context) {
    return CONTAINER_OF(context, struct composite_context, base);
}

/* The calls of struct rm_ops that belong to a context; what they do is said there. */
rm_status composite_context_open(struct rm_service *service, struct rm_bound *bound, struct rm_context **out);
void composite_context_close(struct rm_context *context);
uint64_t composite_context_handle(const struct rm_context *context);
void composite_context_cancel(struct rm_context *context);

/*
 * The context with the member at `place`, opened within the bound if it is not yet; *fresh (may be NULL): it
 * has been opened by this call. The codes of composite_member_open().
 */
rm_status composite_context_with(struct composite_context *context, size_t place, struct rm_bound *bound,
                                 struct rm_context **out, bool *fresh);

/*
 * Notes what a call in `inner`, the context with the member at `place`, says of the member as a whole: where
 * it is lost, the next call opens another one. Whether it is.
 */
bool composite_context_judge(struct composite_context *context, size_t place, struct rm_context *inner,
                             rm_status status);

#endif
