/* File control parameters of a UICC: see fcp.h. */
#include "icc/uicc/fcp.h"

#include <string.h>

#define SHAREABLE 0x40   /* of the descriptor byte (table 11.5) */
#define DATA_CODING 0x21 /* write once, units of one byte, as every UICC says */
#define LIFE_ACTIVATED 0x05
#define LIFE_DEACTIVATED 0x04
#define CHARACTERISTICS 0x71 /* the clock may stop at any level; three classes of voltage (table 11.7b) */
#define PINS_TOLD 8u         /* as many as one byte has a state for */

enum {
    TAG_FCP = 0x62,
    TAG_SIZE = 0x80,
    TAG_TOTAL_SIZE = 0x81,
    TAG_DESCRIPTOR = 0x82,
    TAG_IDENTIFIER = 0x83,
    TAG_NAME = 0x84,
    TAG_SFI = 0x88,
    TAG_LIFE_CYCLE = 0x8A,
    TAG_RULE = 0x8B,
    TAG_PROPRIETARY = 0xA5,
    TAG_CHARACTERISTICS = 0x80, /* within A5 */
    TAG_MEMORY = 0x83,          /* within A5 */
    TAG_PIN_STATUS = 0xC6,
    TAG_PINS_ENABLED = 0x90, /* within C6, before the references */
    TAG_REFERENCE = 0x83     /* within C6 */
};

static uint32_t size_of(const struct file *ef) {
    return ef->kind == FILE_TRANSPARENT ? ef->size : ef->capacity * ef->record_size;
}

static void add_descriptor(const struct file *file, struct tlv *tlv) {
    const uint8_t bytes[] = {(uint8_t)(file->kind | SHAREABLE), DATA_CODING,
                             (uint8_t)(file->record_size >> 8), (uint8_t)file->record_size,
                             (uint8_t)file->capacity};
    sim_tlv_add(tlv, TAG_DESCRIPTOR, bytes, file->capacity ? 5 : 2);
}

/* The card as a whole has these: they are told wherever the tree has an application, and at its top. */
static void add_proprietary(const struct sim_card *card, struct tlv *tlv) {
    struct tlv content = {.size = 0};
    sim_tlv_add_number(&content, TAG_CHARACTERISTICS, CHARACTERISTICS, 1);
    sim_tlv_add_number(&content, TAG_MEMORY, card->space, 4);
    sim_tlv_add(tlv, TAG_PROPRIETARY, content.bytes, content.size);
}

/* §9.5.2: a bit for each PIN, the first one's on the left, says whether it is asked for. */
static void add_pin_status(const struct sim_card *card, const struct file *df, struct tlv *tlv) {
    struct tlv references = {.size = 0}, content = {.size = 0};
    uint32_t enabled = 0;
    unsigned count = 0;
    for (uint32_t i = 0; i < card->pin_count && count < PINS_TOLD; i++) {
        if (!(df->reach_pins & 1u << i))
            continue;
        if (!(card->pins_disabled & 1u << i))
            enabled |= 0x80u >> count;
        sim_tlv_add_number(&references, TAG_REFERENCE, card->pins[i].reference, 1);
        count++;
    }
    sim_tlv_add_number(&content, TAG_PINS_ENABLED, enabled, 1);
    memcpy(content.bytes + content.size, references.bytes, references.size);
    content.size += references.size;
    sim_tlv_add(tlv, TAG_PIN_STATUS, content.bytes, content.size);
}

static void add_identity(const struct file *file, struct tlv *tlv) {
    add_descriptor(file, tlv);
    sim_tlv_add_number(tlv, TAG_IDENTIFIER, file->application ? FILE_APPLICATION_ID : file->id, 2);
    if (file->name_size)
        sim_tlv_add(tlv, TAG_NAME, file->name, file->name_size);
}

static void add_state(const struct file *file, struct tlv *tlv) {
    sim_tlv_add_number(tlv, TAG_LIFE_CYCLE, file->deactivated ? LIFE_DEACTIVATED : LIFE_ACTIVATED, 1);
    if (file->has_rule)
        sim_tlv_add(tlv, TAG_RULE, file->rule, sizeof file->rule);
}

void sim_uicc_fcp(const struct sim_card *card, const struct file *file, struct tlv *out) {
    struct tlv content = {.size = 0};
    add_identity(file, &content);
    if (!file->parent || file->application)
        add_proprietary(card, &content);
    add_state(file, &content);
    if (file->kind == FILE_DF) {
        add_pin_status(card, file, &content);
    } else {
        sim_tlv_add_number(&content, TAG_SIZE, size_of(file), size_of(file) > 0xFFFF ? 3 : 2);
        sim_tlv_add_number(&content, TAG_TOTAL_SIZE, size_of(file), size_of(file) > 0xFFFF ? 3 : 2);
        /* Without a value: the file has none, not even the last bits of its identifier (§11.1.1.4.6). */
        sim_tlv_add_number(&content, TAG_SFI, (uint32_t)file->sfi << 3, file->sfi ? 1 : 0);
    }
    out->size = 0;
    sim_tlv_add(out, TAG_FCP, content.bytes, content.size);
}
