/* A stream that a test hands out to be written to, and what has been written there so far. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_RECORDING_H
#define SCARDSSP_TESTS_SUPPORT_KITS_RECORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "support/kits/scratch.h"

struct recording {
    FILE *out;
    char *text; /* as of recording_read(), NUL-terminated */
    size_t size;
    char folder[SCRATCH_ROOM]; /* on Windows, which has no streams over memory */
};

/* Opens recording->out. recording_close() ends it, whatever this answers. */
bool recording_open(struct recording *recording);

/*
 * Fills text and size; valid until the next call and until more is written. Nobody may write at the time.
 * false: it fails.
 */
bool recording_read(struct recording *recording);

/* Closes the stream, and frees the text. */
void recording_close(struct recording *recording);

#endif
