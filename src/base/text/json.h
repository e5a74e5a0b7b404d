/*
 * Reads JSON text (RFC 8259) into a tree of nodes, lets look into it, and erases it again: card images hold
 * PINs and keys, of which nothing may stay in freed memory. Used by icc/image/, the simulator's setup and the
 * tool's traces.
 */
#ifndef SCARDSSP_BASE_JSON_H
#define SCARDSSP_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum json_result { JSON_OK, JSON_SYNTAX, JSON_NO_MEMORY };

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_kind kind;
    char *name;         /* of a member of an object; NULL otherwise */
    char *text;         /* JSON_STRING: UTF-8; NULL otherwise */
    double number;      /* JSON_NUMBER */
    struct json *child; /* JSON_ARRAY, JSON_OBJECT: the first of what is in it; NULL: nothing is */
    struct json *last;  /* the last of it */
    struct json *next;  /* behind this one, in the same array or object */
};

/*
 * Reads `size` bytes, a byte order mark in front and blanks around them being fine. Control characters in
 * strings are taken as they are; a NUL, also as \u0000, ends no string and is JSON_SYNTAX. *root: end it
 * with json_free(). JSON_SYNTAX: *at is where the text is wrong. JSON_NO_MEMORY.
 */
enum json_result json_parse(const char *text, size_t size, struct json **root, const char **at);

/* Erases and frees a whole tree of json_parse(). NULL is fine. */
void json_free(struct json *root);

/* Is the node of this kind? NULL is of none. */
static inline bool json_is(const struct json *node, enum json_kind kind) {
    return node && node->kind == kind;
}

/* Is this member's name the given one? Most names differ in their first letter. */
static inline bool json_is_named(const struct json *member, const char *name) {
    return *member->name == *name && strcmp(member->name, name) == 0;
}

/* How many are in an array or object; 0 for all else and for NULL. */
size_t json_count(const struct json *node);

/* The first member of this name, large and small letters being different. NULL: no object, or no such one. */
const struct json *json_member(const struct json *object, const char *name);

/* For each node in an array or object; in none for NULL. */
#define JSON_EACH(node, parent)                                                                              \
    for ((node) = (parent) ? (parent)->child : NULL; (node); (node) = (node)->next)

#endif
