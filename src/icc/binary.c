/* READ, WRITE, UPDATE and ERASE BINARY (ISO/IEC 7816-4 §11.3) on transparent files. */
#include <string.h>

#include "icc/access.h"
#include "icc/answer.h"
#include "icc/binary.h"
#include "icc/channel.h"
#include "icc/commands.h"
#include "icc/os.h"

#define BY_SFI 0x80
#define SFI_MASK 0x1F
#define SFI_RESERVED 0x60

uint16_t sim_binary_check(const struct sim_card *card, const struct channel *channel, const struct file *file,
                          enum file_operation operation, uint32_t offset) {
    if (!file)
        return SW_NO_CURRENT_EF;
    if (file->kind != FILE_TRANSPARENT)
        return SW_WRONG_FILE_KIND;
    const uint16_t refusal = sim_ef_usable(card, channel, file, operation);
    if (refusal)
        return refusal;
    return offset < file->size ? 0 : SW_WRONG_OFFSET;
}

void sim_binary_store(struct file *file, uint32_t offset, const uint8_t *bytes, uint32_t size,
                      enum file_operation operation) {
    if (operation == FILE_UPDATE)
        memcpy(file->bytes + offset, bytes, size);
    else
        sim_file_write(file, file->bytes + offset, bytes, size);
}

/*
 * Finds the file and the place in it that P1 P2 mean: an offset of 15 bits into the current file, or a short
 * identifier, which makes that file current, and an offset of 8 bits. Returns 0 or the SW.
 */
static uint16_t locate(const struct sim_card *card, struct command *command, enum file_operation operation,
                       struct file **file_out, uint32_t *offset_out) {
    const struct apdu *apdu = &command->apdu;
    struct channel *channel = command->channel;
    struct file *file = channel->ef;
    uint32_t offset = (uint32_t)apdu->p1 << 8 | apdu->p2;
    if (apdu->p1 & BY_SFI) {
        if (apdu->p1 & SFI_RESERVED || !(apdu->p1 & SFI_MASK))
            return SW_WRONG_P1P2;
        file = sim_file_by_sfi(channel->df, apdu->p1 & SFI_MASK);
        if (!file)
            return SW_FILE_NOT_FOUND;
        offset = apdu->p2;
    }
    const uint16_t refusal = sim_binary_check(card, channel, file, operation, offset);
    if (refusal)
        return refusal;
    if (apdu->p1 & BY_SFI)
        sim_channel_select(channel, file);
    *file_out = file;
    *offset_out = offset;
    return 0;
}

uint16_t sim_read_binary(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct file *file = NULL;
    uint32_t offset = 0;
    if (apdu->nc || !apdu->ne)
        return SW_WRONG_LENGTH;
    const uint16_t refusal = locate(card, command, FILE_READ, &file, &offset);
    if (refusal)
        return refusal;
    const uint32_t rest = file->size - offset;
    const uint32_t size = apdu->ne < rest ? apdu->ne : rest;
    sim_command_append(card, command, file->bytes + offset, size);
    return size < apdu->ne && !sim_asks_for_all(apdu) ? SW_END_OF_FILE : SW_OK;
}

/* The part that WRITE and UPDATE share: bytes that must lie inside the file. */
static uint16_t change(struct sim_card *card, struct command *command, enum file_operation operation) {
    const struct apdu *apdu = &command->apdu;
    struct file *file = NULL;
    uint32_t offset = 0;
    if (!apdu->nc)
        return SW_WRONG_LENGTH;
    const uint16_t refusal = locate(card, command, operation, &file, &offset);
    if (refusal)
        return refusal;
    if (apdu->nc > file->size - offset)
        return SW_WRONG_LENGTH;
    sim_binary_store(file, offset, apdu->data, apdu->nc, operation);
    return SW_OK;
}

uint16_t sim_write_binary(struct sim_card *card, struct command *command) {
    return change(card, command, FILE_WRITE);
}

uint16_t sim_update_binary(struct sim_card *card, struct command *command) {
    return change(card, command, FILE_UPDATE);
}

/*
 * Data, if any, is the offset of the first byte that stays. Erased is 00.
 */
uint16_t sim_erase_binary(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct file *file = NULL;
    uint32_t offset = 0;
    if (apdu->nc && apdu->nc != 2)
        return SW_WRONG_LENGTH;
    const uint16_t refusal = locate(card, command, FILE_UPDATE, &file, &offset);
    if (refusal)
        return refusal;
    const uint32_t end = apdu->nc ? (uint32_t)apdu->data[0] << 8 | apdu->data[1] : file->size;
    if (end <= offset || end > file->size)
        return SW_WRONG_OFFSET;
    memset(file->bytes + offset, 0, end - offset);
    return SW_OK;
}
