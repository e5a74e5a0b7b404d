/*
 * The memory under a stream, lent to the program. The list of loans is the process's: memory may be returned
 * to another converter than the one that lent it. Called by typeconv.c.
 */
#ifndef SCARDSSP_OBJECTS_STREAMLOAN_H
#define SCARDSSP_OBJECTS_STREAMLOAN_H

#include "com/win.h"

/* What is lent: hMem the block, dwSize its size in bytes, pbyData its first byte, NULL when it is empty. */

/*
 * Lends the block under `stream`: takes a reference and locks the block until streamloan_return(). pbyData is
 * good until the stream's size changes or the loan ends. E_INVALIDARG: not a stream over memory;
 * E_OUTOFMEMORY.
 */
HRESULT streamloan_lend(IStream *stream, BYTEARRAY *out);

/*
 * Ends one loan of `stream` whose first byte is at `bytes`: unlocks, releases. E_INVALIDARG: there is none,
 * nothing is done.
 */
HRESULT streamloan_return(IStream *stream, const BYTE *bytes);

#endif
