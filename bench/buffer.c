/* P12: IByteBuffer, 64 KiB written and read back, against memcpy twice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pairs.h"
#include "rows.h"
#include "subject.h"

#define SIZE 65536
#define TURNS 20000

struct blocks {
    IByteBuffer *buffer;
    BYTE *from, *between, *to;
};

static bool buffer_ours(void *opaque) {
    struct blocks *blocks = opaque;
    LONG written = 0;
    LONG read = 0;
    return IByteBuffer_Seek(blocks->buffer, 0, STREAM_SEEK_SET, NULL) == S_OK &&
           IByteBuffer_Write(blocks->buffer, blocks->from, SIZE, &written) == S_OK &&
           IByteBuffer_Seek(blocks->buffer, 0, STREAM_SEEK_SET, NULL) == S_OK &&
           IByteBuffer_Read(blocks->buffer, blocks->to, SIZE, &read) == S_OK && written == SIZE &&
           read == SIZE;
}

static bool buffer_memcpy(void *opaque) {
    struct blocks *blocks = opaque;
    memcpy(blocks->between, blocks->from, SIZE);
    __asm__ volatile("" ::: "memory"); /* two copies, not one that the compiler makes of them */
    memcpy(blocks->to, blocks->between, SIZE);
    __asm__ volatile("" ::: "memory");
    return true;
}

size_t rows_buffer(struct row *rows, double effort) {
    struct blocks blocks = {NULL, malloc(SIZE), malloc(SIZE), malloc(SIZE)};
    struct pairs_result result;
    *rows = (struct row){
        .number = "P12", .what = "IByteBuffer Write+Read / memcpy x 2", .target = 1.3, .decimals = 3};
    bool good = blocks.from && blocks.between && blocks.to &&
                CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer,
                                 (void **)&blocks.buffer) == S_OK;
    if (good) {
        memset(blocks.from, 0x5A, SIZE);
        good = pairs_run(buffer_ours, buffer_memcpy, &blocks, (size_t)(TURNS * effort), &result) &&
               memcmp(blocks.from, blocks.to, SIZE) == 0;
    }
    if (good) {
        rows->value = result.ratio;
        rows->low = result.low;
        rows->high = result.high;
        (void)snprintf(rows->measured, sizeof rows->measured, "%.2f / %.2f us", result.ours / 1000,
                       result.reference / 1000);
    } else {
        (void)snprintf(rows->skipped, sizeof rows->skipped, "a call failed");
    }
    if (blocks.buffer)
        IByteBuffer_Release(blocks.buffer);
    free(blocks.from);
    free(blocks.between);
    free(blocks.to);
    return 1;
}
