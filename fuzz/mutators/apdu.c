/* Commands: see mutators.h. */
#include <stdlib.h>

#include "apdu/apdu.h"
#include "mutators/dice.h"
#include "mutators/mutators.h"

#define DATA_MAX 600u

static uint8_t any_class(struct dice *dice) {
    static const uint8_t classes[] = {0x00, 0x01, 0x03, 0x0C, 0x10, 0x40, 0x4F,
                                      0x60, 0x80, 0x84, 0x90, 0xA0, 0xFF};
    return classes[dice_roll(dice, sizeof classes)];
}

static uint8_t any_instruction(struct dice *dice) {
    static const uint8_t known[] = {0x0E, 0x20, 0x24, 0x2C, 0x82, 0x84, 0x87, 0x88, 0xA4,
                                    0xB0, 0xB1, 0xB2, 0xC0, 0xC2, 0xCA, 0xCB, 0xD0, 0xD6,
                                    0xD8, 0xDA, 0xDB, 0xDC, 0xE0, 0xE2, 0xE4};
    return known[dice_roll(dice, sizeof known)];
}

static uint32_t any_length(struct dice *dice, uint32_t most) {
    static const uint32_t edges[] = {0, 1, 2, 127, 128, 254, 255, 256, 257, 511, 65535};
    const uint32_t length = dice_roll(dice, 2) ? edges[dice_roll(dice, 11)] : (uint32_t)dice_roll(dice, 20);
    return length < most ? length : most;
}

size_t mutate_apdu(uint8_t *data, size_t size, size_t room, unsigned seed) {
    struct dice dice = {seed};
    struct apdu apdu;
    uint8_t content[DATA_MAX];
    if (!apdu_parse(data, size, &apdu))
        apdu = (struct apdu){.cla = any_class(&dice), .ins = any_instruction(&dice)};
    memset(content, (int)dice_roll(&dice, 256), sizeof content);
    if (apdu.nc)
        memcpy(content, apdu.data, apdu.nc < DATA_MAX ? apdu.nc : DATA_MAX);
    apdu.nc = apdu.nc < DATA_MAX ? apdu.nc : DATA_MAX;
    apdu.data = content;
    switch (dice_roll(&dice, 7)) {
    case 0:
        apdu.cla = any_class(&dice);
        break;
    case 1:
        apdu.ins = any_instruction(&dice);
        break;
    case 2:
        apdu.p1 = (uint8_t)dice_roll(&dice, 256);
        break;
    case 3:
        apdu.p2 = (uint8_t)dice_roll(&dice, 256);
        break;
    case 4:
        apdu.nc = any_length(&dice, DATA_MAX);
        break;
    case 5:
        apdu.ne = any_length(&dice, APDU_NE_MAX);
        break;
    default:
        apdu.extended = !apdu.extended;
    }
    if (apdu.nc > APDU_SHORT_NC_MAX || apdu.ne > APDU_SHORT_NE_MAX)
        apdu.extended = true;
    uint8_t *const made = malloc(DATA_MAX + 16);
    const size_t length = made ? apdu_encode(&apdu, made, DATA_MAX + 16) : 0;
    const bool fits = length && length <= room;
    if (fits)
        memcpy(data, made, length);
    free(made);
    return fits ? length : LLVMFuzzerMutate(data, size, room);
}
