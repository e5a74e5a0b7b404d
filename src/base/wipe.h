/* Erases secrets in a way the optimiser keeps. */
#ifndef SCARDSSP_BASE_WIPE_H
#define SCARDSSP_BASE_WIPE_H

#include <stddef.h>

/* Overwrites `size` bytes with zeros. memory NULL: does nothing. */
void wipe(void *memory, size_t size);

/* Overwrites, then frees. memory NULL: does nothing. */
void wipe_free(void *memory, size_t size);

#endif
