/* The state of a reader as programs get it. For the files of this folder that tell of readers. */
#ifndef SCARDSSP_MODULE_API_READERSTATE_H
#define SCARDSSP_MODULE_API_READERSTATE_H

#include <string.h>

#include "rm/rm.h"
#include "scardssp_rm.h"

/* Fills *out from what the port has told. */
static inline void readerstate_hand(const struct rm_reader_state *state, struct scardssp_reader_state *out) {
    memset(out, 0, sizeof *out);
    out->state = state->event & ~(uint32_t)RM_STATE_CHANGED;
    out->atr_size = (uint32_t)state->atr_size;
    memcpy(out->atr, state->atr, state->atr_size);
}

#endif
