/*
 * File control parameters as a request (ISO/IEC 7816-4 §7.4). What a card that lies to a program may get away
 * with, a program may not: unlike apdu/fcp.c this knows no leniency. See request.h.
 */
#include "icc/management/request.h"

#include "apdu/fcp.h"
#include "apdu/tlv.h"

/* Tags beside those that apdu/fcp.h has. */
enum { TAG_PROPRIETARY = 0x85, TAG_SECURITY = 0x8C, TAG_PROPRIETARY_OBJECTS = 0xA5 };
#define TAG_FIRST 0x80u /* of those that can have a meaning here */
#define TAG_LAST 0xBFu
#define DESCRIPTOR_SHAREABLE 0x40
#define CODING_WRITE 0x60 /* bits of the data coding byte that say what WRITE does */
#define CODING_UNIT 0x01  /* and those that say: a data unit of one byte */
#define SFI_MAX 30u

/* In work: what has been there, and what becomes something only when all of it is known. */
struct parse {
    struct creation_request *out;
    uint64_t seen;        /* tags from 80 to BF, as bits */
    uint32_t size, total; /* 80, 81 */
};

static bool has(const struct parse *parse, unsigned tag) {
    return parse->seen >> (tag - TAG_FIRST) & 1;
}

static bool has_records(enum file_kind kind) {
    return kind == FILE_LINEAR_FIXED || kind == FILE_LINEAR_VARIABLE || kind == FILE_CYCLIC;
}

/* Descriptor, data coding, record size in 1 or 2 bytes, number of records in 1 or 2 bytes. */
static bool take_descriptor(struct creation_request *out, const uint8_t *value, size_t size) {
    if (size < 1 || size > 6)
        return false;
    out->kind = (enum file_kind)(value[0] & ~DESCRIPTOR_SHAREABLE);
    if (out->kind != FILE_DF && out->kind != FILE_TRANSPARENT && !has_records(out->kind))
        return false;
    if (size > 1)
        out->coding = (uint8_t)((value[1] & CODING_WRITE) | CODING_UNIT);
    if (size > 2)
        out->record_size = size == 3 ? value[2] : (uint32_t)value[2] << 8 | value[3];
    if (size > 4)
        out->capacity = size == 5 ? value[4] : (uint32_t)value[4] << 8 | value[5];
    return has_records(out->kind) == (size > 2);
}

/* The five high bits; no value says that there is to be none. */
static bool take_sfi(struct creation_request *out, const uint8_t *value, size_t size) {
    out->has_sfi = true;
    if (size == 0)
        return true;
    out->sfi = value[0] >> 3;
    return size == 1 && !(value[0] & 7) && out->sfi && out->sfi <= SFI_MAX;
}

/* The states before the operational ones end with the command; those behind them end the file. */
static bool take_life_cycle(struct creation_request *out, const uint8_t *value, size_t size) {
    if (size != 1 || !value[0] || value[0] > 7 || value[0] == 2)
        return false;
    out->deactivated = value[0] == 4 || value[0] == 6;
    return true;
}

static bool take_id(struct creation_request *out, const uint8_t *value, size_t size) {
    if (size != 2)
        return false;
    out->id = (uint16_t)(value[0] << 8 | value[1]);
    return !sim_file_id_reserved(out->id);
}

static bool take_name(struct creation_request *out, const uint8_t *value, size_t size) {
    out->name = value;
    out->name_size = (uint8_t)size;
    return size >= 1 && size <= FILE_NAME_MAX;
}

/* One object of the template. false: it cannot be taken. */
static bool take(struct parse *parse, const struct tlv_object *object) {
    struct creation_request *out = parse->out;
    if (object->tag < TAG_FIRST || object->tag > TAG_LAST || has(parse, object->tag))
        return false;
    parse->seen |= UINT64_C(1) << (object->tag - TAG_FIRST);
    switch (object->tag) {
    case FCP_SIZE:
        return tlv_number(object, &parse->size);
    case FCP_TOTAL_SIZE:
        return tlv_number(object, &parse->total);
    case FCP_DESCRIPTOR:
        return take_descriptor(out, object->value, object->length);
    case FCP_ID:
        return take_id(out, object->value, object->length);
    case FCP_NAME:
        return take_name(out, object->value, object->length);
    case FCP_SFI:
        return take_sfi(out, object->value, object->length);
    case FCP_LIFE_CYCLE:
        return take_life_cycle(out, object->value, object->length);
    case TAG_SECURITY:
        out->security = object->value;
        out->security_size = object->length;
        return true;
    case TAG_PROPRIETARY: /* means something to other cards; that it does not here harms nobody */
    case TAG_PROPRIETARY_OBJECTS:
        return true;
    default:
        return false;
    }
}

/* The number of records, from the size of all where it is not told; both must agree where both are there. */
static bool settle_records(struct creation_request *out, bool has_size, uint32_t size) {
    const bool fixed = out->kind != FILE_LINEAR_VARIABLE;
    if (!out->record_size || out->record_size > FILE_RECORD_MAX)
        return false;
    const bool has_capacity = out->capacity != 0;
    if (!has_capacity && has_size && !(fixed && size % out->record_size))
        out->capacity = size / out->record_size;
    if (!out->capacity || out->capacity > FILE_RECORDS_MAX)
        return false;
    const uint32_t room = out->capacity * out->record_size;
    return !has_capacity || !has_size || (fixed ? size == room : size <= room);
}

/* What the objects say together. */
static bool settle(const struct parse *parse) {
    struct creation_request *out = parse->out;
    const bool has_size = has(parse, FCP_SIZE) || has(parse, FCP_TOTAL_SIZE);
    const uint32_t size = has(parse, FCP_SIZE) ? parse->size : parse->total;
    const bool is_df = out->kind == FILE_DF;
    if (!has(parse, FCP_DESCRIPTOR) || (has(parse, FCP_NAME) && !is_df) || (has(parse, FCP_SFI) && is_df) ||
        (!has(parse, FCP_ID) && !has(parse, FCP_NAME)))
        return false;
    if (has_records(out->kind))
        return settle_records(out, has_size, size);
    out->size = is_df ? 0 : size; /* a DF takes what it needs from the card's space */
    return is_df || size;
}

bool sim_request_parse(const uint8_t *data, size_t size, struct creation_request *out) {
    struct tlv_reader outside = {data, size};
    struct tlv_object object, behind;
    struct parse parse = {.out = out};
    *out = (struct creation_request){.coding = FILE_CODING};
    if (!tlv_next(&outside, &object) || tlv_next(&outside, &behind) || outside.left ||
        (object.tag != FCP_TEMPLATE && object.tag != FCI_TEMPLATE))
        return false;
    struct tlv_reader reader = {object.value, object.length};
    while (tlv_next(&reader, &object))
        if (!take(&parse, &object))
            return false;
    return !reader.left && settle(&parse);
}
