/*
 * Reading fields out of a card image: types, ranges, and errors that name file, line and field. The tree
 * keeps no positions; they are found again, for the one message that needs them, by walking text and tree
 * together.
 */
#ifndef SCARDSSP_SIM_IMAGE_READER_H
#define SCARDSSP_SIM_IMAGE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text/json.h"

struct sim_card;
struct file;
struct key;
struct condition;

#define IMAGE_CONTENT_MAX (4u * 1024 * 1024) /* bytes of all files and objects together */

struct image_reader {
    const char *file; /* for messages */
    const char *text;
    char *own_text; /* the same where it is a file's, and to be erased; NULL: not to be */
    size_t size;
    const struct json *root;
    char *message;
    size_t message_size;
    bool no_memory;  /* image_no_memory() was called: nothing is wrong with the image as far as it was read */
    uint32_t budget; /* content that may still be made */
    struct sim_card *card;
};

enum presence { OPTIONAL, REQUIRED };

/* Writes the message for `node` (NULL: the image as a whole). Always false, for `return image_error(...)`. */
bool image_error(struct image_reader *reader, const struct json *node, const char *format, ...)
    __attribute__((format(__printf__, 3, 4)));

/* The same for a field that `object` should have. */
bool image_missing(struct image_reader *reader, const struct json *object, const char *field);

/* Out of memory. Always false. */
bool image_no_memory(struct image_reader *reader);

/*
 * Parses the text into reader->root, which the caller erases with json_free(). false: a syntax error, or out
 * of memory.
 */
bool image_parse(struct image_reader *reader);

/* `node` is an object with none but these fields (NULL at the end), each at most once. */
bool image_fields(struct image_reader *reader, const struct json *node, const char *const *fields);

/* The field, NULL when it is not there. */
const struct json *image_field(const struct json *object, const char *name);

/* The field as an array; *out NULL when it is not there. */
bool image_array(struct image_reader *reader, const struct json *object, const char *name,
                 const struct json **out);

/* A whole number between min and max; optional and absent: *value stays. */
bool image_number(struct image_reader *reader, const struct json *object, const char *name,
                  enum presence presence, uint32_t min, uint32_t max, uint32_t *value);

/* true or false; absent: *value stays. */
bool image_flag(struct image_reader *reader, const struct json *object, const char *name, bool *value);

/* Text of min..max bytes (UTF-8); *text belongs to the tree, and stays when an optional field is absent. */
bool image_text(struct image_reader *reader, const struct json *object, const char *name,
                enum presence presence, size_t min, size_t max, const char **text);

/* Hexadecimal text of min..max bytes, blanks allowed between bytes. *size stays when absent. */
bool image_hex(struct image_reader *reader, const struct json *object, const char *name,
               enum presence presence, size_t min, size_t max, uint8_t *out, size_t *size);

/* Hexadecimal text in `node` itself: counts its bytes, and stores them unless out is NULL. */
bool image_hex_node(struct image_reader *reader, const struct json *node, uint8_t *out, size_t *size);

/* A number written as hexadecimal text of exactly `size` bytes (1 or 2). */
bool image_code(struct image_reader *reader, const struct json *object, const char *name, size_t size,
                uint16_t *value);

/*
 * content.c: 1..max bytes of content (docs/card-image.md, "Content"). `repeatable`: the field "repeat" may
 * stand there, the caller reads it. The caller owns *bytes (malloc()).
 */
bool image_content(struct image_reader *reader, const struct json *node, bool repeatable, size_t max,
                   uint8_t **bytes, uint32_t *size);

/*
 * secrets.c: what belongs to a DF beside its files. The rules of PINs come after its PINs and keys, of which
 * they speak.
 */
bool image_pins(struct image_reader *reader, const struct json *object, struct file *df);
bool image_keys(struct image_reader *reader, const struct json *object, struct file *df);
bool image_pin_rules(struct image_reader *reader, const struct json *object, struct file *df);
bool image_objects(struct image_reader *reader, const struct json *object, struct file *df);

/*
 * privatekey.c: the asymmetric key that an object with "pem" or "file" describes, into key->pair, which the
 * card frees.
 */
bool image_private_key(struct image_reader *reader, const struct json *node, struct key *key);

/* An access condition; references are looked up in `df` and the DFs above it. */
bool image_condition(struct image_reader *reader, const struct json *object, const char *name,
                     const struct file *df, struct condition *condition);

/* quirks.c: the field "quirks" of the root. */
bool image_quirks(struct image_reader *reader);

/* files.c: the tree from the field "mf" of the root on. */
bool image_files(struct image_reader *reader);

#endif
