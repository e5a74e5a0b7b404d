/* Small steps on byte buffers that their tests share. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_BYTEBUFFERS_H
#define SCARDSSP_TESTS_SUPPORT_KITS_BYTEBUFFERS_H

#include "support/kits/com.h"

/* A new buffer of ours with a copy of the bytes. */
IByteBuffer *buffer_with(const void *bytes, size_t size);
LONG tell(IByteBuffer *buffer);
void go(IByteBuffer *buffer, LONG to);

/* The buffer holds just these bytes, and reading them has not moved its pointer. */
void assert_holds(IByteBuffer *buffer, const void *expected, size_t count);

#endif
