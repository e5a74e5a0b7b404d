/* The steps that the tests of the byte buffer share. */
#include "support/kits/bytebuffers.h"

#include <stdlib.h>

#include "objects/bytebuffer.h"

IByteBuffer *buffer_with(const void *bytes, size_t size) {
    IByteBuffer *buffer = NULL;
    assert_hr(S_OK, bytebuffer_create_with(bytes, size, &buffer));
    return buffer;
}

LONG tell(IByteBuffer *buffer) {
    LONG position = -1;
    assert_hr(S_OK, IByteBuffer_Seek(buffer, 0, STREAM_SEEK_CUR, &position));
    return position;
}

void go(IByteBuffer *buffer, LONG to) {
    assert_hr(S_OK, IByteBuffer_Seek(buffer, to, STREAM_SEEK_SET, NULL));
}

void assert_holds(IByteBuffer *buffer, const void *expected, size_t count) {
    uint8_t *bytes = NULL;
    size_t size = 99;
    LONG before = tell(buffer);
    assert_hr(S_OK, bytebuffer_read_all(buffer, SIZE_MAX, &bytes, &size));
    assert_int_equal(count, size);
    if (count)
        assert_memory_equal(bytes, expected, count);
    else
        assert_null(bytes);
    free(bytes);
    assert_int_equal(before, tell(buffer));
}
