/* BER-TLV (ISO/IEC 8825-1): see mutators.h. */
#include <stdlib.h>

#include "apdu/tlv.h"
#include "mutators/dice.h"
#include "mutators/mutators.h"

#define PIECE 200u /* bytes of an object that is put in */

/* An object of a tag that means something to somebody, of `size` bytes of value. Returns its size. */
static size_t object_of(struct dice *dice, uint8_t out[PIECE + 8]) {
    static const uint32_t tags[] = {0x62, 0x6F, 0x64, 0x80, 0x81, 0x82,   0x83,   0x84,
                                    0x85, 0x86, 0x88, 0x8A, 0x8B, 0x8C,   0xA5,   0xAB,
                                    0xC6, 0x50, 0x4F, 0x53, 0x7C, 0x5F50, 0x7F66, 0x47};
    static const uint32_t sizes[] = {0, 1, 2, 3, 5, 16, 127, 128, 129};
    const uint32_t length = sizes[dice_roll(dice, 9)];
    const size_t head = tlv_head_write(out, 8, tags[dice_roll(dice, sizeof tags / sizeof *tags)], length);
    for (uint32_t i = 0; i < length; ++i)
        out[head + i] = (uint8_t)dice_roll(dice, 256);
    return head + length;
}

/* The object to be changed, by chance, among those of `dough` and, when they are constructed, in them. */
static bool choose(struct dice *dice, const struct dough *dough, struct tlv_object *out) {
    struct tlv_reader reader = {dough->bytes, dough->size};
    size_t seen = 0;
    struct tlv_object object;
    while (tlv_next(&reader, &object))
        if (dice_roll(dice, ++seen) == 0)
            *out = object;
    return seen != 0;
}

/* Behind the change of one object inside the only outer one, the outer length is made right. */
static size_t rewrap(uint8_t *data, size_t room, uint32_t tag, const struct dough *inner) {
    uint8_t head[8];
    const size_t size = tlv_head_write(head, sizeof head, tag, (uint32_t)inner->size);
    if (!size || size + inner->size > room)
        return 0;
    memcpy(data, head, size);
    memcpy(data + size, inner->bytes, inner->size);
    return size + inner->size;
}

static void change(struct dice *dice, struct dough *dough) {
    struct tlv_object object = {0};
    uint8_t made[PIECE + 8];
    const size_t size = object_of(dice, made);
    if (!choose(dice, dough, &object)) {
        (void)dough_replace(dough, 0, 0, made, size);
        return;
    }
    const size_t at = (size_t)(object.bytes - dough->bytes);
    switch (dice_roll(dice, 4)) {
    case 0: /* another one before it, or in its place */
        (void)dough_replace(dough, at, dice_roll(dice, 2) ? object.size : 0, made, size);
        break;
    case 1: /* once more */
        (void)dough_replace(dough, at, 0, dough->bytes + at, object.size < 256 ? object.size : 0);
        break;
    case 2: /* away with it */
        (void)dough_replace(dough, at, object.size, NULL, 0);
        break;
    default: /* another value of the same length */
        for (uint32_t i = 0; i < object.length; ++i)
            dough->bytes[at + object.size - object.length + i] ^=
                (uint8_t)(dice_roll(dice, 3) ? 0 : dice_roll(dice, 256));
    }
}

size_t mutate_tlv(uint8_t *data, size_t size, size_t room, unsigned seed) {
    struct dice dice = {seed};
    struct tlv_reader reader = {data, size};
    struct tlv_object outer;
    uint8_t *const copy = malloc(room + 1);
    size_t made = 0;
    if (!copy)
        return LLVMFuzzerMutate(data, size, room);
    const bool wrapped = tlv_next(&reader, &outer) && !reader.left && dice_roll(&dice, 8);
    struct dough dough = {copy, wrapped ? outer.length : size, room};
    if (dough.size)
        memcpy(copy, wrapped ? outer.value : data, dough.size);
    change(&dice, &dough);
    if (wrapped) {
        made = rewrap(data, room, outer.tag, &dough);
    } else if (dough.size) {
        memcpy(data, copy, dough.size);
        made = dough.size;
    }
    free(copy);
    return made ? made : LLVMFuzzerMutate(data, size, room);
}
