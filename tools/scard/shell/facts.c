/* What a card says of a file or directory: see facts.h. */
#include "shell/facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OBJECTS_MAX 32 /* in the parameters of a file */

/* ISO/IEC 7816-4:2005, table 12. */
enum { TAG_SIZE = 0x80, TAG_KIND = 0x82, TAG_ID = 0x83, TAG_SFI = 0x88, TAG_LIFE_CYCLE = 0x8A };

/* File descriptor byte (table 14): what is a directory, and what is the card's own. */
#define DESCRIPTOR_MASK 0xBFu
#define DESCRIPTOR_DF 0x38u
#define DESCRIPTOR_USE 0x38u
#define DESCRIPTOR_INTERNAL 0x08u

static uint32_t number_of(const uint8_t *bytes, size_t size) {
    uint32_t number = 0;
    for (size_t i = 0; i < size; ++i)
        number = number << 8 | bytes[i];
    return number;
}

/* Descriptor, data coding, bytes a record, number of records (one byte or two). */
static void take_kind(struct facts *out, const uint8_t *value, size_t size) {
    out->directory = (value[0] & DESCRIPTOR_MASK) == DESCRIPTOR_DF;
    out->internal = !out->directory && (value[0] & DESCRIPTOR_USE) == DESCRIPTOR_INTERNAL;
    out->kind = out->directory ? FILECOPY_UNKNOWN : filecopy_kind_of(value[0]);
    if (size >= 3)
        out->record_size = (uint16_t)number_of(value + 2, size >= 4 ? 2 : 1);
    if (size >= 5)
        out->record_count = (uint16_t)number_of(value + 4, size >= 6 ? 2 : 1);
}

static void take(void *user, const struct scardssp_object *object) {
    struct facts *out = user;
    const uint8_t *value = object->value;
    if (object->depth > 0 || object->size == 0)
        return;
    if (object->tag == TAG_SIZE && object->size <= sizeof out->data_size)
        out->data_size = number_of(value, object->size);
    else if (object->tag == TAG_KIND)
        take_kind(out, value, object->size);
    else if (object->tag == TAG_ID && object->size == sizeof out->id)
        out->id = (uint16_t)number_of(value, object->size);
    else if (object->tag == FACTS_NAME && object->size <= sizeof out->name) {
        out->name_size = object->size;
        memcpy(out->name, value, object->size);
    }
}

/* Takes the bytes of the table over, and frees what the call has made. */
static void take_table(struct facts *out, TLV_TABLE *table, LONG count) {
    for (LONG i = 0; i < count && i < OBJECTS_MAX; ++i) {
        const size_t size = table[i].cbSize > 0 ? (size_t)table[i].cbSize : 0;
        if (table[i].byData && size <= sizeof out->bytes - out->size) {
            memcpy(out->bytes + out->size, table[i].byData, size);
            out->size += size;
        }
        CoTaskMemFree(table[i].byData);
    }
    (void)scardssp_each_object(out->bytes, out->size, take, out);
}

HRESULT facts_get(ISCardFileAccess *files, const char *place, struct facts *out) {
    TLV_TABLE table[OBJECTS_MAX] = {{0}};
    LONG count = OBJECTS_MAX;
    BSTR path = manager_text(place);
    *out = (struct facts){.size = 0};
    const HRESULT hr = path ? ISCardFileAccess_GetProperties(files, SC_TYPE_BY_ANY, path, table, &count,
                                                             SC_FL_GET_ALL_PROPERTIES)
                            : E_OUTOFMEMORY;
    SysFreeString(path);
    if (SUCCEEDED(hr))
        take_table(out, table, count);
    return hr;
}

void facts_sum(const struct facts *facts, char out[FACTS_TEXT_MAX]) {
    const char *kind = filecopy_kind_text(facts->kind);
    if (facts->directory)
        (void)snprintf(out, FACTS_TEXT_MAX, "directory");
    else if (facts->record_count > 0)
        (void)snprintf(out, FACTS_TEXT_MAX, "%s, %u x %u bytes", kind, (unsigned)facts->record_count,
                       (unsigned)facts->record_size);
    else if (facts->data_size > 0)
        (void)snprintf(out, FACTS_TEXT_MAX, "%s, %" PRIu32 " byte%s", kind, facts->data_size,
                       facts->data_size == 1 ? "" : "s");
    else
        (void)snprintf(out, FACTS_TEXT_MAX, "%s", facts->kind ? kind : "");
}

/* Table 13. */
static const char *life_cycle_text(uint8_t status) {
    if (status == 0x01)
        return "being created";
    if (status == 0x03)
        return "being initialised";
    if ((status & 0xFD) == 0x05)
        return "activated";
    if ((status & 0xFD) == 0x04)
        return "deactivated";
    if ((status & 0xFC) == 0x0C)
        return "terminated";
    return NULL;
}

static bool life_cycle(uint8_t status, char *out) {
    const char *text = life_cycle_text(status);
    if (text)
        (void)snprintf(out, FACTS_TEXT_MAX, "%s", text);
    return text != NULL;
}

static bool kind_text(const struct scardssp_object *object, char *out) {
    struct facts facts = {.size = 0};
    take_kind(&facts, object->value, object->size);
    const size_t used =
        (size_t)snprintf(out, FACTS_TEXT_MAX, "%s%s", facts.internal ? "the card's own, " : "",
                         facts.directory ? "directory" : filecopy_kind_text(facts.kind));
    if (facts.record_count > 0)
        (void)snprintf(out + used, FACTS_TEXT_MAX - used, ", %u x %u bytes", (unsigned)facts.record_count,
                       (unsigned)facts.record_size);
    else if (facts.record_size > 0)
        (void)snprintf(out + used, FACTS_TEXT_MAX - used, ", records of %u bytes",
                       (unsigned)facts.record_size);
    return true;
}

bool facts_text(const struct scardssp_object *object, char out[FACTS_TEXT_MAX]) {
    const uint8_t *value = object->value;
    if (object->size == 0)
        return false;
    switch (object->tag) {
    case TAG_SIZE:
    case TAG_SIZE + 1:
        if (object->size > sizeof(uint32_t))
            return false;
        (void)snprintf(out, FACTS_TEXT_MAX, "%" PRIu32, number_of(value, object->size));
        return true;
    case TAG_KIND:
        return kind_text(object, out);
    case TAG_ID:
        if (object->size != 2)
            return false;
        (void)snprintf(out, FACTS_TEXT_MAX, "%02X%02X", value[0], value[1]);
        return true;
    case TAG_SFI:
        (void)snprintf(out, FACTS_TEXT_MAX, "%u", (unsigned)value[0] >> 3);
        return true;
    case TAG_LIFE_CYCLE:
        return life_cycle(value[0], out);
    default:
        return false;
    }
}
