/* The forms in which the content of a card's file is shown and kept. See form.h. */
#include "transfer/form.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "terminal/text.h"

#define DUMP_WIDTH 16u
#define DUMP_LINE 80u /* room for a line: "00000010  48 65 ...  He..\n" */

const struct option_choice form_choices[] = {
    {"bytes", FORM_BYTES}, {"hex", FORM_HEX}, {"dump", FORM_DUMP}, {NULL, 0}};

static uint8_t *put_hex(uint8_t *to, const uint8_t *bytes, size_t size) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < size; ++i) {
        *to++ = (uint8_t)digits[bytes[i] >> 4];
        *to++ = (uint8_t)digits[bytes[i] & 0x0F];
    }
    return to;
}

static uint8_t *make_bytes(const struct filecopy *copy, size_t *size_out) {
    uint8_t *made = malloc(copy->size + 1);
    if (made && copy->size > 0)
        memcpy(made, copy->bytes, copy->size);
    *size_out = copy->size;
    return made;
}

static uint8_t *make_hex(const struct filecopy *copy, size_t *size_out) {
    uint8_t *made = malloc(2 * copy->size + copy->count + 1);
    uint8_t *to = made;
    for (size_t i = 0; made && i < copy->count; ++i) {
        size_t size = 0;
        const uint8_t *piece = filecopy_piece(copy, i, &size);
        to = put_hex(to, piece, size);
        if (filecopy_has_records(copy) || i + 1 == copy->count)
            *to++ = '\n';
    }
    *size_out = made ? (size_t)(to - made) : 0;
    return made;
}

/* One line of at most DUMP_WIDTH bytes. Returns where it ends. */
static uint8_t *put_line(uint8_t *to, const uint8_t *bytes, size_t size, size_t at) {
    to += sprintf((char *)to, "%08zX ", at);
    for (size_t i = 0; i < DUMP_WIDTH; ++i) {
        *to++ = ' ';
        if (i < size)
            to = put_hex(to, bytes + i, 1);
        else
            to = (uint8_t *)memcpy(to, "  ", 2) + 2;
    }
    to = (uint8_t *)memcpy(to, "  ", 2) + 2;
    for (size_t i = 0; i < size; ++i)
        *to++ = bytes[i] >= 0x20 && bytes[i] < 0x7F ? bytes[i] : '.';
    *to++ = '\n';
    return to;
}

/* Places count from the beginning of the file, or of each record. */
static uint8_t *put_dump(uint8_t *to, const uint8_t *bytes, size_t size) {
    for (size_t at = 0; at < size; at += DUMP_WIDTH)
        to = put_line(to, bytes + at, size - at < DUMP_WIDTH ? size - at : DUMP_WIDTH, at);
    return to;
}

static uint8_t *make_dump(const struct filecopy *copy, size_t *size_out) {
    const bool records = filecopy_has_records(copy);
    uint8_t *made = malloc((copy->size / DUMP_WIDTH + 2 * copy->count + 1) * DUMP_LINE);
    uint8_t *to = made;
    if (made && !records)
        to = put_dump(to, copy->bytes, copy->size);
    for (size_t i = 0; made && records && i < copy->count; ++i) {
        size_t size = 0;
        const uint8_t *piece = filecopy_piece(copy, i, &size);
        to += sprintf((char *)to, "Record %zu, %zu bytes:\n", i + 1, size);
        to = put_dump(to, piece, size);
    }
    *size_out = made ? (size_t)(to - made) : 0;
    return made;
}

uint8_t *form_make(const struct filecopy *copy, enum form form, size_t *size_out) {
    if (form == FORM_DUMP)
        return make_dump(copy, size_out);
    const bool hex = form == FORM_HEX || (form == FORM_FITTING && filecopy_has_records(copy));
    return hex ? make_hex(copy, size_out) : make_bytes(copy, size_out);
}

/* Adds what a text of hexadecimal stands for. */
static bool add_hex(const char *text, size_t size, struct filecopy *out) {
    uint8_t *bytes = NULL;
    size_t count = 0;
    const bool good =
        text_parse_hex(text, size, &bytes, &count) && count > 0 && filecopy_add(out, bytes, count);
    wipe_free(bytes, count);
    return good;
}

static bool parse_lines(const char *text, size_t size, struct filecopy *out) {
    bool good = true;
    while (good && size > 0) {
        const char *end = memchr(text, '\n', size);
        const size_t whole = end ? (size_t)(end - text) + 1 : size;
        size_t line = end ? whole - 1 : size;
        if (line > 0 && text[line - 1] == '\r')
            --line;
        good = add_hex(text, line, out);
        text += whole;
        size -= whole;
    }
    return good;
}

/* Ends of lines are no part of it. */
static bool parse_hex(const char *text, size_t size, struct filecopy *out) {
    char *flat = malloc(size + 1);
    for (size_t i = 0; flat && i < size; ++i)
        flat[i] = text[i] == '\n' || text[i] == '\r' ? ' ' : text[i];
    const bool good = flat && add_hex(flat, size, out);
    wipe_free(flat, size);
    return good;
}

bool form_parse(const uint8_t *text, size_t size, enum form form, bool records, struct filecopy *out) {
    bool good = false;
    *out = (struct filecopy){0};
    if (records)
        good = parse_lines((const char *)text, size, out);
    else if (form == FORM_HEX)
        good = parse_hex((const char *)text, size, out);
    else
        good = filecopy_add(out, text, size);
    if (!good)
        filecopy_free(out);
    return good;
}

void form_write_json(struct json *json, const struct filecopy *copy) {
    json_hex(json, "content", copy->bytes, copy->size);
    if (!filecopy_has_records(copy)) {
        json_text(json, "records", NULL);
        return;
    }
    json_array(json, "records");
    for (size_t i = 0; i < copy->count; ++i) {
        size_t size = 0;
        const uint8_t *piece = filecopy_piece(copy, i, &size);
        json_hex(json, NULL, piece, size);
    }
    json_end(json, ']');
}
