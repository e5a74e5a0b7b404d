/*
 * All readers and what they held when they were looked at, and how two such looks differ. Used by the public
 * functions that tell readers and watch them.
 */
#ifndef SCARDSSP_CLIENT_ROSTER_H
#define SCARDSSP_CLIENT_ROSTER_H

#include <stddef.h>

#include "rm/names.h"
#include "rm/rm.h"

/* Starts zeroed: no readers. Ended by roster_clear(). */
struct roster {
    struct names names;
    struct rm_reader_state *states; /* `count` of them; their names are in `names` */
    size_t count;
};

/*
 * Takes the readers and their states, in the service's order, in place of what *out had. A reader that goes
 * meanwhile makes it begin anew, a few times. On failure *out is empty. The codes of rm_list_readers() and
 * rm_wait(); RM_E_NO_MEMORY.
 */
rm_status roster_take(struct roster *out, struct rm_context *context);

/* Forgets the readers. */
void roster_clear(struct roster *roster);

/* One reader that differs: its state before and now; NULL: it was not there, it is gone. */
typedef void (*roster_visitor)(void *user, const struct rm_reader_state *before,
                               const struct rm_reader_state *now);

/*
 * Visits the readers that went, those in `before` order, then those that are new or hold something else, in
 * the order of `now`. visit NULL: only counts. Returns how many there are.
 */
size_t roster_compare(const struct roster *before, const struct roster *now, roster_visitor visit,
                      void *user);

/* How rm_wait() is called by roster_wait(). */
typedef rm_status (*roster_waiter)(void *user, struct rm_context *context, struct rm_reader_state *states,
                                   size_t count, struct rm_bound *bound);

/*
 * Waits, through `wait`, until a reader may differ from what `roster` has of it, or one more is there.
 * RM_OK: look again. RM_E_TIMEOUT and other codes of rm_wait(); RM_E_NO_MEMORY.
 */
rm_status roster_wait(const struct roster *roster, struct rm_context *context, roster_waiter wait, void *user,
                      struct rm_bound *bound);

#endif
