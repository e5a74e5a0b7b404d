/*
 * Reads JSON text (RFC 8259) into a tree of cJSON's nodes, and erases that again: card images hold PINs and
 * keys, of which cJSON itself would leave copies in freed memory, and it does not tell wrong text from want
 * of memory. The tree is read with cJSON's functions that only look. Used by jsonfile.c and setup.c.
 */
#ifndef SCARDSSP_SIM_JSON_H
#define SCARDSSP_SIM_JSON_H

#include <cjson/cJSON.h>
#include <stddef.h>

enum json_result { JSON_OK, JSON_SYNTAX, JSON_NO_MEMORY };

/*
 * Reads `size` bytes, a byte order mark in front and blanks around them being fine. Control characters in
 * strings are taken as they are, as cJSON takes them; a NUL, also as \u0000, ends no string and is
 * JSON_SYNTAX. *root: end it with json_free(). JSON_SYNTAX: *at is where the text is wrong.
 */
enum json_result json_parse(const char *text, size_t size, cJSON **root, const char **at);

/* Erases and frees a whole tree of json_parse(). NULL is fine. */
void json_free(cJSON *root);

#endif
