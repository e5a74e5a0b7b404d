/* What a context with faults sees and waits for. Used by faulty.c. */
#ifndef SCARDSSP_BACKENDS_FAULTS_WAIT_H
#define SCARDSSP_BACKENDS_FAULTS_WAIT_H

#include <stdbool.h>

#include "rm/rm.h"

struct faulty_context;

/* Time passes. RM_OK: the service is there; RM_E_NO_SERVICE: it is not, or not the one any more. */
rm_status faulty_enter(struct faulty_context *context);

/* Lets so many ms pass; false: the context's calls were cancelled meanwhile. */
bool faulty_linger(struct faulty_context *context, uint32_t ms);

/* The calls of struct rm_ops; what they do is said there. */
void faulty_cancel(struct rm_context *context);
rm_status faulty_list_readers(struct rm_context *context, struct rm_bound *bound, struct names *out);
rm_status faulty_list_groups(struct rm_context *context, struct rm_bound *bound, struct names *out);
rm_status faulty_wait(struct rm_context *context, struct rm_reader_state *states, size_t count,
                      struct rm_bound *bound);

#endif
