/* What the shell's commands tell, as lines of JSON: see jsonline.h. */
#include "shell/jsonline.h"

#include <stdio.h>

#include "terminal/json.h"
#include "transfer/form.h"

/* Begins a line. It is ended by end(). */
static struct json begin(const char *kind) {
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_text(&json, "kind", kind);
    return json;
}

static void end(struct json *json) {
    json_end(json, '}');
    (void)fflush(stdout);
}

/* Where it is, by identifiers and by names, and what it is for. */
static void write_place(struct json *json, const char *place) {
    char text[PLACE_MAX], parent[PLACE_MAX];
    const char *last = NULL;
    const struct file_name *name = place_name(place);
    const struct application *application = place_application(place);
    place_text(place, text);
    place_parent(place, parent, &last);
    json_text(json, "place", place);
    json_text(json, "name", text);
    json_text(json, "meaning",
              name                           ? name->meaning
              : *last == '\0' && application ? application->meaning
                                             : NULL);
}

/* 0: the card does not say. */
static void write_number(struct json *json, const char *key, uint64_t number) {
    if (number > 0)
        json_number(json, key, number);
    else
        json_text(json, key, NULL);
}

static void write_facts(struct json *json, const struct facts *facts, bool directory) {
    json_flag(json, "directory", directory);
    json_text(json, "type", facts->kind ? filecopy_kind_text(facts->kind) : NULL);
    write_number(json, "size", facts->data_size);
    write_number(json, "recordCount", facts->record_count);
    write_number(json, "recordSize", facts->record_size);
}

void jsonline_entry(const struct listing_entry *entry) {
    struct json json = begin("entry");
    write_place(&json, entry->place);
    write_facts(&json, &entry->facts, entry->directory);
    end(&json);
}

void jsonline_description(const char *place, const struct facts *facts) {
    struct json json = begin("description");
    write_place(&json, place);
    write_facts(&json, facts, facts->directory);
    json_hex(&json, "objects", facts->bytes, facts->size);
    end(&json);
}

void jsonline_card(const char *reader, const uint8_t *atr, size_t atr_size, const char *name) {
    struct json json = begin("card");
    json_text(&json, "reader", reader);
    if (atr_size > 0)
        json_hex(&json, "atr", atr, atr_size);
    else
        json_text(&json, "atr", NULL);
    json_text(&json, "card", name);
    end(&json);
}

void jsonline_content(const char *place, const struct filecopy *copy) {
    struct json json = begin("content");
    write_place(&json, place);
    json_text(&json, "type", filecopy_kind_text(copy->kind));
    json_number(&json, "size", copy->size);
    form_write_json(&json, copy);
    end(&json);
}

void jsonline_directory(const char *place) {
    struct json json = begin("directory");
    write_place(&json, place);
    end(&json);
}

void jsonline_copied(const char *place, const char *file, const struct filecopy *copy) {
    struct json json = begin("copied");
    write_place(&json, place);
    json_text(&json, "file", file);
    json_text(&json, "type", filecopy_kind_text(copy->kind));
    json_number(&json, "size", copy->size);
    end(&json);
}

void jsonline_code(const char *number, const char *done) {
    struct json json = begin("code");
    json_text(&json, "number", number);
    json_text(&json, "done", done);
    end(&json);
}
