/* The forms in which the content of a card's file is shown and kept. Used by the commands that copy. */
#ifndef SCARD_FORM_H
#define SCARD_FORM_H

#include <stdbool.h>
#include <stdint.h>

#include "terminal/json.h"
#include "terminal/table.h"
#include "transfer/filecopy.h"

enum form {
    FORM_FITTING, /* bytes of a transparent file, lines of hexadecimal of records */
    FORM_BYTES,   /* as they are, records one behind the other */
    FORM_HEX,     /* a line of hexadecimal; of records one each */
    FORM_DUMP     /* place, hexadecimal and characters, sixteen bytes a line */
};

/* Words for --form. */
extern const struct option_choice form_choices[];

/*
 * The text or bytes of that form, as new memory for wipe_free(), *size_out bytes of it. NULL: out of memory.
 */
uint8_t *form_make(const struct filecopy *copy, enum form form, size_t *size_out);

/*
 * The content that such a text stands for: bytes or hexadecimal, of records a line of hexadecimal each,
 * whatever the form. False, and *out is empty: it is not of that form, or there is no memory.
 */
bool form_parse(const uint8_t *text, size_t size, enum form form, bool records, struct filecopy *out);

/* Writes "content" with all bytes and "records", an array, null where the file has none. */
void form_write_json(struct json *json, const struct filecopy *copy);

#endif
