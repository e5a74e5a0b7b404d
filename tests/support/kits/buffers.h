/* Byte buffers for tests: made from hexadecimal text and compared with it. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_BUFFERS_H
#define SCARDSSP_TESTS_SUPPORT_KITS_BUFFERS_H

#include <stddef.h>
#include <stdint.h>

#include "com/win.h"

/* Reads hexadecimal digits, two a byte, blanks between bytes allowed, into `out`; the number of bytes. */
size_t bytes_from_hex(const char *hex, uint8_t *out, size_t room);

/* A new buffer with these bytes and its pointer at the end, as a program leaves it that has just written. */
IByteBuffer *buffer_of(const void *bytes, size_t size);
IByteBuffer *buffer_from_hex(const char *hex);

/* The same with `size` bytes 00 01 02 ... FF 00 ... */
IByteBuffer *buffer_filled(size_t size);

/* A buffer of another make: every call fails with `hr`. */
IByteBuffer *buffer_that_fails(HRESULT hr);

/* Where the pointer stands. */
LONG buffer_position(IByteBuffer *buffer);

/* Asserts that Read from where the pointer stands gives exactly these bytes, then releases the buffer. */
void assert_buffer_bytes(IByteBuffer *buffer, const uint8_t *bytes, size_t size);
void assert_buffer_hex(IByteBuffer *buffer, const char *hex);

#endif
