/* Small steps on a stream over memory that its tests share. */
#ifndef SCARDSSP_TESTS_COMPAT_STREAMS_H
#define SCARDSSP_TESTS_COMPAT_STREAMS_H

#include "support/kits/com.h"

ULARGE_INTEGER wide(uint64_t value);

/* Seek; *position is what it told, 77 when it told nothing. */
HRESULT seek(IStream *stream, int64_t move, DWORD origin, uint64_t *position);
uint64_t tell(IStream *stream);
void go(IStream *stream, int64_t to);

/* A new stream that holds `text`, its pointer at 0. */
IStream *stream_with(const char *text);
void assert_holds(IStream *stream, const void *expected, size_t count);

#endif
