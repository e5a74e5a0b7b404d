/* JSON: see json.h. Recursive, to a depth that no card has. */
#include "base/text/json.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/wipe.h"

#define DEPTH_MAX 1000u

struct parser {
    const char *at, *end;
    unsigned depth;
    bool no_memory;
};

static bool no_memory(struct parser *parser) {
    parser->no_memory = true;
    return false;
}

static bool skip_blanks(struct parser *parser) {
    while (parser->at < parser->end &&
           (*parser->at == ' ' || *parser->at == '\t' || *parser->at == '\n' || *parser->at == '\r'))
        parser->at++;
    return parser->at < parser->end;
}

static bool take(struct parser *parser, char c) {
    if (parser->at == parser->end || *parser->at != c)
        return false;
    parser->at++;
    return true;
}

/* Strings */

static bool take_hex4(struct parser *parser, uint32_t *out) {
    *out = 0;
    for (int i = 0; i < 4; i++, parser->at++) {
        if (parser->at == parser->end)
            return false;
        const int digit = ascii_digit(*parser->at);
        if (digit < 0)
            return false;
        *out = *out << 4 | (uint32_t)digit;
    }
    return true;
}

/* The code point of \uXXXX, behind its 'u'; two halves make one. No NUL, no half alone. */
static bool take_code_point(struct parser *parser, uint32_t *out) {
    uint32_t low = 0;
    if (!take_hex4(parser, out) || *out == 0 || (*out >= 0xDC00 && *out < 0xE000))
        return false;
    if (*out < 0xD800 || *out >= 0xE000)
        return true;
    if (!take(parser, '\\') || !take(parser, 'u') || !take_hex4(parser, &low) || low < 0xDC00 ||
        low >= 0xE000)
        return false;
    *out = 0x10000 + ((*out - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

static char *put_utf8(char *out, uint32_t c) {
    if (c < 0x80) {
        *out++ = (char)c;
        return out;
    }
    if (c < 0x800) {
        *out++ = (char)(0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            *out++ = (char)(0xE0 | c >> 12);
        } else {
            *out++ = (char)(0xF0 | c >> 18);
            *out++ = (char)(0x80 | (c >> 12 & 0x3F));
        }
        *out++ = (char)(0x80 | (c >> 6 & 0x3F));
    }
    *out++ = (char)(0x80 | (c & 0x3F));
    return out;
}

/* What stands behind a backslash; never longer than it was written. */
static bool take_escape(struct parser *parser, char **out) {
    static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    uint32_t c = 0;
    if (parser->at == parser->end)
        return false;
    if (take(parser, 'u')) {
        if (!take_code_point(parser, &c))
            return false;
        *out = put_utf8(*out, c);
        return true;
    }
    const char *const name = *parser->at ? strchr(names, *parser->at) : NULL;
    if (!name)
        return false;
    parser->at++;
    *(*out)++ = values[name - names];
    return true;
}

/* Bytes of a string as it is written, without its quotes. */
static size_t written_size(const struct parser *parser) {
    const char *at = parser->at;
    while (at < parser->end && *at != '"')
        at += *at == '\\' && at + 1 < parser->end ? 2 : 1;
    return (size_t)(at - parser->at);
}

static bool take_string(struct parser *parser, char **out) {
    if (!take(parser, '"'))
        return false;
    const size_t size = written_size(parser);
    char *const text = calloc(1, size + 1);
    if (!text)
        return no_memory(parser);
    char *end = text;
    bool good = true;
    while (good && parser->at < parser->end && *parser->at && *parser->at != '"') {
        if (take(parser, '\\'))
            good = take_escape(parser, &end);
        else
            *end++ = *parser->at++;
    }
    if (good && take(parser, '"')) {
        *out = text;
        return true;
    }
    wipe_free(text, size);
    return false;
}

/* Values */

static bool take_value(struct parser *parser, struct json *node);

static bool take_word(struct parser *parser, const char *word, struct json *node, enum json_kind kind) {
    const size_t size = strlen(word);
    if ((size_t)(parser->end - parser->at) < size || memcmp(parser->at, word, size) != 0)
        return false;
    parser->at += size;
    node->kind = kind;
    return true;
}

static bool is_digit(const struct parser *parser) {
    return parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9';
}

/* Digits onto `value`, each worth `scale` times the one before it; at least one. */
static bool take_digits(struct parser *parser, double *value, bool fraction) {
    double scale = 1;
    if (!is_digit(parser))
        return false;
    for (; is_digit(parser); parser->at++) {
        const double digit = *parser->at - '0';
        scale /= 10;
        *value = fraction ? *value + digit * scale : *value * 10 + digit;
    }
    return true;
}

static bool take_exponent(struct parser *parser, double *value) {
    double exponent = 0;
    if (!take(parser, 'e') && !take(parser, 'E'))
        return true;
    const bool down = take(parser, '-');
    if (!down)
        (void)take(parser, '+');
    if (!take_digits(parser, &exponent, false))
        return false;
    /* Beyond this a double is 0 or infinite anyway. */
    for (int i = 0; i < exponent && i < 700; i++)
        *value = down ? *value / 10 : *value * 10;
    return true;
}

/* By hand: strtod() takes what the locale's decimal point is. */
static bool take_number(struct parser *parser, struct json *node) {
    double value = 0;
    const bool negative = take(parser, '-');
    const bool zero = parser->at < parser->end && *parser->at == '0';
    if (zero)
        parser->at++;
    if (!zero && !take_digits(parser, &value, false))
        return false;
    if (take(parser, '.') && !take_digits(parser, &value, true))
        return false;
    if (!take_exponent(parser, &value))
        return false;
    node->kind = JSON_NUMBER;
    node->number = negative ? -value : value;
    return true;
}

static struct json *add_child(struct parser *parser, struct json *parent) {
    struct json *child = calloc(1, sizeof *child);
    if (!child) {
        (void)no_memory(parser);
        return NULL;
    }
    if (parent->last)
        parent->last->next = child;
    else
        parent->child = child;
    parent->last = child;
    return child;
}

static bool take_member(struct parser *parser, struct json *parent, bool named) {
    struct json *child = add_child(parser, parent);
    if (!child)
        return false;
    if (named && (!skip_blanks(parser) || !take_string(parser, &child->name) || !skip_blanks(parser) ||
                  !take(parser, ':')))
        return false;
    return skip_blanks(parser) && take_value(parser, child);
}

/* Behind the opening bracket. */
static bool take_members(struct parser *parser, struct json *node, bool named) {
    const char close = named ? '}' : ']';
    node->kind = named ? JSON_OBJECT : JSON_ARRAY;
    if (++parser->depth > DEPTH_MAX || !skip_blanks(parser))
        return false;
    bool more = !take(parser, close);
    while (more) {
        if (!take_member(parser, node, named) || !skip_blanks(parser))
            return false;
        more = take(parser, ',');
        if (more ? !skip_blanks(parser) : !take(parser, close))
            return false;
    }
    parser->depth--;
    return true;
}

static bool take_value(struct parser *parser, struct json *node) {
    switch (*parser->at) {
    case '{':
        parser->at++;
        return take_members(parser, node, true);
    case '[':
        parser->at++;
        return take_members(parser, node, false);
    case '"':
        node->kind = JSON_STRING;
        return take_string(parser, &node->text);
    case 't':
        return take_word(parser, "true", node, JSON_TRUE);
    case 'f':
        return take_word(parser, "false", node, JSON_FALSE);
    case 'n':
        return take_word(parser, "null", node, JSON_NULL);
    default:
        return take_number(parser, node);
    }
}

enum json_result json_parse(const char *text, size_t size, struct json **root, const char **at) {
    struct parser parser = {.at = text, .end = text + size};
    *root = NULL;
    if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        parser.at += 3;
    struct json *node = calloc(1, sizeof *node);
    if (!node)
        return JSON_NO_MEMORY;
    const bool good = skip_blanks(&parser) && take_value(&parser, node);
    if (good && !skip_blanks(&parser)) {
        *root = node;
        return JSON_OK;
    }
    json_free(node);
    *at = parser.at;
    return parser.no_memory ? JSON_NO_MEMORY : JSON_SYNTAX;
}

static void free_text(char *text) {
    if (text)
        wipe_free(text, strlen(text));
}

void json_free(struct json *root) {
    while (root) {
        struct json *next = root->next;
        json_free(root->child);
        free_text(root->name);
        free_text(root->text);
        wipe_free(root, sizeof *root);
        root = next;
    }
}

size_t json_count(const struct json *node) {
    const struct json *child;
    size_t count = 0;
    JSON_EACH(child, node) count++;
    return count;
}

const struct json *json_member(const struct json *object, const char *name) {
    const struct json *child;
    if (!json_is(object, JSON_OBJECT))
        return NULL;
    JSON_EACH(child, object) {
        if (json_is_named(child, name))
            return child;
    }
    return NULL;
}
