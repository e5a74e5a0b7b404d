/* Messages of the class CCID: revision 1.1, chapter 6. */
#include "support/fakes/ccid_reader.h"

#include <string.h>

enum {
    HEADER = 10,
    TYPE = 0,
    LENGTH = 1,
    SLOT = 5,
    SEQUENCE = 6,
    PARAMETER = 7,
    STATUS = 7,
    FAULT = 8,
    LEVEL = 8,
    CHAIN = 9
};
enum { POWER_ON = 0x62, POWER_OFF = 0x63, SLOT_STATUS = 0x65, TRANSFER = 0x6F, SET_PARAMETERS = 0x61 };
enum { DATA_BLOCK = 0x80, SLOT_STATUS_IS = 0x81, PARAMETERS_ARE = 0x82 };
enum { CARD_ACTIVE = 0, CARD_INACTIVE = 1, NO_CARD = 2, FAILED = 0x40 };
enum { CARD_IS_MUTE = 0xFE, NOT_SUPPORTED = 0x00, BAD_LENGTH = 0x01 };
/* wLevelParameter and bChainParameter */
enum { WHOLE = 0x00, BEGINS = 0x01, ENDS = 0x02, GOES_ON = 0x03, MORE_PLEASE = 0x10 };

void ccid_reader_insert(struct ccid_reader *reader, struct sim_card *card) {
    sim_card_destroy(reader->card);
    *reader = (struct ccid_reader){.card = card, .protocol = SIM_T0};
}

/* Says how it ended, with so many bytes of data, which are there already. */
static size_t finish(const struct ccid_reader *reader, uint8_t *out, uint8_t type, size_t data) {
    out[TYPE] = type;
    out[LENGTH] = (uint8_t)data;
    out[LENGTH + 1] = (uint8_t)(data >> 8);
    out[STATUS] = reader->active ? CARD_ACTIVE : reader->card ? CARD_INACTIVE : NO_CARD;
    return HEADER + data;
}

static size_t fail(const struct ccid_reader *reader, uint8_t *out, uint8_t type, uint8_t fault) {
    (void)finish(reader, out, type, 0);
    out[STATUS] |= FAILED;
    out[FAULT] = fault;
    return HEADER;
}

static size_t power_on(struct ccid_reader *reader, uint8_t *out) {
    const size_t size = !reader->card    ? 0
                        : reader->active ? sim_card_reset(reader->card, out + HEADER)
                                         : sim_card_power_up(reader->card, out + HEADER);
    reader->active = size > 0;
    return size > 0 ? finish(reader, out, DATA_BLOCK, size) : fail(reader, out, DATA_BLOCK, CARD_IS_MUTE);
}

static size_t power_off(struct ccid_reader *reader, uint8_t *out) {
    if (reader->active)
        sim_card_power_down(reader->card);
    reader->active = false;
    return finish(reader, out, SLOT_STATUS_IS, 0);
}

/* The next piece of the answer. */
static size_t tell(struct ccid_reader *reader, uint8_t *out) {
    const size_t room = CCID_MESSAGE_MAX - HEADER, left = reader->answer_size - reader->told;
    const size_t size = left < room ? left : room;
    const bool first = reader->told == 0, last = size == left;
    memcpy(out + HEADER, reader->answer + reader->told, size);
    reader->told += size;
    const size_t bytes = finish(reader, out, DATA_BLOCK, size);
    out[CHAIN] = first ? (last ? WHOLE : BEGINS) : (last ? ENDS : GOES_ON);
    return bytes;
}

static size_t exchange(struct ccid_reader *reader, uint8_t *out) {
    reader->told = 0;
    reader->answer_size = reader->active
                              ? sim_card_exchange(reader->card, reader->protocol, reader->command,
                                                  reader->command_size, reader->answer, sizeof reader->answer)
                              : 0;
    reader->command_size = 0;
    return reader->answer_size ? tell(reader, out) : fail(reader, out, DATA_BLOCK, CARD_IS_MUTE);
}

static size_t transfer(struct ccid_reader *reader, const uint8_t *message, size_t size, uint8_t *out) {
    const size_t data = size - HEADER;
    const uint8_t level = message[LEVEL];
    if (level == MORE_PLEASE)
        return tell(reader, out);
    if (level == WHOLE || level == BEGINS)
        reader->command_size = 0;
    if (reader->command_size + data > sizeof reader->command)
        return fail(reader, out, DATA_BLOCK, BAD_LENGTH);
    memcpy(reader->command + reader->command_size, message + HEADER, data);
    reader->command_size += data;
    if (level == WHOLE || level == ENDS)
        return exchange(reader, out);
    (void)finish(reader, out, DATA_BLOCK, 0);
    out[CHAIN] = MORE_PLEASE;
    return HEADER;
}

size_t ccid_reader_answer(struct ccid_reader *reader, const uint8_t *message, size_t size, uint8_t *out) {
    if (size < HEADER || size > CCID_MESSAGE_MAX ||
        (message[LENGTH] | (size_t)message[LENGTH + 1] << 8) != size - HEADER)
        return 0;
    memset(out, 0, HEADER);
    out[SLOT] = message[SLOT];
    out[SEQUENCE] = message[SEQUENCE];
    switch (message[TYPE]) {
    case POWER_ON:
        return power_on(reader, out);
    case POWER_OFF:
        return power_off(reader, out);
    case SLOT_STATUS:
        return finish(reader, out, SLOT_STATUS_IS, 0);
    case TRANSFER:
        return transfer(reader, message, size, out);
    case SET_PARAMETERS:
        reader->protocol = message[PARAMETER] ? SIM_T1 : SIM_T0;
        return finish(reader, out, PARAMETERS_ARE, 0);
    default:
        return fail(reader, out, SLOT_STATUS_IS, NOT_SUPPORTED);
    }
}
