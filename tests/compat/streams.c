/* The steps that the tests of the stream over memory share. */
#include "streams.h"

#include <stdlib.h>

#include "compat/memstream.h"

ULARGE_INTEGER wide(uint64_t value) {
    return (ULARGE_INTEGER){.QuadPart = value};
}

HRESULT seek(IStream *stream, int64_t move, DWORD origin, uint64_t *position) {
    ULARGE_INTEGER reached = wide(77);
    HRESULT hr = IStream_Seek(stream, (LARGE_INTEGER){.QuadPart = move}, origin, &reached);
    *position = reached.QuadPart;
    return hr;
}

uint64_t tell(IStream *stream) {
    uint64_t position;
    assert_hr(S_OK, seek(stream, 0, STREAM_SEEK_CUR, &position));
    return position;
}

void go(IStream *stream, int64_t to) {
    uint64_t position;
    assert_hr(S_OK, seek(stream, to, STREAM_SEEK_SET, &position));
    assert_int_equal(to, position);
}

IStream *stream_with(const char *text) {
    IStream *stream = NULL;
    ULONG written = 0;
    assert_hr(S_OK, memstream_create(NULL, true, &stream));
    assert_hr(S_OK, IStream_Write(stream, text, (ULONG)strlen(text), &written));
    assert_int_equal(strlen(text), written);
    go(stream, 0);
    return stream;
}

void assert_holds(IStream *stream, const void *expected, size_t count) {
    uint8_t *bytes = NULL;
    size_t size = 99;
    assert_hr(S_OK, memstream_copy(stream, SIZE_MAX, &bytes, &size));
    assert_int_equal(count, size);
    if (count)
        assert_memory_equal(bytes, expected, count);
    free(bytes);
}
