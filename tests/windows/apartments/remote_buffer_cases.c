/* IByteBuffer of another process: see remote_cases.h. */
#include <stdlib.h>
#include <string.h>

#include "remote_cases.h"

#define LARGE 200000

static void put(IByteBuffer *buffer, const void *bytes, LONG size) {
    BYTE copy[64];
    LONG written = -1;
    assert_int_in_range(size, 0, sizeof copy);
    memcpy(copy, bytes, (size_t)size);
    expect_hr(IByteBuffer_Write(buffer, copy, size, &written), S_OK);
    assert_int_equal(written, size);
}

static LONG place_of(IByteBuffer *buffer) {
    LONG place = -1;
    expect_hr(IByteBuffer_Seek(buffer, 0, STREAM_SEEK_CUR, &place), S_OK);
    return place;
}

/* Reads from the start; compares. */
static void expect_content(IByteBuffer *buffer, const void *bytes, LONG size) {
    BYTE found[64];
    LONG read = -1;
    expect_hr(IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, NULL), S_OK);
    expect_hr(IByteBuffer_Read(buffer, found, sizeof found, &read), S_OK);
    assert_int_equal(read, size);
    assert_memory_equal(found, bytes, (size_t)size);
}

static void bytes(void *object) {
    IByteBuffer *const buffer = object;
    BYTE found[8];
    LONG read = -1;
    put(buffer, "0123456789", 10);
    assert_int_equal(place_of(buffer), 10);
    expect_content(buffer, "0123456789", 10);
    expect_hr(IByteBuffer_Seek(buffer, -3, STREAM_SEEK_END, NULL), S_OK);
    memset(found, 0xEE, sizeof found);
    expect_hr(IByteBuffer_Read(buffer, found, 8, &read), S_OK);
    assert_int_equal(read, 3);
    assert_memory_equal(found, "789\xEE\xEE\xEE\xEE\xEE", 8); /* what was not read is untouched */
    expect_hr(IByteBuffer_Read(buffer, found, 8, &read), S_OK);
    assert_int_equal(read, 0);
    expect_hr(IByteBuffer_Read(buffer, NULL, 0, &read), S_OK);
    assert_int_equal(read, 0);
    expect_hr(IByteBuffer_Seek(buffer, 2, STREAM_SEEK_SET, NULL), S_OK);
    expect_hr(IByteBuffer_Read(buffer, found, 2, NULL), S_OK); /* without a count, as the default has it */
    assert_memory_equal(found, "23", 2);
    put(buffer, "", 0);
    assert_int_equal(place_of(buffer), 4);
}

static void large(void *object) {
    IByteBuffer *const buffer = object;
    BYTE *const sent = malloc(LARGE), *const back = calloc(LARGE, 2);
    LONG done = -1;
    assert_true(sent && back);
    for (size_t i = 0; i < LARGE; ++i)
        sent[i] = (BYTE)(i * 7 + (i >> 8));
    expect_hr(IByteBuffer_Initialize(buffer, LARGE, sent), S_OK);
    expect_hr(IByteBuffer_Read(buffer, back, LARGE * 2, &done), S_OK);
    assert_int_equal(done, LARGE);
    assert_memory_equal(sent, back, LARGE);
    expect_hr(IByteBuffer_Write(buffer, sent, LARGE, &done), S_OK);
    assert_int_equal(done, LARGE);
    assert_int_equal(place_of(buffer), 2 * LARGE);
    /* Exactly as many as are there, in more than one piece. */
    expect_hr(IByteBuffer_Seek(buffer, LARGE, STREAM_SEEK_SET, NULL), S_OK);
    memset(back, 0, LARGE);
    expect_hr(IByteBuffer_Read(buffer, back, LARGE, &done), S_OK);
    assert_int_equal(done, LARGE);
    assert_memory_equal(sent, back, LARGE);
    /* Far more than there is: no room is wasted on it in the other process. */
    expect_hr(IByteBuffer_Seek(buffer, 5, STREAM_SEEK_SET, NULL), S_OK);
    expect_hr(IByteBuffer_SetSize(buffer, 10), S_OK);
    expect_hr(IByteBuffer_Read(buffer, back, 0x7FFFFFFF, &done), S_OK);
    assert_int_equal(done, 5);
    assert_memory_equal(back, sent + 5, 5);
    free(sent);
    free(back);
}

static void sizes(void *object) {
    IByteBuffer *const buffer = object;
    STATSTRUCT stat = {0};
    BYTE content[4] = {1, 2, 3, 4};
    expect_hr(IByteBuffer_Initialize(buffer, 3, NULL), S_OK);
    expect_content(buffer, "\0\0\0", 3);
    expect_hr(IByteBuffer_Initialize(buffer, 4, content), S_OK);
    assert_int_equal(place_of(buffer), 0);
    expect_content(buffer, content, 4);
    expect_hr(IByteBuffer_SetSize(buffer, 6), S_OK);
    expect_hr(IByteBuffer_Stat(buffer, &stat, STATFLAG_NONAME), S_OK);
    assert_int_equal(stat.type, STGTY_STREAM);
    assert_int_equal(stat.cbSize, 6);
    expect_hr(IByteBuffer_Initialize(buffer, 0, content), S_OK);
    expect_content(buffer, "", 0);
    /* Counters may be NULL on the way between processes, too (behaviour.md, rules for every method). */
    expect_hr(IByteBuffer_Write(buffer, content, 4, NULL), S_OK);
    expect_hr(IByteBuffer_Write(buffer, NULL, 0, NULL), S_OK);
    assert_int_equal(place_of(buffer), 4);
    expect_content(buffer, content, 4);
    expect_hr(IByteBuffer_Commit(buffer, 0), S_OK);
    expect_hr(IByteBuffer_Revert(buffer), S_OK);
}

/* What the buffer itself would say, on either side of the border. */
static void mistakes(void *object) {
    IByteBuffer *const buffer = object;
    BYTE byte = 0;
    LONG number = 5;
    expect_hr(IByteBuffer_Read(buffer, &byte, -1, &number), E_INVALIDARG);
    assert_int_equal(number, 0);
    expect_hr(IByteBuffer_Read(buffer, NULL, 1, NULL), E_POINTER);
    expect_hr(IByteBuffer_Write(buffer, NULL, 1, NULL), E_INVALIDARG);
    expect_hr(IByteBuffer_Write(buffer, &byte, -1, NULL), E_INVALIDARG);
    expect_hr(IByteBuffer_Write(buffer, &byte, -1, &number), E_INVALIDARG);
    expect_hr(IByteBuffer_Write(buffer, NULL, 1, &number), E_INVALIDARG);
    expect_hr(IByteBuffer_Initialize(buffer, -1, NULL), E_INVALIDARG);
    expect_hr(IByteBuffer_Initialize(buffer, (LONG)0x80000000, &byte), E_INVALIDARG);
    expect_hr(IByteBuffer_SetSize(buffer, -1), E_INVALIDARG);
    expect_hr(IByteBuffer_Seek(buffer, -1, STREAM_SEEK_SET, &number), STG_E_INVALIDFUNCTION);
    expect_hr(IByteBuffer_put_Stream(buffer, NULL), E_INVALIDARG);
    expect_hr(IByteBuffer_UnlockRegion(buffer, 0, 1, LOCK_WRITE), STG_E_LOCKVIOLATION);
    put(buffer, "still there", 11);
    expect_content(buffer, "still there", 11);
}

/* Two processes' buffers: bytes go both ways, and so do references to the buffers. */
static void copies(void *object) {
    IByteBuffer *const theirs = object;
    IByteBuffer *ours = kit_make(&CLSID_CByteBuffer, &IID_IByteBuffer);
    IByteBuffer *const before = ours;
    IByteBuffer *clone = NULL;
    LONG read = -1, written = -1;
    put(theirs, "abcdef", 6);
    expect_hr(IByteBuffer_Seek(theirs, 1, STREAM_SEEK_SET, NULL), S_OK);
    expect_hr(IByteBuffer_CopyTo(theirs, &ours, 4, &read, &written), S_OK);
    assert_ptr_equal(ours, before);
    assert_int_equal(read, 4);
    assert_int_equal(written, 4);
    expect_content(ours, "bcde", 4);
    expect_hr(IByteBuffer_Clone(theirs, &clone), S_OK);
    assert_int_equal(place_of(clone), 5);
    expect_content(clone, "abcdef", 6);
    expect_hr(IByteBuffer_Seek(ours, 0, STREAM_SEEK_SET, NULL), S_OK);
    IByteBuffer *target = clone;
    expect_hr(IByteBuffer_CopyTo(ours, &target, 9, NULL, NULL), S_OK);
    assert_ptr_equal(target, clone);
    expect_content(theirs, "abcdefbcde", 10); /* the clone is over the same bytes */
    expect_hr(IByteBuffer_LockRegion(theirs, 0, 4, LOCK_EXCLUSIVE), S_OK);
    expect_hr(IByteBuffer_LockRegion(clone, 0, 4, LOCK_EXCLUSIVE), STG_E_LOCKVIOLATION);
    expect_hr(IByteBuffer_UnlockRegion(theirs, 0, 4, LOCK_EXCLUSIVE), S_OK);
    assert_int_equal(IByteBuffer_Release(clone), 0);
    assert_int_equal(IByteBuffer_Release(ours), 0);
}

/* The stream under the buffer, there and here. */
static void streams(void *object) {
    IByteBuffer *const buffer = object;
    IStream *theirs = NULL, *ours = NULL;
    char found[8] = "";
    ULONG read = 0;
    put(buffer, "one", 3);
    expect_hr(IByteBuffer_get_Stream(buffer, &theirs), S_OK);
    expect_hr(IStream_Write(theirs, "two", 3, NULL), S_OK);
    expect_content(buffer, "onetwo", 6);
    IStream_Release(theirs);
    expect_hr(CreateStreamOnHGlobal(NULL, TRUE, &ours), S_OK);
    expect_hr(IByteBuffer_put_Stream(buffer, ours), S_OK);
    put(buffer, "here", 4); /* comes back into this process */
    expect_hr(IStream_Seek(ours, (LARGE_INTEGER){.QuadPart = 0}, STREAM_SEEK_SET, NULL), S_OK);
    expect_hr(IStream_Read(ours, found, sizeof found - 1, &read), S_OK);
    assert_int_equal(read, 4);
    assert_string_equal(found, "here");
    expect_hr(IByteBuffer_Initialize(buffer, 1, NULL), S_OK); /* lets go of our stream */
    IStream_Release(ours);
}

const struct remote_case remote_buffer_cases[] = {
    {"buffer_bytes", &CLSID_CByteBuffer, &IID_IByteBuffer, bytes},
    {"buffer_large", &CLSID_CByteBuffer, &IID_IByteBuffer, large},
    {"buffer_sizes", &CLSID_CByteBuffer, &IID_IByteBuffer, sizes},
    {"buffer_mistakes", &CLSID_CByteBuffer, &IID_IByteBuffer, mistakes},
    {"buffer_copies", &CLSID_CByteBuffer, &IID_IByteBuffer, copies},
    {"buffer_streams", &CLSID_CByteBuffer, &IID_IByteBuffer, streams},
    {NULL, NULL, NULL, NULL},
};
