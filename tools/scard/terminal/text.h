/*
 * Text and bytes at the edge of the tool: UTF-8 to the wide strings of COM whatever the locale, hexadecimal
 * both ways, and names from drivers made safe to print.
 */
#ifndef SCARD_TEXT_H
#define SCARD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>

/*
 * A UTF-8 string as a new wide string, freed by the caller with free(). Bytes that are not UTF-8 become
 * U+FFFD, one each. NULL: out of memory.
 */
wchar_t *text_to_wide(const char *text);

/*
 * A wide string as new UTF-8, freed by the caller with free(). What is no character becomes U+FFFD. NULL: out
 * of memory.
 */
char *text_from_wide(const wchar_t *wide);

/*
 * The same for names that are bytes, of readers and of groups of them: a byte that is not UTF-8 travels as
 * U+DC80..U+DCFF, as the objects have it, and back. Where wchar_t has 16 bits, names are text.
 */
wchar_t *text_name_to_wide(const char *name);
char *text_name_from_wide(const wchar_t *wide);

/* Decodes the first character (RFC 3629) of a string and returns its bytes; 0 for what is not UTF-8. */
size_t text_character(const char *characters, uint32_t *out);

/*
 * Prints a name that came from a driver: control characters, which could drive the terminal, and bytes that
 * are not UTF-8 show as '?'. Returns the columns used, one per character.
 */
size_t text_print(FILE *file, const char *text);

/*
 * The same of as many characters as fit into `columns`; where that is not the whole, the last one is '~'.
 * Returns the columns used.
 */
size_t text_print_fitting(FILE *file, const char *text, size_t columns);

/* Prints "3B 9F 96"; between the bytes stands `gap`. */
void text_print_hex(FILE *file, const uint8_t *bytes, size_t size, const char *gap);

/*
 * Reads hexadecimal digits, two per byte; spaces, tabs, ':' and '-' may stand between bytes and each byte may
 * have 0x in front. At most `size` characters are read. On success the bytes are in new memory that the
 * caller frees, *size_out of them (none: *out is not NULL either). False: something else is there, or out of
 * memory.
 */
bool text_parse_hex(const char *text, size_t size, uint8_t **out, size_t *size_out);

/* The columns a name takes, one per character. */
size_t text_columns(const char *text);

/* How far two words are apart: letters to insert, drop or change; case does not count. */
size_t text_distance(const char *a, const char *b);

/* Whether `part` is in `text`; the case of ASCII letters does not count. */
bool text_contains(const char *text, const char *part);

#endif
