/* JSON as the tool writes it: tools/scard/terminal/json.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support/kits/recording.h"
#include "terminal/json.h"

struct document {
    struct recording recording;
    struct json json;
};

static void document_open(struct document *out) {
    *out = (struct document){.json = {0}};
    assert_true(recording_open(&out->recording));
    out->json.file = out->recording.out;
}

static void document_check(struct document *document, const char *wanted) {
    assert_true(recording_read(&document->recording));
    assert_string_equal(document->recording.text, wanted);
    recording_close(&document->recording);
}

static void test_json__every_kind(void **state) {
    (void)state;
    struct document document;
    document_open(&document);
    struct json *json = &document.json;
    json_object(json, NULL);
    json_text(json, "text", "a");
    json_text(json, "null", NULL);
    json_number(json, "number", UINT64_MAX);
    json_flag(json, "yes", true);
    json_flag(json, "no", false);
    json_hex(json, "hex", (const uint8_t[]){0x00, 0x3B, 0xFF}, 3);
    json_hex(json, "none", NULL, 0);
    json_array(json, "empty");
    json_end(json, ']');
    json_array(json, "nested");
    json_object(json, NULL);
    json_end(json, '}');
    json_text(json, NULL, "b");
    json_number(json, NULL, 0);
    json_end(json, ']');
    json_flag(json, "after", true);
    json_end(json, '}');
    document_check(&document,
                   "{\"text\":\"a\",\"null\":null,\"number\":18446744073709551615,\"yes\":true,\"no\":false,"
                   "\"hex\":\"003BFF\",\"none\":\"\",\"empty\":[],\"nested\":[{},\"b\",0],\"after\":true}\n");
}

static void test_json__strings(void **state) {
    (void)state;
    static const struct {
        const char *text, *written;
    } rows[] = {
        {"", "[\"\"]\n"},
        {"Lesegerät 読取機", "[\"Lesegerät 読取機\"]\n"},
        {"\xF0\x9F\x92\xB3", "[\"\xF0\x9F\x92\xB3\"]\n"},
        {"\"quoted\" \\ /", "[\"\\\"quoted\\\" \\\\ /\"]\n"},
        {"\x01\t\n\x1F", "[\"\\u0001\\u0009\\u000a\\u001f\"]\n"},
        {"\x7F\xC2\x80\xC2\x9F\xC2\xA0", "[\"\\u007f\\u0080\\u009f\xC2\xA0\"]\n"},
        /* Reader names are bytes (behaviour.md): those that are no UTF-8 keep their value. */
        {"a\xFF\xC3z", "[\"a\\udcff\\udcc3z\"]\n"},
        {"Leseger\xE4t", "[\"Leseger\\udce4t\"]\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct document document;
        document_open(&document);
        json_array(&document.json, NULL);
        json_text(&document.json, NULL, rows[i].text);
        json_end(&document.json, ']');
        document_check(&document, rows[i].written);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_json__every_kind),
                                       cmocka_unit_test(test_json__strings)};
    return cmocka_run_group_tests_name("tool_json", tests, NULL, NULL);
}
