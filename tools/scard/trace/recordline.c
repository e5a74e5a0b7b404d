/* Lines of records: see recordline.h. */
#include "trace/recordline.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/text/json.h"

#define FORM 1
#define NUMBER_MAX 9007199254740992.0 /* 2^53: numbers are doubles */

/* What is being filled, and whether all was as it must be so far. */
struct filling {
    const struct json *root;
    bool bad, no_memory;
};

static uint64_t number_of(struct filling *filling, const char *key, double max) {
    const struct json *member = json_member(filling->root, key);
    if (json_is(member, JSON_NUMBER) && member->number >= 0 && member->number <= max)
        return (uint64_t)member->number;
    filling->bad = true;
    return 0;
}

/* The text of a member; NULL: it is not there, which is bad if it must be. */
static const char *text_in(struct filling *filling, const char *key, bool required) {
    const struct json *member = json_member(filling->root, key);
    if (json_is(member, JSON_STRING))
        return member->text;
    filling->bad = filling->bad || member != NULL || required;
    return NULL;
}

static char *text_of(struct filling *filling, const char *key, bool required) {
    const char *text = text_in(filling, key, required);
    char *copy = text ? strdup(text) : NULL;
    filling->no_memory = filling->no_memory || (text && copy == NULL);
    return copy;
}

/* Two digits, or "**" where that may be: ENTRY_FILLER then. -1: neither. */
static int byte_of(const char *text, bool may_hide) {
    const int high = ascii_digit(text[0]), low = high < 0 ? -1 : ascii_digit(text[1]);
    if (low >= 0)
        return high << 4 | low;
    return may_hide && text[0] == '*' && text[1] == '*' ? (int)ENTRY_FILLER : -1;
}

/* Bytes of hexadecimal. NULL: there are none. */
static uint8_t *bytes_of(struct filling *filling, const char *key, size_t *size, bool may_hide) {
    const char *text = text_in(filling, key, false);
    uint8_t *bytes = text ? malloc(strlen(text) / 2 + 1) : NULL;
    filling->no_memory = filling->no_memory || (text && bytes == NULL);
    for (size_t i = 0; bytes && !filling->bad && text[2 * i]; ++i) {
        const int byte = byte_of(text + 2 * i, may_hide);
        filling->bad = byte < 0;
        bytes[i] = (uint8_t)byte;
        *size = i + 1;
    }
    return bytes;
}

/* From the first "**" to the last. */
static void find_hidden(const struct filling *filling, struct trace_entry *out) {
    const struct json *member = json_member(filling->root, "command");
    const char *first = out->command ? strchr(member->text, '*') : NULL;
    if (first == NULL)
        return;
    out->hidden_at = (size_t)(first - member->text) / 2;
    out->hidden_count = (size_t)(strrchr(first, '*') - first) / 2 + 1;
}

/* An array of objects with "name" and "atr". */
static void fill_readers(struct filling *filling, struct trace_entry *out) {
    const struct json *readers = json_member(filling->root, "readers"), *node;
    filling->bad = filling->bad || (readers && !json_is(readers, JSON_ARRAY));
    if (filling->bad || json_count(readers) == 0)
        return;
    out->readers = calloc(json_count(readers), sizeof *out->readers);
    filling->no_memory = filling->no_memory || out->readers == NULL;
    JSON_EACH(node, out->readers ? readers : NULL) {
        struct filling inner = {.root = node, .bad = !json_is(node, JSON_OBJECT)};
        struct trace_reader *reader = &out->readers[out->reader_count++];
        reader->name = text_of(&inner, "name", true);
        reader->atr = bytes_of(&inner, "atr", &reader->atr_size, false);
        filling->bad = filling->bad || inner.bad || !reader->atr_size;
        filling->no_memory = filling->no_memory || inner.no_memory;
    }
}

static bool flag_of(struct filling *filling, const char *key) {
    const struct json *member = json_member(filling->root, key);
    filling->bad = filling->bad || !(json_is(member, JSON_TRUE) || json_is(member, JSON_FALSE));
    return json_is(member, JSON_TRUE);
}

static void fill(struct filling *filling, struct trace_entry *out) {
    filling->bad = number_of(filling, "trace", NUMBER_MAX) != FORM;
    out->time = number_of(filling, "time", NUMBER_MAX);
    out->process = (uint32_t)number_of(filling, "process", UINT32_MAX);
    out->thread = (uint32_t)number_of(filling, "thread", UINT32_MAX);
    out->number = number_of(filling, "number", NUMBER_MAX);
    out->ended = flag_of(filling, "ended");
    out->program = text_of(filling, "program", true);
    out->call = text_of(filling, "call", true);
    out->on = text_of(filling, "on", true);
    out->status = text_of(filling, "status", out->ended);
    out->detail = text_of(filling, "detail", out->ended);
    out->took = out->ended ? number_of(filling, "took", NUMBER_MAX) : 0;
    out->command = bytes_of(filling, "command", &out->command_size, true);
    out->answer = bytes_of(filling, "answer", &out->answer_size, false);
    out->atr = bytes_of(filling, "atr", &out->atr_size, false);
    fill_readers(filling, out);
}

enum recordline_result recordline_parse(const char *line, size_t size, struct trace_entry *out) {
    struct json *root = NULL;
    const char *at = NULL;
    *out = (struct trace_entry){.time = 0};
    const enum json_result parsed = json_parse(line, size, &root, &at);
    if (parsed != JSON_OK)
        return parsed == JSON_NO_MEMORY ? RECORDLINE_NO_MEMORY : RECORDLINE_BAD;
    struct filling filling = {.root = root};
    fill(&filling, out);
    if (filling.bad || filling.no_memory)
        entry_clear(out);
    else
        find_hidden(&filling, out);
    json_free(root);
    if (!filling.bad && !filling.no_memory)
        return RECORDLINE_OK;
    return filling.no_memory ? RECORDLINE_NO_MEMORY : RECORDLINE_BAD;
}
