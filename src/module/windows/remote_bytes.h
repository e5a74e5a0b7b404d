/*
 * Bytes that travel between processes: how they are marshalled (the functions REMOTE_BYTES_User... that the
 * proxy calls), and what the calls that carry them share. Called by remote_buffer.c, remote_typeconv.c,
 * remote_fileaccess.c.
 */
#ifndef SCARDSSP_MODULE_REMOTE_BYTES_H
#define SCARDSSP_MODULE_REMOTE_BYTES_H

#include "module/windows/remote.h"

/* No more than this travels at once: sizes are LONGs everywhere else. */
#define REMOTE_BYTES_MAX 0x7fffffffu

/* Makes room for `size` zero bytes in task memory. E_OUTOFMEMORY, also for more than REMOTE_BYTES_MAX. */
HRESULT remote_bytes_make(size_t size, REMOTE_BYTES *out);

/* Wipes and frees; nothing is left in `bytes`. */
void remote_bytes_free(REMOTE_BYTES *bytes);

/*
 * How many bytes lie in a message from `buffer` on, where an unmarshalling function was called with `flags`.
 * Raises RPC_X_BAD_STUB_DATA when that cannot be told.
 */
size_t remote_bytes_room(unsigned long *flags, const unsigned char *buffer);

#endif
