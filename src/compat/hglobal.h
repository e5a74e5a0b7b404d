/* What the GlobalAlloc family tells the stream over memory beyond its public functions (Linux only). */
#ifndef SCARDSSP_COMPAT_HGLOBAL_H
#define SCARDSSP_COMPAT_HGLOBAL_H

#include <stdbool.h>

#include "scardssp.h"

/*
 * Whether the block behind a valid handle was made with GMEM_MOVEABLE, so that it can grow under its handle.
 */
bool hglobal_moveable(HGLOBAL block);

#endif
