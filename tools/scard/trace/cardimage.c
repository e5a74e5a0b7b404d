/* Card images made of traces: see cardimage.h. */
#include "trace/cardimage.h"

#include <string.h>

#include "terminal/json.h"

#define PATTERN_MAX 64u /* of docs/card-image.md */

static bool goes_in(const struct trace_entry *entry, const char *reader) {
    return entry_is_command(entry) && entry_has_answer(entry) && strcmp(entry->on, reader) == 0;
}

/* The ATR that was seen in the reader first; false: none was. */
static bool find_atr(const char *reader, const struct trace_list *list, struct trace_reader *out) {
    for (size_t i = 0; i < list->count; ++i)
        for (size_t place = 0; entry_reader(&list->entries[i], place, out); ++place)
            if (strcmp(out->name, reader) == 0)
                return true;
    return false;
}

static void write_atr(struct json *json, const char *reader, const struct trace_list *list) {
    struct trace_reader seen;
    if (find_atr(reader, list, &seen)) {
        json_hex(json, "atr", seen.atr, seen.atr_size);
        return;
    }
    json_array(json, "protocols");
    json_text(json, NULL, "T=0");
    json_text(json, NULL, "T=1");
    json_end(json, ']');
}

/* Which bits of the command count, where not all of them do. */
static void write_mask(struct json *json, const struct trace_entry *entry, size_t size) {
    uint8_t mask[PATTERN_MAX];
    if (entry->hidden_count == 0 || entry->hidden_at >= size)
        return;
    for (size_t i = 0; i < size; ++i)
        mask[i] = i >= entry->hidden_at && i - entry->hidden_at < entry->hidden_count ? 0 : 0xFF;
    json_hex(json, "mask", mask, size);
}

/* An answer; state NULL: for whatever state the card is in. */
static void write_quirk(struct json *json, const struct trace_entry *entry, const uint64_t *state,
                        uint64_t next) {
    const size_t size = entry->command_size < PATTERN_MAX ? entry->command_size : PATTERN_MAX;
    const size_t data = entry->answer_size - 2;
    char sw[5];
    (void)snprintf(sw, sizeof sw, "%02X%02X", entry->answer[data], entry->answer[data + 1]);
    json_object(json, NULL);
    json_hex(json, "to", entry->command, size);
    write_mask(json, entry, size);
    if (state)
        json_number(json, "state", *state);
    json_number(json, "next", next);
    json_text(json, "sw", sw);
    if (data) {
        json_hex(json, "data", entry->answer, data);
        json_text(json, "give", "all");
    }
    json_end(json, '}');
}

/* Twice: in turn, and then whenever. */
static size_t write_quirks(struct json *json, const char *reader, const struct trace_list *list,
                           bool in_turn) {
    uint64_t count = 0;
    for (size_t i = 0; i < list->count && count < CARDIMAGE_COMMANDS_MAX; ++i)
        if (goes_in(&list->entries[i], reader)) {
            write_quirk(json, &list->entries[i], in_turn ? &count : NULL, count + 1);
            ++count;
        }
    return (size_t)count;
}

static void write_file(struct json *json) {
    json_object(json, "mf");
    json_array(json, "files");
    json_end(json, ']');
    json_end(json, '}');
}

size_t cardimage_write(FILE *file, const char *reader, const struct trace_list *list) {
    struct json json = {.file = file};
    json_object(&json, NULL);
    json_text(&json, "format", "scardssp-card");
    json_number(&json, "version", 1);
    json_text(&json, "name", "card of a trace");
    write_atr(&json, reader, list);
    json_array(&json, "quirks");
    const size_t count = write_quirks(&json, reader, list, true);
    (void)write_quirks(&json, reader, list, false);
    json_object(&json, NULL);
    json_text(&json, "sw", "6F00");
    json_end(&json, '}');
    json_end(&json, ']');
    write_file(&json);
    json_end(&json, '}');
    return count;
}
