/* Calls by name, calls.h: see mutators.h. A call is changed, doubled, moved or taken out as a whole. */
#include "mutators/calls.h"

#include "mutators/dice.h"
#include "mutators/mutators.h"

/* One of its parts: object, member, flags, count, or an argument, whose type is its last byte. */
static void change(struct dice *dice, uint8_t *call) {
    const size_t part = dice_roll(dice, 4 + CALL_ARGUMENTS);
    if (part < 4) {
        call[part] = (uint8_t)(dice_roll(dice, 2) ? dice_roll(dice, 40) : dice_roll(dice, 256));
        return;
    }
    uint8_t *const argument = call + 4 + (part - 4) * 4;
    if (dice_roll(dice, 2))
        argument[3] = (uint8_t)dice_roll(dice, 128);
    else
        argument[dice_roll(dice, 3)] = (uint8_t)dice_roll(dice, 256);
}

size_t mutate_calls(uint8_t *data, size_t size, size_t room, unsigned seed) {
    struct dice dice = {seed};
    const size_t count = size / CALL_SIZE, at = dice_roll(&dice, count) * CALL_SIZE;
    struct dough dough = {data, count * CALL_SIZE, room};
    uint8_t fresh[CALL_SIZE] = {0};
    if (!count || dice_roll(&dice, 6) == 0) {
        for (unsigned i = 0; i < 8; ++i)
            change(&dice, fresh);
        (void)dough_replace(&dough, at, 0, fresh, CALL_SIZE);
    } else if (dice_roll(&dice, 5) == 0) {
        (void)dough_replace(&dough, at, 0, data + dice_roll(&dice, count) * CALL_SIZE, CALL_SIZE);
    } else if (count > 1 && dice_roll(&dice, 8) == 0) {
        (void)dough_replace(&dough, at, CALL_SIZE, NULL, 0);
    } else {
        change(&dice, data + at);
    }
    return dough.size ? dough.size : LLVMFuzzerMutate(data, size, room);
}
