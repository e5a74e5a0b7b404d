/* ATRs, ISO/IEC 7816-3 §8.2: see mutators.h. */
#include "mutators/dice.h"
#include "mutators/mutators.h"

#define ATR_LARGEST 40u /* some more than a sound one has */

/* Interface bytes of one group, and the TD that leads to the next. */
static size_t add_group(struct dice *dice, uint8_t *out, uint8_t which, size_t groups_left, bool *tck) {
    static const uint8_t values[] = {0x00, 0x01, 0x11, 0x13, 0x15, 0x18, 0x45, 0x80, 0x81, 0x95, 0xFE, 0xFF};
    size_t size = 0;
    for (unsigned bit = 0x10; bit < 0x80; bit <<= 1)
        if (which & bit)
            out[size++] =
                dice_roll(dice, 4) ? values[dice_roll(dice, sizeof values)] : (uint8_t)dice_roll(dice, 256);
    if (!(which & 0x80))
        return size;
    const uint8_t protocols[] = {0, 1, 15, 14, (uint8_t)dice_roll(dice, 16)};
    const uint8_t protocol = protocols[dice_roll(dice, sizeof protocols)];
    const uint8_t next = (uint8_t)(dice_roll(dice, 16) << 4 & (groups_left ? 0xF0 : 0x70));
    *tck |= protocol != 0;
    out[size++] = (uint8_t)(next | protocol);
    return groups_left ? size + add_group(dice, out + size, next, groups_left - 1, tck)
                       : size + add_group(dice, out + size, next & 0x70, 0, tck);
}

/* A new one: most often sound, its check byte right. */
static size_t make(struct dice *dice, uint8_t out[64 + 32]) {
    const uint8_t historical = (uint8_t)dice_roll(dice, 16), which = (uint8_t)(dice_roll(dice, 16) << 4);
    bool tck = false;
    size_t size = 2;
    out[0] = dice_roll(dice, 4) ? 0x3B : 0x3F;
    out[1] = (uint8_t)(which | historical);
    size += add_group(dice, out + size, which, dice_roll(dice, 4), &tck);
    for (unsigned i = 0; i < historical; ++i)
        out[size++] = (uint8_t)(i == 0 && dice_roll(dice, 2) ? 0x80 : dice_roll(dice, 256));
    if (tck) {
        uint8_t sum = 0;
        for (size_t i = 1; i < size; ++i)
            sum ^= out[i];
        out[size++] = sum;
    }
    return size;
}

/* One byte more, fewer, or another; then the check byte of what it is now. */
static size_t change(struct dice *dice, uint8_t *data, size_t size, size_t room) {
    struct dough dough = {data, size, room};
    const uint8_t byte = (uint8_t)dice_roll(dice, 256);
    const size_t at = 1 + dice_roll(dice, size - 1);
    (void)dough_replace(&dough, at, dice_roll(dice, 2), &byte, dice_roll(dice, 2));
    uint8_t sum = 0;
    for (size_t i = 1; i + 1 < dough.size; ++i)
        sum ^= data[i];
    if (dough.size > 2 && dice_roll(dice, 4))
        data[dough.size - 1] = sum;
    return dough.size;
}

size_t mutate_atr(uint8_t *data, size_t size, size_t room, unsigned seed) {
    struct dice dice = {seed};
    uint8_t made[64 + 32];
    if (size >= 2 && size <= ATR_LARGEST && dice_roll(&dice, 4))
        return change(&dice, data, size, room);
    const size_t length = make(&dice, made);
    if (length > room)
        return LLVMFuzzerMutate(data, size, room);
    memcpy(data, made, length);
    return length;
}
