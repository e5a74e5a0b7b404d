/* READ, WRITE, UPDATE and APPEND RECORD (ISO/IEC 7816-4 §11.4) on linear and cyclic files. */
#include "icc/record.h"

#include <string.h>

#include "icc/access.h"
#include "icc/answer.h"
#include "icc/channel.h"
#include "icc/commands.h"

#define SFI_RESERVED 0x1F
#define P1_RESERVED 0xFF

/* In work: what was addressed. */
struct target {
    struct file *file;
    enum record_mode mode;
};

static bool has_identifier(const struct file *file, uint32_t number, uint8_t identifier) {
    const struct record *record = sim_file_record(file, number);
    return !identifier || (record->size && record->bytes[0] == identifier);
}

uint32_t sim_record_seek(const struct channel *channel, const struct file *file, enum record_mode mode,
                         uint8_t p1) {
    const uint32_t current = channel->record;
    uint32_t number;
    if (mode >= RECORD_NUMBER) {
        number = p1 ? p1 : current;
        return number <= file->count ? number : 0;
    }
    if (mode == RECORD_FIRST || mode == RECORD_NEXT) {
        number = mode == RECORD_NEXT ? current + 1 : 1;
        while (number <= file->count && !has_identifier(file, number, p1))
            number++;
        return number <= file->count ? number : 0;
    }
    number = mode == RECORD_PREVIOUS && current ? current - 1 : file->count;
    while (number && !has_identifier(file, number, p1))
        number--;
    return number;
}

/* The file that P2 means (current, or by short identifier, which makes it current). Returns 0 or the SW. */
static uint16_t locate(const struct sim_card *card, struct command *command, enum file_operation operation,
                       struct target *out) {
    struct channel *channel = command->channel;
    const uint8_t sfi = command->apdu.p2 >> 3;
    struct file *file = channel->ef;
    if (sfi == SFI_RESERVED || command->apdu.p1 == P1_RESERVED)
        return SW_WRONG_P1P2;
    if (sfi)
        file = sim_file_by_sfi(channel->df, sfi);
    if (!file)
        return sfi ? SW_FILE_NOT_FOUND : SW_NO_CURRENT_EF;
    if (file->kind == FILE_TRANSPARENT)
        return SW_WRONG_FILE_KIND;
    const uint16_t refusal = sim_ef_usable(card, channel, file, operation);
    if (refusal)
        return refusal;
    if (sfi)
        sim_channel_select(channel, file);
    out->file = file;
    out->mode = command->apdu.p2 & 7;
    return 0;
}

/* The records first..last, counted up or down, joined. */
static uint16_t read_range(struct sim_card *card, struct command *command, const struct file *file,
                           uint32_t first, uint32_t last) {
    const struct apdu *apdu = &command->apdu;
    const bool up = first <= last;
    uint32_t total = 0;
    for (uint32_t i = up ? first : last; i <= (up ? last : first); i++)
        total += sim_file_record(file, i)->size;
    const uint16_t refusal = sim_command_expect(command, total);
    if (refusal)
        return refusal;
    uint32_t wanted = sim_asks_for_all(apdu) || apdu->ne > total ? total : apdu->ne;
    if (wanted > APDU_NE_MAX)
        wanted = APDU_NE_MAX;
    uint32_t number = first;
    while (wanted) {
        const struct record *record = sim_file_record(file, number);
        const uint32_t part = record->size < wanted ? record->size : wanted;
        sim_command_append(card, command, record->bytes, part);
        wanted -= part;
        number = up ? number + 1 : number - 1;
    }
    return apdu->ne > total && !sim_asks_for_all(apdu) ? SW_END_OF_FILE : SW_OK;
}

uint16_t sim_read_record(struct sim_card *card, struct command *command) {
    struct target target = {.file = NULL};
    if (command->apdu.nc || !command->apdu.ne)
        return SW_WRONG_LENGTH;
    if ((command->apdu.p2 & 7) > RECORD_DOWN_TO)
        return SW_WRONG_P1P2;
    uint16_t sw = locate(card, command, FILE_READ, &target);
    if (sw)
        return sw;
    const uint32_t number = sim_record_seek(command->channel, target.file, target.mode, command->apdu.p1);
    if (!number)
        return SW_RECORD_NOT_FOUND;
    if (target.mode == RECORD_FROM)
        return read_range(card, command, target.file, number, target.file->count);
    if (target.mode == RECORD_DOWN_TO)
        return read_range(card, command, target.file, target.file->count, number);
    sw = read_range(card, command, target.file, number, number);
    /* A number does not move the pointer, nor does a command that T=0 is about to repeat. */
    if (target.mode != RECORD_NUMBER && (sw >> 8) != (SW_WRONG_LE >> 8))
        command->channel->record = number;
    return sw;
}

static bool fits(const struct file *file, uint32_t size) {
    return file->kind == FILE_LINEAR_VARIABLE ? size <= file->record_size : size == file->record_size;
}

static uint16_t append(struct channel *channel, struct file *file, const struct apdu *apdu) {
    const uint32_t number = sim_file_append(file, apdu->data, apdu->nc);
    if (!number)
        return SW_NO_SPACE;
    channel->record = number;
    return SW_OK;
}

/* Checks that APPEND, UPDATE and WRITE share. Returns 0 or the SW. */
static uint16_t locate_for_change(const struct sim_card *card, struct command *command,
                                  enum file_operation operation, struct target *target) {
    const struct apdu *apdu = &command->apdu;
    if (!apdu->nc)
        return SW_WRONG_LENGTH;
    const uint16_t sw = locate(card, command, operation, target);
    if (sw)
        return sw;
    if (fits(target->file, apdu->nc))
        return 0;
    return target->file->kind == FILE_LINEAR_VARIABLE ? SW_NO_SPACE : SW_WRONG_LENGTH;
}

static uint16_t change(struct sim_card *card, struct command *command, enum file_operation operation) {
    const struct apdu *apdu = &command->apdu;
    struct target target = {.file = NULL};
    const enum record_mode mode = apdu->p2 & 7;
    if (mode > RECORD_NUMBER || (mode != RECORD_NUMBER && apdu->p1))
        return SW_WRONG_P1P2;
    const uint16_t refusal = locate_for_change(card, command, operation, &target);
    if (refusal)
        return refusal;
    if (mode == RECORD_PREVIOUS && target.file->kind == FILE_CYCLIC)
        return append(command->channel, target.file, apdu); /* §11.4.4: the oldest becomes the newest */
    const uint32_t number = sim_record_seek(command->channel, target.file, mode, apdu->p1);
    struct record *record = sim_file_record(target.file, number);
    if (!record)
        return SW_RECORD_NOT_FOUND;
    if (operation == FILE_UPDATE) {
        memcpy(record->bytes, apdu->data, apdu->nc);
        record->size = apdu->nc;
    } else {
        if (apdu->nc != record->size)
            return SW_WRONG_LENGTH; /* OR and AND have no use for a record of another size */
        sim_file_write(target.file, record->bytes, apdu->data, apdu->nc);
    }
    if (mode != RECORD_NUMBER)
        command->channel->record = number;
    return SW_OK;
}

uint16_t sim_update_record(struct sim_card *card, struct command *command) {
    return change(card, command, FILE_UPDATE);
}

uint16_t sim_write_record(struct sim_card *card, struct command *command) {
    return change(card, command, FILE_WRITE);
}

uint16_t sim_append_record(struct sim_card *card, struct command *command) {
    struct target target = {.file = NULL};
    if (command->apdu.p1 || command->apdu.p2 & 7)
        return SW_WRONG_P1P2;
    const uint16_t refusal = locate_for_change(card, command, FILE_WRITE, &target);
    return refusal ? refusal : append(command->channel, target.file, &command->apdu);
}
