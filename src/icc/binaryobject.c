/*
 * READ, WRITE, UPDATE and ERASE BINARY with the odd instruction (ISO/IEC 7816-4 §11.3): P1 P2 name the file,
 * and offsets of any size come in data objects 54, the bytes in one of 53 or 73. Called by dispatch.c.
 */
#include <string.h>

#include "apdu/tlv.h"
#include "icc/answer.h"
#include "icc/binary.h"
#include "icc/channel.h"
#include "icc/commands.h"

enum { TAG_DATA = 0x53, TAG_OFFSET = 0x54, TAG_DATA_CONSTRUCTED = 0x73 };
#define SFI_RESERVED 0x1F

/* What the command data consist of. */
struct objects {
    struct tlv_object offset, end, data; /* .bytes NULL: is not there */
};

/* In work: where in which file. */
struct place {
    struct file *file;
    uint32_t offset;
};

/* Takes one of the objects in. false: there is no room for another one of that tag, or it has none here. */
static bool take(struct objects *objects, const struct tlv_object *object) {
    struct tlv_object *to = NULL;
    if (object->tag == TAG_OFFSET)
        to = objects->offset.bytes ? &objects->end : &objects->offset;
    else if (object->tag == TAG_DATA || object->tag == TAG_DATA_CONSTRUCTED)
        to = &objects->data;
    if (!to || to->bytes)
        return false;
    *to = *object;
    return true;
}

/* Returns 0 or the SW. */
static uint16_t parse(const struct apdu *apdu, struct objects *out) {
    struct tlv_reader reader = {apdu->data, apdu->nc};
    struct tlv_object object;
    *out = (struct objects){.offset = {.bytes = NULL}};
    while (tlv_next(&reader, &object))
        if (!take(out, &object))
            return SW_WRONG_DATA;
    return reader.left ? SW_WRONG_DATA : 0;
}

/* The file that P1 P2 mean: the current one, or a child of the current DF by short or long identifier. */
static struct file *find(const struct channel *channel, const struct apdu *apdu) {
    const uint16_t id = (uint16_t)(apdu->p1 << 8 | apdu->p2);
    if (!id)
        return channel->ef;
    return id < SFI_RESERVED ? sim_file_by_sfi(channel->df, (uint8_t)id) : sim_file_child(channel->df, id);
}

/* Finds the place, and makes the file current. Returns 0 or the SW. */
static uint16_t locate(const struct sim_card *card, struct command *command, enum file_operation operation,
                       const struct tlv_object *offset, struct place *out) {
    const struct apdu *apdu = &command->apdu;
    *out = (struct place){.file = find(command->channel, apdu)};
    if (offset->bytes && !tlv_number(offset, &out->offset))
        return SW_WRONG_DATA;
    if (!out->file && (apdu->p1 || apdu->p2))
        return SW_FILE_NOT_FOUND;
    const uint16_t refusal = sim_binary_check(card, command->channel, out->file, operation, out->offset);
    if (!refusal && out->file != command->channel->ef)
        sim_channel_select(command->channel, out->file);
    return refusal;
}

/* How many bytes fit into an answer of `ne` bytes as the value of one data object with a tag of one byte. */
static uint32_t value_room(uint32_t ne) {
    const uint32_t length_bytes = ne <= 2 + 0x7F ? 1 : ne <= 3 + 0xFF ? 2 : 3;
    return ne - 1 - length_bytes;
}

uint16_t sim_read_binary_object(struct sim_card *card, struct command *command) {
    const struct apdu *apdu = &command->apdu;
    struct objects objects;
    struct place place;
    uint8_t head[TLV_HEAD_MAX];
    /* Case 4 of T=0 has no Le. One TPDU can fetch 256 bytes, and the object is to be whole then. */
    const uint32_t ne = apdu->extended || apdu->ne < APDU_SHORT_NE_MAX ? apdu->ne : APDU_SHORT_NE_MAX;
    if (!apdu->nc || ne < 3)
        return SW_WRONG_LENGTH;
    uint16_t refusal = parse(apdu, &objects);
    if (!refusal && (!objects.offset.bytes || objects.end.bytes || objects.data.bytes))
        refusal = SW_WRONG_DATA;
    if (!refusal)
        refusal = locate(card, command, FILE_READ, &objects.offset, &place);
    if (refusal)
        return refusal;
    const uint32_t most = value_room(ne);
    const uint32_t rest = place.file->size - place.offset;
    const uint32_t size = rest < most ? rest : most;
    const bool all = ne == (apdu->extended ? APDU_NE_MAX : APDU_SHORT_NE_MAX);
    sim_command_append(card, command, head, (uint32_t)tlv_head_write(head, sizeof head, TAG_DATA, size));
    sim_command_append(card, command, place.file->bytes + place.offset, size);
    return size < most && !all ? SW_END_OF_FILE : SW_OK;
}

/* The part that WRITE and UPDATE share. */
static uint16_t change(struct sim_card *card, struct command *command, enum file_operation operation) {
    struct objects objects;
    struct place place;
    if (!command->apdu.nc)
        return SW_WRONG_LENGTH;
    uint16_t refusal = parse(&command->apdu, &objects);
    if (!refusal && (!objects.offset.bytes || objects.end.bytes || !objects.data.length))
        refusal = SW_WRONG_DATA;
    if (!refusal)
        refusal = locate(card, command, operation, &objects.offset, &place);
    if (refusal)
        return refusal;
    if (objects.data.length > place.file->size - place.offset)
        return SW_NO_SPACE;
    sim_binary_store(place.file, place.offset, objects.data.value, (uint32_t)objects.data.length, operation);
    return SW_OK;
}

uint16_t sim_write_binary_object(struct sim_card *card, struct command *command) {
    return change(card, command, FILE_WRITE);
}

uint16_t sim_update_binary_object(struct sim_card *card, struct command *command) {
    return change(card, command, FILE_UPDATE);
}

/* From the first offset (none: the beginning) to before the second (none: the end). */
uint16_t sim_erase_binary_object(struct sim_card *card, struct command *command) {
    struct objects objects;
    struct place place;
    uint32_t end = 0;
    uint16_t refusal = parse(&command->apdu, &objects);
    if (!refusal && (objects.data.bytes || (objects.end.bytes && !tlv_number(&objects.end, &end))))
        refusal = SW_WRONG_DATA;
    if (!refusal)
        refusal = locate(card, command, FILE_UPDATE, &objects.offset, &place);
    if (refusal)
        return refusal;
    if (!objects.end.bytes)
        end = place.file->size;
    if (end <= place.offset || end > place.file->size)
        return SW_WRONG_OFFSET;
    memset(place.file->bytes + place.offset, 0, end - place.offset);
    return SW_OK;
}
