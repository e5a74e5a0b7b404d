/*
 * Lists of readers and waits for them, on the client's own copy. Used by the files of backends/nats/ alone.
 */
#ifndef SCARDSSP_BACKENDS_NATS_LISTS_H
#define SCARDSSP_BACKENDS_NATS_LISTS_H

#include "backends/nats/state.h"

/* The calls of the port (rm/rm.h). */
rm_status lists_readers(struct rm_context *context, struct rm_bound *bound, struct names *out);
rm_status lists_groups(struct rm_context *context, struct rm_bound *bound, struct names *out);
rm_status lists_wait(struct rm_context *context, struct rm_reader_state *states, size_t count,
                     struct rm_bound *bound);

/*
 * Makes sure that it is known whether there is such a reader, within the bound, or NATS_LEAST_MS. RM_OK:
 * there is, or may be; RM_E_UNKNOWN_READER; RM_E_NO_SERVICE: no server is there; RM_W_SECURITY_VIOLATION:
 * there is, and the server does not let us use it; RM_E_CANCELLED: `cancels` is no longer the context's
 * count.
 */
rm_status lists_have(struct nats_context *context, const char *agent, const char *reader, uint32_t cancels,
                     struct rm_bound *bound);

/* From now on news of this number have to be there before the reader is told of. */
void lists_need(struct nats_service *service, const char *reader, uint64_t number);

#endif
