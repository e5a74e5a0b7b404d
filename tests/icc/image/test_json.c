/*
 * JSON text into a tree, beside cJSON's own reading of the same text; what RFC 8259 does not allow is
 * refused, and where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "icc/image/builtin.h"
#include "icc/image/json.h"

static void expect_same(const char *text, size_t size) {
    const char *at = NULL;
    cJSON *root = NULL;
    cJSON *const oracle = cJSON_ParseWithLength(text, size);
    assert_non_null(oracle);
    assert_int_equal(json_parse(text, size, &root, &at), JSON_OK);
    if (!cJSON_Compare(root, oracle, 1))
        print_error("%.60s\n", text);
    assert_true(cJSON_Compare(root, oracle, 1));
    json_free(root);
    cJSON_Delete(oracle);
}

static void test_parse__as_cjson_does(void **state) {
    (void)state;
    static const char *const texts[] = {
        "null",
        " true ",
        "\t\r\nfalse",
        "0",
        "-0",
        "12",
        "-12.5",
        "4294967296",
        "1e3",
        "2.5E+2",
        "25e-1",
        "\"\"",
        "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u0041\\u00e9\\u20AC\\uD83D\\uDD11\"",
        "\"\xC3\xA9\xF0\x9F\x94\x91\"",
        "[]",
        "{}",
        "[1,[2,[3]],{}]",
        "{\"a\":{\"b\":[true,null,\"c\"]},\"d\" : \"e\" }",
        "\xEF\xBB\xBF[1]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; ++i)
        expect_same(texts[i], strlen(texts[i]));
    for (const struct builtin_image *image = sim_builtin_images; image->name; image++)
        expect_same(image->text, image->size);
}

static void test_parse__links_of_the_tree(void **state) {
    (void)state;
    static const char text[] = "{\"a\":[1,2,3],\"b\":4}";
    const char *at = NULL;
    cJSON *root = NULL;
    assert_int_equal(json_parse(text, sizeof text - 1, &root, &at), JSON_OK);
    const cJSON *const array = cJSON_GetObjectItemCaseSensitive(root, "a");
    assert_int_equal(cJSON_GetArraySize(array), 3);
    assert_int_equal(cJSON_GetArrayItem(array, 2)->valueint, 3);
    assert_ptr_equal(array->child->prev, cJSON_GetArrayItem(array, 2));
    assert_ptr_equal(array->child->next->prev, array->child);
    assert_null(cJSON_GetArrayItem(array, 2)->next);
    json_free(root);
    json_free(NULL);
}

/* `place`: where the text is wrong, counted in bytes. */
static void test_parse__refuses(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t place;
    } rows[] = {
        {"", 0},
        {"  ", 2},
        {"{", 1},
        {"[", 1},
        {"[1", 2},
        {"[1,", 3},
        {"[1,]", 3},
        {"[,1]", 1},
        {"[1 2]", 3},
        {"{\"a\"}", 4},
        {"{\"a\":}", 5},
        {"{\"a\":1,}", 7},
        {"{a:1}", 1},
        {"{1:1}", 1},
        {"nul", 0},
        {"nulll", 4},
        {"True", 0},
        {"01", 1},
        {"-", 1},
        {"+1", 0},
        {".5", 0},
        {"1.", 2},
        {"1e", 2},
        {"1e+", 3},
        {"\"a", 2},
        {"\"\\", 2},
        {"\"\\x\"", 2},
        {"\"\\u12", 5},
        {"\"\\u123g\"", 6},
        {"\"\\u0000\"", 7},
        {"\"\\uDC00\"", 7},
        {"\"\\uD800\"", 7},
        {"\"\\uD800\\u0041\"", 13},
        {"1 1", 2},
        {"[]]", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const char *at = NULL;
        cJSON *root = (cJSON *)&at;
        const enum json_result result = json_parse(rows[i].text, strlen(rows[i].text), &root, &at);
        if (result != JSON_SYNTAX || (size_t)(at - rows[i].text) != rows[i].place)
            print_error("%s\n", rows[i].text);
        assert_int_equal(result, JSON_SYNTAX);
        assert_null(root);
        assert_int_equal(at - rows[i].text, rows[i].place);
    }
}

/* Cut anywhere, a text is wrong, and nothing behind its end is read. */
static void test_parse__cut_anywhere(void **state) {
    (void)state;
    static const char text[] = "{\"a\":[1,-2.5e3,\"\\u00e9\\n\"],\"b\":{\"c\":true}}";
    for (size_t size = 0; size < sizeof text - 1; ++size) {
        const char *at = NULL;
        cJSON *root = NULL;
        assert_int_equal(json_parse(text, size, &root, &at), JSON_SYNTAX);
        assert_true(at >= text && at <= text + size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__as_cjson_does),
        cmocka_unit_test(test_parse__links_of_the_tree),
        cmocka_unit_test(test_parse__refuses),
        cmocka_unit_test(test_parse__cut_anywhere),
    };
    return cmocka_run_group_tests_name("sim/json", tests, NULL, NULL);
}
