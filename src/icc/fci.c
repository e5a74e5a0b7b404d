/* File control information. Called by select.c. */
#include "icc/fci.h"

#include <string.h>

#define LIFE_ACTIVATED 0x05
#define LIFE_DEACTIVATED 0x04

/* A security condition byte of the compact format (table 25): user authentication 10, external 20, all 80. */
static uint8_t condition_byte(const struct condition *condition) {
    uint8_t byte = 0;
    if (condition->never)
        return 0xFF;
    if (condition->pins)
        byte |= 0x10;
    if (condition->keys)
        byte |= 0x20;
    if (!condition->any && byte == 0x30)
        byte |= 0x80;
    return byte;
}

/*
 * 8C: an access mode byte, then a condition for each bit that is set in it. Bits 3 to 1: write, update, read;
 * of a directory: make one in it, make a file, delete what is in it (tables 22 and 23).
 */
static void add_security(const struct file *file, struct tlv *tlv) {
    const uint8_t bytes[] = {0x07, condition_byte(&file->access[FILE_WRITE]),
                             condition_byte(&file->access[FILE_UPDATE]),
                             condition_byte(&file->access[FILE_READ])};
    sim_tlv_add(tlv, 0x8C, bytes, sizeof bytes);
}

/* 82: file descriptor, data coding, and for records their largest size and their number. */
static void add_descriptor(const struct file *file, struct tlv *tlv) {
    const uint8_t bytes[] = {(uint8_t)file->kind, file->coding, (uint8_t)(file->record_size >> 8),
                             (uint8_t)file->record_size, (uint8_t)file->capacity};
    const bool records = file->capacity != 0;
    sim_tlv_add(tlv, 0x82, bytes, file->kind == FILE_DF ? 1 : records ? 5 : 2);
}

/*
 * 80: the size in bytes. From 32768 on with a leading 00, or OpenSC (0.23 and before) takes it for a negative
 * number.
 */
static void add_size(uint32_t size, struct tlv *tlv) {
    sim_tlv_add_number(tlv, 0x80, size, size > 0x7FFF ? 3 : 2);
}

static void add_parameters(const struct file *file, struct tlv *tlv) {
    if (file->kind == FILE_TRANSPARENT)
        add_size(file->size, tlv);
    else if (file->kind != FILE_DF)
        add_size(file->capacity * file->record_size, tlv);
    add_descriptor(file, tlv);
    sim_tlv_add_number(tlv, 0x83, file->id, 2);
    if (file->name_size)
        sim_tlv_add(tlv, 0x84, file->name, file->name_size);
    if (file->sfi)
        sim_tlv_add_number(tlv, 0x88, (uint32_t)file->sfi << 3, 1);
    sim_tlv_add_number(tlv, 0x8A, file->deactivated ? LIFE_DEACTIVATED : LIFE_ACTIVATED, 1);
    add_security(file, tlv);
}

static void add_management(const struct file *file, struct tlv *tlv) {
    if (file->name_size)
        sim_tlv_add(tlv, 0x84, file->name, file->name_size);
    if (file->label[0])
        sim_tlv_add(tlv, 0x50, file->label, strlen(file->label));
}

void sim_fci_make(const struct file *file, enum fcp_tag template, struct tlv *out) {
    struct tlv content = {.size = 0};
    if (template == FCI_TEMPLATE && file->answer) {
        memcpy(out->bytes, file->answer, file->answer_size);
        out->size = file->answer_size;
        return;
    }
    if (template == FMD_TEMPLATE)
        add_management(file, &content);
    else
        add_parameters(file, &content);
    if (template == FCI_TEMPLATE && file->label[0])
        sim_tlv_add(&content, 0x50, file->label, strlen(file->label));
    out->size = 0;
    sim_tlv_add(out, (uint8_t) template, content.bytes, content.size);
}
