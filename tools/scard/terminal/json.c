/* JSON, written as it goes. Called by the commands that have --json. */
#include "terminal/json.h"

#include <inttypes.h>

#include "terminal/text.h"

static void print_string(FILE *file, const char *text) {
    fputc('"', file);
    while (*text != '\0') {
        uint32_t character = 0;
        const size_t size = text_character(text, &character);
        if (size == 0)
            fprintf(file, "\\udc%02x", (unsigned char)*text);
        else if (character == '"' || character == '\\')
            fprintf(file, "\\%c", (int)character);
        else if (character < 0x20 || (character >= 0x7F && character < 0xA0))
            fprintf(file, "\\u%04" PRIx32, character); /* the latter drive some terminals, too */
        else
            fwrite(text, 1, size, file);
        text += size ? size : 1;
    }
    fputc('"', file);
}

static void begin_value(struct json *json, const char *key) {
    if (json->follows)
        fputc(',', json->file);
    json->follows = true;
    if (key) {
        print_string(json->file, key);
        fputc(':', json->file);
    }
}

static void open_bracket(struct json *json, const char *key, char bracket) {
    begin_value(json, key);
    fputc(bracket, json->file);
    json->follows = false;
    ++json->depth;
}

void json_object(struct json *json, const char *key) {
    open_bracket(json, key, '{');
}

void json_array(struct json *json, const char *key) {
    open_bracket(json, key, '[');
}

void json_end(struct json *json, char bracket) {
    fputc(bracket, json->file);
    json->follows = true;
    if (--json->depth == 0)
        fputc('\n', json->file);
}

void json_text(struct json *json, const char *key, const char *text) {
    begin_value(json, key);
    if (text)
        print_string(json->file, text);
    else
        fputs("null", json->file);
}

void json_hex(struct json *json, const char *key, const uint8_t *bytes, size_t size) {
    begin_value(json, key);
    fputc('"', json->file);
    text_print_hex(json->file, bytes, size, "");
    fputc('"', json->file);
}

void json_number(struct json *json, const char *key, uint64_t value) {
    begin_value(json, key);
    fprintf(json->file, "%" PRIu64, value);
}

void json_flag(struct json *json, const char *key, bool value) {
    begin_value(json, key);
    fputs(value ? "true" : "false", json->file);
}
