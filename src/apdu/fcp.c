/* File control parameters taken apart. Called by services/ and by the simulated card's CREATE FILE. */
#include "apdu/fcp.h"

#include <string.h>

#include "apdu/tlv.h"

/* The file descriptor byte (table 14). */
#define DESCRIPTOR_RESERVED 0x80u
#define DESCRIPTOR_SORT 0x38u /* which sort of file */
#define SORT_DF 0x38u
#define SORT_INTERNAL 0x08u
#define SORT_WORKING 0x00u
#define DESCRIPTOR_STRUCTURE 0x07u

enum fcp_kind fcp_kind_of(uint8_t descriptor) {
    static const enum fcp_kind structures[8] = {
        FCP_KIND_UNKNOWN,         FCP_KIND_TRANSPARENT,     FCP_KIND_LINEAR_FIXED, FCP_KIND_LINEAR_FIXED,
        FCP_KIND_LINEAR_VARIABLE, FCP_KIND_LINEAR_VARIABLE, FCP_KIND_CYCLIC,       FCP_KIND_CYCLIC};
    const unsigned structure = descriptor & DESCRIPTOR_STRUCTURE;
    if (descriptor & DESCRIPTOR_RESERVED)
        return FCP_KIND_UNKNOWN;
    /* 38 is a DF; 39 and 3A are EFs of BER-TLV and of SIMPLE-TLV objects. */
    if ((descriptor & DESCRIPTOR_SORT) == SORT_DF)
        return structure == 0 ? FCP_KIND_DF : structure <= 2 ? FCP_KIND_TLV : FCP_KIND_UNKNOWN;
    return structures[structure];
}

bool fcp_kind_has_records(enum fcp_kind kind) {
    return kind == FCP_KIND_LINEAR_FIXED || kind == FCP_KIND_LINEAR_VARIABLE || kind == FCP_KIND_CYCLIC;
}

bool fcp_is_deactivated(const struct fcp *fcp) {
    return fcp->has_life_cycle && (fcp->life_cycle == 0x04 || fcp->life_cycle == 0x06);
}

bool fcp_is_terminated(const struct fcp *fcp) {
    return fcp->has_life_cycle && fcp->life_cycle >= 0x0C && fcp->life_cycle <= 0x0F;
}

enum fcp_write fcp_write_of(const struct fcp *fcp) {
    return fcp->has_coding ? (enum fcp_write)(fcp->coding >> 5 & 3) : FCP_WRITE_PROPRIETARY;
}

static void take_size(const struct tlv_object *object, bool *has, uint32_t *out) {
    if (!*has)
        *has = tlv_number(object, out);
}

/* Table 12: 1 byte of descriptor, then data coding, record size on 1 or 2 bytes, their number on 1 or 2. */
static void take_descriptor(const struct tlv_object *object, struct fcp *fcp) {
    const uint8_t *const value = object->value;
    const size_t length = object->length;
    if (fcp->has_descriptor || length < 1 || length > 6)
        return;
    fcp->has_descriptor = true;
    fcp->descriptor = value[0];
    fcp->kind = fcp_kind_of(value[0]);
    fcp->internal = (value[0] & DESCRIPTOR_SORT) == SORT_INTERNAL;
    fcp->has_coding = length > 1;
    if (length > 1)
        fcp->coding = value[1];
    if (length == 3)
        fcp->record_size = value[2];
    else if (length > 3)
        fcp->record_size = (uint16_t)(value[2] << 8 | value[3]);
    if (length == 5)
        fcp->record_count = value[4];
    else if (length == 6)
        fcp->record_count = (uint16_t)(value[4] << 8 | value[5]);
}

static void take_id(const struct tlv_object *object, struct fcp *fcp) {
    if (fcp->has_id || object->length != 2)
        return;
    fcp->has_id = true;
    fcp->id = (uint16_t)(object->value[0] << 8 | object->value[1]);
}

static void take_name(const struct tlv_object *object, struct fcp *fcp) {
    if (fcp->name_size || object->length < 1 || object->length > FCP_NAME_MAX)
        return;
    fcp->name_size = (uint8_t)object->length;
    memcpy(fcp->name, object->value, object->length);
}

/* §5.3.3.1: bits 8 to 4, when they are neither all 0 nor all 1 and the others are 0. */
static void take_sfi(const struct tlv_object *object, struct fcp *fcp) {
    if (fcp->sfi || fcp->no_sfi)
        return;
    fcp->no_sfi = object->length == 0;
    if (object->length != 1 || object->value[0] & 7)
        return;
    const uint8_t sfi = object->value[0] >> 3;
    fcp->sfi = sfi == 31 ? 0 : sfi;
}

static void take_life_cycle(const struct tlv_object *object, struct fcp *fcp) {
    if (fcp->has_life_cycle || object->length != 1)
        return;
    fcp->has_life_cycle = true;
    fcp->life_cycle = object->value[0];
}

static void take(const struct tlv_object *object, struct fcp *fcp) {
    switch (object->tag) {
    case FCP_SIZE:
        take_size(object, &fcp->has_size, &fcp->size);
        break;
    case FCP_TOTAL_SIZE:
        take_size(object, &fcp->has_total, &fcp->total);
        break;
    case FCP_DESCRIPTOR:
        take_descriptor(object, fcp);
        break;
    case FCP_ID:
        take_id(object, fcp);
        break;
    case FCP_NAME:
        take_name(object, fcp);
        break;
    case FCP_SFI:
        take_sfi(object, fcp);
        break;
    case FCP_LIFE_CYCLE:
        take_life_cycle(object, fcp);
        break;
    default:
        break;
    }
}

bool fcp_content(const uint8_t *bytes, size_t size, const uint8_t **content, size_t *content_size) {
    struct tlv_reader reader = {bytes, size};
    struct tlv_object object, inner;
    *content = NULL;
    *content_size = 0;
    if (!tlv_next(&reader, &object))
        return false;
    const bool template =
        object.tag == FCP_TEMPLATE || object.tag == FCI_TEMPLATE || object.tag == FMD_TEMPLATE;
    if (object.tag == FCI_TEMPLATE && tlv_find(object.value, object.length, FCP_TEMPLATE, &inner))
        object = inner;
    *content = template ? object.value : bytes;
    *content_size = template ? object.length : size;
    return true;
}

bool fcp_parse(const uint8_t *bytes, size_t size, struct fcp *out) {
    struct tlv_reader reader = {NULL, 0};
    struct tlv_object object;
    memset(out, 0, sizeof *out);
    if (!fcp_content(bytes, size, &reader.at, &reader.left))
        return false;
    bool any = false;
    for (; tlv_next(&reader, &object); any = true)
        take(&object, out);
    if (any && reader.left == 0)
        return true;
    memset(out, 0, sizeof *out);
    return false;
}

size_t fcp_write(const struct fcp *fcp, uint8_t out[FCP_WRITE_MAX]) {
    struct tlv tlv = {.size = 0};
    const uint32_t count = fcp->record_count > 255 ? 255 : fcp->record_count;
    const uint8_t descriptor[] = {fcp->descriptor, fcp->coding, (uint8_t)(fcp->record_size >> 8),
                                  (uint8_t)fcp->record_size, (uint8_t)count};
    if (fcp->has_size)
        sim_tlv_add_number(&tlv, FCP_SIZE, fcp->size, fcp->size > 0xFFFF ? 4 : 2);
    if (fcp->has_descriptor)
        sim_tlv_add(&tlv, FCP_DESCRIPTOR, descriptor,
                    fcp_kind_has_records(fcp->kind) ? 5
                    : fcp->has_coding               ? 2
                                                    : 1);
    if (fcp->has_id)
        sim_tlv_add_number(&tlv, FCP_ID, fcp->id, 2);
    if (fcp->has_life_cycle)
        sim_tlv_add_number(&tlv, FCP_LIFE_CYCLE, fcp->life_cycle, 1);
    memcpy(out, tlv.bytes, tlv.size);
    return tlv.size;
}
