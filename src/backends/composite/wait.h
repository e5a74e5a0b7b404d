/* Waiting for the readers of several members at once. Used by composite.c. */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_WAIT_H
#define SCARDSSP_BACKENDS_COMPOSITE_WAIT_H

#include <stddef.h>

#include "rm/rm.h"

/*
 * The call of struct rm_ops; what it does is said there. A member that is lost while others are waited for
 * counts as readers that are gone.
 */
rm_status composite_wait(struct rm_context *context, struct rm_reader_state *states, size_t count,
                         struct rm_bound *bound);

#endif
