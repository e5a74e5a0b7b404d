/* What mutators share: chance that a seed decides, and pieces taken out of bytes or put into them. */
#ifndef SCARDSSP_FUZZ_MUTATORS_DICE_H
#define SCARDSSP_FUZZ_MUTATORS_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct dice {
    uint64_t state;
};

/* 0 to below `sides`; 0 where there are none. */
static inline size_t dice_roll(struct dice *dice, size_t sides) {
    dice->state = dice->state * 6364136223846793005u + 1442695040888963407u;
    return sides ? (size_t)(dice->state >> 33) % sides : 0;
}

/* Bytes that are being changed. */
struct dough {
    uint8_t *bytes;
    size_t size, room;
};

/*
 * Takes `length` bytes at `at` out and puts `count` others there. false: they have no room, nothing
 * changed.
 */
static inline bool dough_replace(struct dough *dough, size_t at, size_t length, const void *bytes,
                                 size_t count) {
    uint8_t kept[256];
    if (at > dough->size || length > dough->size - at || count > sizeof kept ||
        dough->size - length + count > dough->room)
        return false;
    if (count)
        memcpy(kept, bytes, count); /* it may lie in the dough itself */
    memmove(dough->bytes + at + count, dough->bytes + at + length, dough->size - at - length);
    if (count)
        memcpy(dough->bytes + at, kept, count);
    dough->size += count;
    dough->size -= length;
    return true;
}

#endif
