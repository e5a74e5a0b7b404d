/*
 * Writes JSON (RFC 8259) to a stream, as it goes, in one line that ends with a newline. Called by the
 * commands that have --json. Keys are NULL for elements of arrays and for the outermost value.
 */
#ifndef SCARD_JSON_H
#define SCARD_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A document; start it with {.file = ...}. */
struct json {
    FILE *file;
    unsigned depth;
    bool follows; /* a value stands before the next one */
};

/* Begins an object or an array; each is ended by json_end(). */
void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);

/* Ends what was begun last; bracket: '}' or ']'. */
void json_end(struct json *json, char bracket);

/*
 * A string; a byte that is not UTF-8, which names of readers may hold, becomes \udc80..\udcff, as the objects
 * have it and as some readers of JSON (Python's) turn back into that byte for a command line. text NULL:
 * null.
 */
void json_text(struct json *json, const char *key, const char *text);

/* Bytes as a string of hexadecimal digits, upper case, without gaps. */
void json_hex(struct json *json, const char *key, const uint8_t *bytes, size_t size);

/* A number. */
void json_number(struct json *json, const char *key, uint64_t value);

/* true or false. */
void json_flag(struct json *json, const char *key, bool value);

#endif
