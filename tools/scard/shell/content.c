/* What a file of a card says, in words: see content.h. */
#include "shell/content.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "shell/names.h"
#include "shell/objects.h"
#include "shell/place.h"

#define FILLING 0xFFu
#define INDENT 2u

/* Digits of two a byte, the first one low, up to an F. Returns false where other things stand between. */
static bool take_digits(const uint8_t *bytes, size_t size, size_t first, char *out, size_t room) {
    size_t count = 0;
    for (size_t i = first; i < 2 * size && count + 1 < room; ++i) {
        const unsigned digit = i % 2 ? bytes[i / 2] >> 4 : bytes[i / 2] & 0x0Fu;
        if (digit > 9)
            break;
        out[count++] = (char)('0' + digit);
    }
    out[count] = '\0';
    return count > 0;
}

static void print_digits(const char *what, const uint8_t *bytes, size_t size, size_t first) {
    char digits[64];
    if (take_digits(bytes, size, first, digits, sizeof digits))
        printf("%*s%s: %s\n", (int)INDENT, "", what, digits);
}

/* The first byte counts those that follow; the first digit of them is the parity's. */
static void print_imsi(const uint8_t *bytes, size_t size) {
    if (size > 1 && bytes[0] < size)
        print_digits("IMSI", bytes + 1, bytes[0], 1);
}

/* Without what fills it up; 0: it is no text. */
static size_t text_size(const uint8_t *bytes, size_t size) {
    while (size > 0 && (bytes[size - 1] == FILLING || bytes[size - 1] == 0))
        --size;
    for (size_t i = 0; i < size; ++i)
        if (bytes[i] < 0x20 || bytes[i] > 0x7E)
            return 0;
    return size;
}

static void print_text(const uint8_t *bytes, size_t size) {
    const size_t shown = text_size(bytes, size);
    if (shown > 0)
        printf("%*s\"%.*s\"\n", (int)INDENT, "", (int)shown, (const char *)bytes);
}

/* What the tags of a file mean beside those of ISO/IEC 7816. */
static enum objects_kind kind_of(const struct application *application, const struct file_name *name) {
    if (application == &names_piv && name && strcmp(name->name, "CHUID") == 0)
        return OBJECTS_CHUID;
    if (application == &names_piv && name && strcmp(name->name, "CCC") == 0)
        return OBJECTS_CCC;
    if (application == &names_piv)
        return OBJECTS_CONTAINER;
    if (application == &names_openpgp)
        return OBJECTS_OPENPGP;
    return name && strcmp(name->name, "EF.ARR") == 0 ? OBJECTS_RULES : OBJECTS_ANY;
}

/*
 * Bytes of a file that nobody has named may look like objects by chance: all of their tags have to be known,
 * and text is none.
 */
static bool look_like_objects(const uint8_t *bytes, size_t size, enum objects_kind kind) {
    return text_size(bytes, size) == 0 && objects_are_known(bytes, size, kind);
}

static void explain_piece(const char *place, const struct file_name *name, const uint8_t *bytes,
                          size_t size) {
    const enum objects_kind kind = kind_of(place_application(place), name);
    switch (name ? name->content : NAMES_BYTES) {
    case NAMES_ICCID:
        print_digits("ICCID", bytes, size, 0);
        break;
    case NAMES_IMSI:
        print_imsi(bytes, size);
        break;
    case NAMES_TEXT:
        print_text(bytes, size);
        break;
    case NAMES_OBJECTS:
        (void)objects_print(bytes, size, kind, INDENT);
        break;
    case NAMES_BYTES:
        if (look_like_objects(bytes, size, kind))
            (void)objects_print(bytes, size, kind, INDENT);
        break;
    }
}

/* Whether there will be words on it. */
static bool is_known(const char *place, const struct file_name *name, const uint8_t *bytes, size_t size) {
    return (name && name->content != NAMES_BYTES) ||
           look_like_objects(bytes, size, kind_of(place_application(place), name));
}

static bool is_empty(const uint8_t *bytes, size_t size) {
    size_t i = 0;
    while (i < size && bytes[i] == FILLING)
        ++i;
    return i == size;
}

void content_explain(const char *place, const struct filecopy *copy) {
    const struct file_name *name = place_name(place);
    if (!filecopy_has_records(copy)) {
        explain_piece(place, name, copy->bytes, copy->size);
        return;
    }
    for (size_t i = 0; i < copy->count; ++i) {
        size_t size = 0;
        const uint8_t *bytes = filecopy_piece(copy, i, &size);
        if (is_empty(bytes, size) || !is_known(place, name, bytes, size))
            continue;
        if (copy->count > 1)
            printf("%*sRecord %zu:\n", (int)INDENT, "", i + 1);
        explain_piece(place, name, bytes, size);
    }
}
