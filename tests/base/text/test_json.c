/*
 * JSON text into a tree; what RFC 8259 does not allow is refused, and where.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text/json.h"
#include "icc/image/builtin.h"

/* The tree in few words, each value behind its kind: what it holds and in which order. */
static void write_tree(FILE *out, const struct json *node) {
    const struct json *child;
    fprintf(out, "%s%s", node->name ? node->name : "", node->name ? "=" : "");
    switch (node->kind) {
    case JSON_NUMBER:
        fprintf(out, "%.17g", node->number);
        break;
    case JSON_STRING:
        fprintf(out, "'%s'", node->text);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        fputc(node->kind == JSON_ARRAY ? '[' : '{', out);
        JSON_EACH(child, node) {
            write_tree(out, child);
            fputs(child->next ? " " : "", out);
        }
        fputc(node->kind == JSON_ARRAY ? ']' : '}', out);
        break;
    default:
        fputs(node->kind == JSON_NULL ? "null" : node->kind == JSON_TRUE ? "true" : "false", out);
    }
}

static void expect_tree(const char *text, size_t size, const char *expected) {
    char written[128] = "";
    const char *at = NULL;
    struct json *root = NULL;
    assert_int_equal(json_parse(text, size, &root, &at), JSON_OK);
    FILE *out = tmpfile();
    assert_non_null(out);
    write_tree(out, root);
    json_free(root);
    rewind(out);
    written[fread(written, 1, sizeof written - 1, out)] = '\0';
    fclose(out);
    assert_string_equal(written, expected);
}

static void test_parse__values(void **state) {
    (void)state;
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"null", "null"},
        {" true ", "true"},
        {"\t\r\nfalse", "false"},
        {"0", "0"},
        {"-0", "-0"},
        {"12", "12"},
        {"-12.5", "-12.5"},
        {"4294967296", "4294967296"},
        {"1e3", "1000"},
        {"2.5E+2", "250"},
        {"25e-1", "2.5"},
        {"\"\"", "''"},
        {"\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "'a\"\\/\b\f\n\r\t'"},
        {"\"\\u0041\\u00e9\\u20AC\\uD83D\\uDD11\"", "'A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x94\x91'"},
        {"\"\xC3\xA9\xF0\x9F\x94\x91\"", "'\xC3\xA9\xF0\x9F\x94\x91'"},
        {"[]", "[]"},
        {"{}", "{}"},
        {"[1,[2,[3]],{}]", "[1 [2 [3]] {}]"},
        {"{\"a\":{\"b\":[true,null,\"c\"]},\"d\" : \"e\" }", "{a={b=[true null 'c']} d='e'}"},
        {"\xEF\xBB\xBF[1]", "[1]"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        expect_tree(rows[i].text, strlen(rows[i].text), rows[i].expected);
}

static void test_parse__images(void **state) {
    (void)state;
    for (const struct builtin_image *image = sim_builtin_images; image->name; image++) {
        const char *at = NULL;
        struct json *root = NULL;
        assert_int_equal(json_parse(image->text, image->size, &root, &at), JSON_OK);
        assert_true(json_is(json_member(root, "format"), JSON_STRING));
        json_free(root);
    }
}

static void test_tree__what_is_in_it(void **state) {
    (void)state;
    static const char text[] = "{\"a\":[1,2,3],\"b\":4,\"a\":5}";
    const char *at = NULL;
    struct json *root = NULL;
    assert_int_equal(json_parse(text, sizeof text - 1, &root, &at), JSON_OK);
    const struct json *array = json_member(root, "a");
    assert_true(json_is(array, JSON_ARRAY));
    assert_int_equal(json_count(array), 3);
    assert_int_equal(json_count(root), 3);
    assert_true(array->child->next->next->number == 3);
    assert_ptr_equal(array->last, array->child->next->next);
    assert_null(array->last->next);
    assert_null(json_member(root, "A"));
    assert_null(json_member(array, "a"));
    assert_int_equal(json_count(json_member(root, "b")), 0);
    json_free(root);
    json_free(NULL);
    assert_null(json_member(NULL, "a"));
    assert_int_equal(json_count(NULL), 0);
    assert_false(json_is(NULL, JSON_NULL));
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
        struct json *root = (struct json *)&at;
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
        struct json *root = NULL;
        assert_int_equal(json_parse(text, size, &root, &at), JSON_SYNTAX);
        assert_true(at >= text && at <= text + size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__values),       cmocka_unit_test(test_parse__images),
        cmocka_unit_test(test_tree__what_is_in_it), cmocka_unit_test(test_parse__refuses),
        cmocka_unit_test(test_parse__cut_anywhere),
    };
    return cmocka_run_group_tests_name("sim/json", tests, NULL, NULL);
}
