/* Reading fields out of a card image, and saying where it is wrong. Called by the image_*.c files. */
#include "icc/image/jsonfile.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"

#define PATH_ROOM 256

/* A walk through text and tree side by side. */
struct walk {
    const char *at, *end;
    unsigned line;
    char path[PATH_ROOM];
};

static void step(struct walk *walk) {
    if (walk->at == walk->end)
        return;
    if (*walk->at == '\n')
        walk->line++;
    walk->at++;
}

static void skip_blank(struct walk *walk) {
    while (walk->at < walk->end && (unsigned char)*walk->at <= ' ')
        step(walk);
}

static void skip_string(struct walk *walk) {
    step(walk);
    while (walk->at < walk->end && *walk->at != '"') {
        if (*walk->at == '\\')
            step(walk);
        step(walk);
    }
    step(walk);
}

static bool walk_to(struct walk *walk, const struct json *node, const struct json *wanted);

static bool walk_children(struct walk *walk, const struct json *node, const struct json *wanted) {
    const size_t length = strlen(walk->path);
    int index = 0;
    step(walk);
    for (const struct json *child = node->child; child; child = child->next, index++) {
        char *end = walk->path + length;
        if (json_is(node, JSON_OBJECT)) {
            skip_blank(walk);
            skip_string(walk);
            skip_blank(walk);
            step(walk);
            snprintf(end, PATH_ROOM - length, "%s%s", length ? "." : "", child->name);
        } else {
            snprintf(end, PATH_ROOM - length, "[%d]", index);
        }
        if (walk_to(walk, child, wanted))
            return true;
        *end = '\0';
        skip_blank(walk);
        if (child->next)
            step(walk);
    }
    skip_blank(walk);
    step(walk);
    return false;
}

/* Goes on to the end of `node`, or stops at `wanted` with its line and path in the walk. */
static bool walk_to(struct walk *walk, const struct json *node, const struct json *wanted) {
    skip_blank(walk);
    if (node == wanted)
        return true;
    if (json_is(node, JSON_OBJECT) || json_is(node, JSON_ARRAY))
        return walk_children(walk, node, wanted);
    if (json_is(node, JSON_STRING)) {
        skip_string(walk);
        return false;
    }
    while (walk->at < walk->end && (isalnum((unsigned char)*walk->at) || strchr("+-.", *walk->at)))
        step(walk);
    return false;
}

static void locate(const struct image_reader *reader, const struct json *node, struct walk *walk) {
    *walk = (struct walk){.line = 1};
    /* There is no text where there was no file. */
    if (!reader->text)
        return;
    walk->at = reader->text;
    walk->end = reader->text + reader->size;
    if (reader->size >= 3 && memcmp(walk->at, "\xEF\xBB\xBF", 3) == 0)
        walk->at += 3;
    if (node && reader->root)
        walk_to(walk, reader->root, node);
}

static void report(const struct image_reader *reader, unsigned line, const char *field, const char *text) {
    if (!reader->message || !reader->message_size)
        return;
    snprintf(reader->message, reader->message_size, "%s:%u: %s: %s", reader->file, line, field, text);
    for (char *c = reader->message; *c; c++) /* a field's name may hold anything; a message is one line */
        if ((unsigned char)*c < ' ')
            *c = '?';
}

bool image_error(struct image_reader *reader, const struct json *node, const char *format, ...) {
    char text[160];
    struct walk walk;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    locate(reader, node, &walk);
    report(reader, walk.line, walk.path[0] ? walk.path : "image", text);
    return false;
}

bool image_missing(struct image_reader *reader, const struct json *object, const char *field) {
    char path[PATH_ROOM + 32];
    struct walk walk;
    locate(reader, object, &walk);
    snprintf(path, sizeof path, "%s%s%s", walk.path, walk.path[0] ? "." : "", field);
    report(reader, walk.line, path, "is missing");
    return false;
}

bool image_no_memory(struct image_reader *reader) {
    reader->no_memory = true;
    return image_error(reader, NULL, "out of memory");
}

/*
 * A NUL ends no string (json.h), and who has written one is to be told just that. Returns its place, or NULL.
 */
static const char *find_nul(const char *text, size_t size) {
    const char *end = text + size;
    for (const char *at = text; at + 1 < end; at++) {
        if (*at == '\0')
            return at;
        if (*at != '\\')
            continue;
        if (end - at >= 6 && memcmp(at, "\\u0000", 6) == 0)
            return at;
        at++;
    }
    return size && !end[-1] ? end - 1 : NULL;
}

static unsigned line_of(const struct image_reader *reader, const char *at) {
    unsigned line = 1;
    for (const char *c = reader->text; c < at; c++)
        line += *c == '\n';
    return line;
}

bool image_parse(struct image_reader *reader) {
    const char *end = reader->text;
    const char *nul = find_nul(reader->text, reader->size);
    if (nul) {
        report(reader, line_of(reader, nul), "json", "contains a NUL character");
        return false;
    }
    struct json *root = NULL;
    switch (json_parse(reader->text, reader->size, &root, &end)) {
    case JSON_OK:
        reader->root = root;
        return true;
    case JSON_NO_MEMORY:
        return image_no_memory(reader);
    default:
        report(reader, line_of(reader, end), "json", "syntax error");
        return false;
    }
}

const struct json *image_field(const struct json *object, const char *name) {
    return json_member(object, name);
}

bool image_fields(struct image_reader *reader, const struct json *node, const char *const *fields) {
    if (!json_is(node, JSON_OBJECT))
        return image_error(reader, node, "must be an object");
    for (const struct json *child = node->child; child; child = child->next) {
        const char *const *known = fields;
        while (*known && !json_is_named(child, *known))
            known++;
        if (!*known)
            return image_error(reader, child, "unknown field");
        if (image_field(node, child->name) != child)
            return image_error(reader, child, "is there twice");
    }
    return true;
}

bool image_array(struct image_reader *reader, const struct json *object, const char *name,
                 const struct json **out) {
    *out = image_field(object, name);
    if (*out && !json_is(*out, JSON_ARRAY))
        return image_error(reader, *out, "must be an array");
    return true;
}

bool image_number(struct image_reader *reader, const struct json *object, const char *name,
                  enum presence presence, uint32_t min, uint32_t max, uint32_t *value) {
    const struct json *node = image_field(object, name);
    if (!node)
        return presence == OPTIONAL || image_missing(reader, object, name);
    if (!json_is(node, JSON_NUMBER) || node->number < min || node->number > max ||
        (uint32_t)node->number < node->number)
        return image_error(reader, node, "must be a whole number from %u to %u", (unsigned)min,
                           (unsigned)max);
    *value = (uint32_t)node->number;
    return true;
}

bool image_flag(struct image_reader *reader, const struct json *object, const char *name, bool *value) {
    const struct json *node = image_field(object, name);
    if (!node)
        return true;
    if (!json_is(node, JSON_TRUE) && !json_is(node, JSON_FALSE))
        return image_error(reader, node, "must be true or false");
    *value = json_is(node, JSON_TRUE);
    return true;
}

bool image_text(struct image_reader *reader, const struct json *object, const char *name,
                enum presence presence, size_t min, size_t max, const char **text) {
    const struct json *node = image_field(object, name);
    if (!node)
        return presence == OPTIONAL || image_missing(reader, object, name);
    if (!json_is(node, JSON_STRING))
        return image_error(reader, node, "must be text");
    const size_t size = strlen(node->text);
    if (size < min || size > max)
        return image_error(reader, node, "must have %zu to %zu characters, has %zu", min, max, size);
    *text = node->text;
    return true;
}

bool image_hex_node(struct image_reader *reader, const struct json *node, uint8_t *out, size_t *size) {
    if (!json_is(node, JSON_STRING))
        return image_error(reader, node, "must be text of hexadecimal digits");
    size_t count = 0;
    for (const char *c = node->text; *c; c++) {
        if (*c == ' ')
            continue;
        const int high = ascii_digit(*c);
        const int low = high < 0 ? -1 : ascii_digit(c[1]);
        if (low < 0)
            return image_error(reader, node, "must be pairs of hexadecimal digits");
        if (out)
            out[count] = (uint8_t)(high << 4 | low);
        count++;
        c++;
    }
    *size = count;
    return true;
}

bool image_hex(struct image_reader *reader, const struct json *object, const char *name,
               enum presence presence, size_t min, size_t max, uint8_t *out, size_t *size) {
    const struct json *node = image_field(object, name);
    size_t count = 0;
    if (!node)
        return presence == OPTIONAL || image_missing(reader, object, name);
    if (!image_hex_node(reader, node, NULL, &count))
        return false;
    if (count < min || count > max)
        return image_error(reader, node, "must have %zu to %zu bytes, has %zu", min, max, count);
    return image_hex_node(reader, node, out, size);
}

bool image_code(struct image_reader *reader, const struct json *object, const char *name, size_t size,
                uint16_t *value) {
    const struct json *node = image_field(object, name);
    uint8_t bytes[2] = {0, 0};
    size_t count = 0;
    if (!node)
        return image_missing(reader, object, name);
    if (!image_hex_node(reader, node, NULL, &count))
        return false;
    if (count != size)
        return image_error(reader, node, "must have %zu hexadecimal digits", 2 * size);
    image_hex_node(reader, node, bytes + 2 - size, &count);
    *value = (uint16_t)(bytes[0] << 8 | bytes[1]);
    return true;
}
