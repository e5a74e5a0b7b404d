/*
 * The backends there are, by their names: what SCARDSSP_RM and scardssp_use_rm() may say. The only file of
 * the library, beside the simulator's public interface (api/sim.c), that names any. Used by manager.c.
 */
#ifndef SCARDSSP_MODULE_BACKENDS_H
#define SCARDSSP_MODULE_BACKENDS_H

#include <stddef.h>

#include "rm/rm.h"

/*
 * Makes the backend that `spec` names: NAME, or NAME:ARGUMENT for one that takes an argument, which is
 * everything after the first colon (a file's name may have colons and commas). *simulator: the same if it is
 * the simulator, else NULL. RM_E_INVALID_PARAMETER: no such backend or a bad argument; message (may be NULL)
 * of message_size bytes then says why, and which backends there are. Otherwise the codes of the backend's
 * creator.
 */
rm_status backends_create(const char *spec, struct rm_service **out, struct rm_service **simulator,
                          char *message, size_t message_size);

/* Wraps a service in the tracer, which writes to stderr (tracer_wrap()). NULL: out of memory. */
struct rm_service *backends_trace(struct rm_service *inner, int level);

#endif
