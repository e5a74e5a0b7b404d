/* Waiting for readers and cards, and asking what a reader holds. Used by pcsc.c, attach.c and card.c. */
#ifndef SCARDSSP_BACKENDS_PCSC_WAIT_H
#define SCARDSSP_BACKENDS_PCSC_WAIT_H

#include "backends/pcsc/links.h"

/* rm_wait(). */
rm_status pcsc_context_wait(struct rm_context *context, struct rm_reader_state *states, size_t count,
                            struct rm_bound *bound);

/*
 * The state of one reader (RM_STATE_* bits) as soon as it differs from `current` (RM_STATE_UNAWARE: at once),
 * or after timeout_ms. The codes of rm_wait(), but no RM_E_TIMEOUT.
 */
rm_status pcsc_reader_state(struct pcsc_context *context, const char *reader, uint32_t current,
                            uint32_t timeout_ms, uint32_t *out);

#endif
