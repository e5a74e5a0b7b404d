/* Messages on the wire of virtual readers, a length and that many bytes: see mutators.h. */
#include "mutators/dice.h"
#include "mutators/mutators.h"

#define HEADER 2u
#define PIECE 64u

/* A message of the kinds that a driver and a card send: controls, ATRs, commands, answers. */
static size_t message_of(struct dice *dice, uint8_t out[HEADER + PIECE]) {
    static const uint8_t atr[] = {0x3B, 0x81, 0x01, 0x42, 0xC2},
                         select[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00}, done[] = {0x90, 0x00};
    static const uint8_t controls[] = {0, 1, 2, 4, 3};
    size_t size = 1;
    switch (dice_roll(dice, 5)) {
    case 0:
        out[HEADER] = controls[dice_roll(dice, sizeof controls)];
        break;
    case 1:
        memcpy(out + HEADER, atr, size = sizeof atr);
        break;
    case 2:
        memcpy(out + HEADER, select, size = sizeof select);
        break;
    case 3:
        memcpy(out + HEADER, done, size = sizeof done);
        break;
    default:
        size = dice_roll(dice, PIECE);
        memset(out + HEADER, (int)dice_roll(dice, 256), size);
    }
    const size_t said = dice_roll(dice, 8) ? size : dice_roll(dice, 65536);
    out[0] = (uint8_t)(said >> 8);
    out[1] = (uint8_t)said;
    return HEADER + size;
}

/* Where a message begins, by chance, and its size. */
static size_t choose(struct dice *dice, const uint8_t *data, size_t size, size_t *length) {
    size_t chosen = 0, seen = 0;
    *length = 0;
    for (size_t at = 0; at + HEADER <= size;) {
        const size_t whole = HEADER + ((size_t)data[at] << 8 | data[at + 1]);
        const size_t here = whole < size - at ? whole : size - at;
        if (dice_roll(dice, ++seen) == 0) {
            chosen = at;
            *length = here;
        }
        at += here;
    }
    return chosen;
}

size_t mutate_vpcd(uint8_t *data, size_t size, size_t room, unsigned seed) {
    struct dice dice = {seed};
    struct dough dough = {data, size, room};
    uint8_t made[HEADER + PIECE];
    size_t length = 0;
    const size_t at = choose(&dice, data, size, &length), count = message_of(&dice, made);
    bool done;
    switch (dice_roll(&dice, 4)) {
    case 0:
        done = dough_replace(&dough, at, length, NULL, 0) && dough.size;
        break;
    case 1:
        done = length < 256 && dough_replace(&dough, at, 0, data + at, length);
        break;
    case 2:
        done = dough_replace(&dough, at, length, made, count);
        break;
    default:
        done = dough_replace(&dough, at, 0, made, count);
    }
    return done && dough.size ? dough.size : LLVMFuzzerMutate(data, dough.size ? dough.size : size, room);
}
