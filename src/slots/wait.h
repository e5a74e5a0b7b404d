/* Waiting for readers to change. service.c offers it through the port. */
#ifndef SCARDSSP_SLOTS_WAIT_H
#define SCARDSSP_SLOTS_WAIT_H

#include <stddef.h>

#include "rm/rm.h"

/* The call `wait` of the port, whose contract says it all. */
rm_status slots_wait(struct rm_context *context, struct rm_reader_state *states, size_t count,
                     struct rm_bound *bound);

#endif
