/*
 * Memory for secrets that have to be kept: in pages of their own, which no core dump has and, where the
 * system grants it, the swap has not either. Used by the simulated card, which must know its PINs and keys.
 * What is needed only for a moment is wiped instead (wipe.h).
 */
#ifndef SCARDSSP_BASE_VAULT_H
#define SCARDSSP_BASE_VAULT_H

#include <stddef.h>

/* `size` bytes of zeros, for the caller to give back with vault_free(). NULL: there is no memory. */
void *vault_alloc(size_t size);

/* Wipes and frees memory of vault_alloc(), of the same size. memory NULL: does nothing. */
void vault_free(void *memory, size_t size);

#endif
