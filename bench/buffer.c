/*
 * P12: IByteBuffer, 64 KiB written and read back, against memcpy twice. How fast memory is copied depends on
 * which pages the blocks happen to get, for either side; so several sets of blocks are tried, and the middle
 * one counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pairs.h"
#include "rows.h"
#include "subject.h"

#define SIZE 65536
#define PAGE 4096
#define TURNS 3000
#define SETS 9

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

static bool blocks_make(struct blocks *blocks) {
    blocks->from = aligned_alloc(PAGE, SIZE);
    blocks->between = aligned_alloc(PAGE, SIZE);
    blocks->to = aligned_alloc(PAGE, SIZE);
    if (!blocks->from || !blocks->between || !blocks->to)
        return false;
    for (size_t i = 0; i < SIZE; ++i)
        blocks->from[i] = (BYTE)(i * 31 + i / 256);
    return CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer,
                            (void **)&blocks->buffer) == S_OK &&
           buffer_ours(blocks) && memcmp(blocks->from, blocks->to, SIZE) == 0;
}

static void blocks_free(struct blocks *blocks) {
    if (blocks->buffer)
        IByteBuffer_Release(blocks->buffer);
    free(blocks->from);
    free(blocks->between);
    free(blocks->to);
}

size_t rows_buffer(struct row *rows, double effort) {
    struct blocks sets[SETS];
    double ratios[SETS], ours[SETS], references[SETS];
    bool good = true;
    *rows = (struct row){
        .number = "P12", .what = "IByteBuffer Write+Read / memcpy x 2", .target = 1.1, .decimals = 3};
    memset(sets, 0, sizeof sets);
    /* All are there at once: otherwise each would get the pages of the one before. */
    for (size_t i = 0; i < SETS && good; ++i)
        good = blocks_make(&sets[i]);
    for (size_t i = 0; i < SETS && good; ++i) {
        struct pairs_result result;
        good = pairs_run(buffer_ours, buffer_memcpy, &sets[i], (size_t)(TURNS * effort), &result);
        ratios[i] = good ? result.ratio : 0;
        ours[i] = good ? result.ours : 0;
        references[i] = good ? result.reference : 0;
    }
    if (good) {
        rows->value = median(ratios, SETS);
        rows->low = ratios[SETS / 4];
        rows->high = ratios[SETS - 1 - SETS / 4];
        (void)snprintf(rows->measured, sizeof rows->measured, "%.2f / %.2f us", median(ours, SETS) / 1000,
                       median(references, SETS) / 1000);
    } else {
        (void)snprintf(rows->skipped, sizeof rows->skipped, "a call failed");
    }
    for (size_t i = 0; i < SETS; ++i)
        blocks_free(&sets[i]);
    return 1;
}
