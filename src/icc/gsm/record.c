/* SEEK and INCREASE of a SIM (GSM 11.11 §8.7, §8.8). Called by gsm.c. */
#include <string.h>

#include "icc/access.h"
#include "icc/commands.h"
#include "icc/gsm/commands.h"
#include "icc/gsm/response.h"

#define SUM_SIZE 3u
#define PATTERN_MAX 16u
#define TYPE_2 0x10 /* the number of the record is the answer */
enum { SEEK_FORWARD, SEEK_BACKWARD, SEEK_NEXT, SEEK_PREVIOUS, SEEK_MODES };

static bool begins_with(const struct file *ef, uint32_t number, const struct apdu *apdu) {
    const struct record *record = sim_file_record(ef, number);
    return record->size >= apdu->nc && memcmp(record->bytes, apdu->data, apdu->nc) == 0;
}

/*
 * The number of the record the pattern is found in; 0: none. An undefined pointer starts at the end in
 * question.
 */
static uint32_t search(const struct channel *channel, const struct file *ef, const struct apdu *apdu) {
    const unsigned mode = apdu->p2 & 0x0F;
    uint32_t number;
    if (mode == SEEK_FORWARD || mode == SEEK_NEXT) {
        number = mode == SEEK_NEXT ? channel->record + 1 : 1;
        while (number <= ef->count && !begins_with(ef, number, apdu))
            number++;
        return number <= ef->count ? number : 0;
    }
    number = mode == SEEK_PREVIOUS && channel->record ? channel->record - 1 : ef->count;
    while (number && !begins_with(ef, number, apdu))
        number--;
    return number;
}

uint16_t sim_gsm_seek(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct channel *channel = command->channel;
    const struct file *ef = channel->ef;
    if (apdu->p1 || apdu->p2 & ~(TYPE_2 | 0x0F) || (apdu->p2 & 0x0F) >= SEEK_MODES)
        return SW_WRONG_OFFSET;
    if (!ef)
        return SW_NO_CURRENT_EF;
    if (ef->kind != FILE_LINEAR_FIXED)
        return SW_WRONG_FILE_KIND;
    const uint16_t refusal = sim_ef_usable(card, channel, ef, FILE_READ);
    if (refusal)
        return refusal;
    const uint32_t most = ef->record_size < PATTERN_MAX ? ef->record_size : PATTERN_MAX;
    if (!apdu->nc || apdu->nc > most)
        return (uint16_t)(SW_WRONG_LENGTH | most);
    const uint32_t number = search(channel, ef, apdu);
    if (!number)
        return SW_FILE_NOT_FOUND; /* the SIM has one code for file and pattern */
    channel->record = number;
    if (apdu->p2 & TYPE_2) {
        const uint8_t answer = (uint8_t)number;
        sim_gsm_announce(card, command, &answer, 1);
    }
    return SW_OK;
}

/* Adds the number in the command to the newest record; the sum becomes the newest. */
uint16_t sim_gsm_increase(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct channel *channel = command->channel;
    struct file *ef = channel->ef;
    uint8_t sum[FILE_RECORD_MAX + SUM_SIZE];
    if (apdu->p1 || apdu->p2)
        return SW_WRONG_OFFSET;
    if (!ef)
        return SW_NO_CURRENT_EF;
    const struct record *newest = ef->kind == FILE_CYCLIC ? sim_file_record(ef, 1) : NULL;
    if (!newest)
        return SW_WRONG_FILE_KIND;
    const uint16_t refusal = sim_ef_usable(card, channel, ef, FILE_WRITE);
    if (refusal)
        return refusal;
    if (apdu->nc != SUM_SIZE)
        return SW_WRONG_LENGTH | SUM_SIZE;
    const uint32_t size = newest->size;
    unsigned carry = 0;
    for (uint32_t i = 0; i < size; i++) {
        const unsigned addend = i < SUM_SIZE ? apdu->data[SUM_SIZE - 1 - i] : 0;
        const unsigned digit = newest->bytes[size - 1 - i] + addend + carry;
        sum[size - 1 - i] = (uint8_t)digit;
        carry = digit >> 8;
    }
    if (carry)
        return GSM_OVERFLOW;
    channel->record = sim_file_append(ef, sum, size);
    memcpy(sum + size, apdu->data, SUM_SIZE);
    sim_gsm_announce(card, command, sum, size + SUM_SIZE);
    return SW_OK;
}
