/* Text and bytes at the edge of the tool: tools/scard/terminal/text.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/kits/recording.h"
#include "terminal/text.h"

static void test_from_wide__table(void **state) {
    (void)state;
    static const struct {
        wchar_t wide[6];
        const char *text;
    } rows[] = {
        {L"", ""},
        {L"Rd 0", "Rd 0"},
        {{0x7F, 0x80, 0x7FF, 0x800, 0xFFFF}, "\x7F\xC2\x80\xDF\xBF\xE0\xA0\x80\xEF\xBF\xBF"},
#if WCHAR_MAX > 0xFFFF
        {{0x10000, 0x10FFFF}, "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"},
        {{0xD800, 0xDFFF, 0x110000}, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
#endif
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        char *text = text_from_wide(rows[i].wide);
        assert_non_null(text);
        assert_string_equal(text, rows[i].text);
        free(text);
    }
}

static void test_to_wide__table(void **state) {
    static const struct {
        const char *text;
        wchar_t wide[12];
    } rows[] = {
        {"", L""},
        {"Reader 0", L"Reader 0"},
        {"\x7F", {0x7F}},
        {"\xC2\x80", {0x80}},
        {"\xC3\xBC", {0xFC}},
        {"\xDF\xBF", {0x7FF}},
        {"\xE0\xA0\x80", {0x800}},
        {"\xEF\xBF\xBD", {0xFFFD}},
        {"\xF0\x90\x80\x80", L"\U00010000"},
        {"\xF4\x8F\xBF\xBF", L"\U0010FFFF"},
        /* Not UTF-8: one replacement for each byte. */
        {"\x80", {0xFFFD}},
        {"\xC0\x80", {0xFFFD, 0xFFFD}},
        {"\xC1\xBF", {0xFFFD, 0xFFFD}},
        {"\xE0\x9F\xBF", {0xFFFD, 0xFFFD, 0xFFFD}},
        {"\xED\xA0\x80", {0xFFFD, 0xFFFD, 0xFFFD}},
        {"\xF0\x8F\xBF\xBF", {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD}},
        {"\xF4\x90\x80\x80", {0xFFFD, 0xFFFD, 0xFFFD, 0xFFFD}},
        {"\xF5", {0xFFFD}},
        {"\xFF", {0xFFFD}},
        {"\xC3", {0xFFFD}},
        {"\xE2\x82", {0xFFFD, 0xFFFD}},
        {"a\xF0\x9F\x98", {'a', 0xFFFD, 0xFFFD, 0xFFFD}},
        {"\xC3q", {0xFFFD, 'q'}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        wchar_t *wide = text_to_wide(rows[i].text);
        assert_non_null(wide);
        assert_int_equal(wcscmp(wide, rows[i].wide), 0);
        free(wide);
    }
}

/* Names of readers are bytes; they come back from the objects as they went in. */
static void test_names__bytes_come_back(void **state) {
    (void)state;
    for (unsigned byte = 1; byte <= 0xFF; ++byte) {
        const char name[] = {'a', (char)byte, 'z', '\0'};
        wchar_t *wide = text_name_to_wide(name);
        assert_non_null(wide);
#if WCHAR_MAX > 0xFFFF
        assert_int_equal(wide[1], byte < 0x80 ? byte : 0xDC00 + byte);
        char *back = text_name_from_wide(wide);
        assert_non_null(back);
        assert_string_equal(back, name);
        free(back);
#endif
        free(wide);
    }
    wchar_t *wide = text_name_to_wide("M\xC3\xBCller");
    assert_non_null(wide);
    assert_int_equal(wide[1], 0xFC);
    free(wide);
}

static void test_print__makes_names_safe(void **state) {
    static const struct {
        const char *name, *shown;
        size_t columns;
    } rows[] = {
        {"Simulated Reader 00", "Simulated Reader 00", 19},
        {"M\xC3\xBCller", "M\xC3\xBCller", 6},
        {"a\x1B[31mb", "a?[31mb", 7},
        {"line\nbreak\x7F", "line?break?", 11},
        {"\xC2\x9B"
         "31m",
         "?31m", 4},
        {"\xFF\xC3", "??", 2},
        {"\xC2\xA0", "\xC2\xA0", 1},
        {"", "", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct recording shown;
        assert_true(recording_open(&shown));
        assert_int_equal(text_print(shown.out, rows[i].name), rows[i].columns);
        assert_true(recording_read(&shown));
        assert_string_equal(shown.text, rows[i].shown);
        recording_close(&shown);
    }
}

static void test_print_hex__bytes_and_gaps(void **state) {
    static const uint8_t bytes[] = {0x00, 0x3B, 0xFF};
    (void)state;
    struct recording shown;
    assert_true(recording_open(&shown));
    FILE *file = shown.out;
    text_print_hex(file, bytes, 3, " ");
    fputc('|', file);
    text_print_hex(file, bytes, 3, "");
    fputc('|', file);
    text_print_hex(file, bytes, 1, ":");
    fputc('|', file);
    text_print_hex(file, bytes, 0, ":");
    assert_true(recording_read(&shown));
    assert_string_equal(shown.text, "00 3B FF|003BFF|00|");
    recording_close(&shown);
}

static void test_parse_hex__good(void **state) {
    static const struct {
        const char *text;
        size_t size;
        uint8_t bytes[4];
    } rows[] = {
        {"", 0, {0}},
        {"00", 1, {0x00}},
        {"00a4", 2, {0x00, 0xA4}},
        {"00A4", 2, {0x00, 0xA4}},
        {" 00\tA4 ", 2, {0x00, 0xA4}},
        {"00:A4-FF", 3, {0x00, 0xA4, 0xFF}},
        {"0x00 0XA4", 2, {0x00, 0xA4}},
        {"0x000xff", 2, {0x00, 0xFF}},
        {" - :", 0, {0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        uint8_t *bytes = NULL;
        size_t size = 99;
        assert_true(text_parse_hex(rows[i].text, strlen(rows[i].text), &bytes, &size));
        assert_non_null(bytes);
        assert_int_equal(size, rows[i].size);
        assert_memory_equal(bytes, rows[i].bytes, size);
        free(bytes);
    }
}

static void test_parse_hex__bad(void **state) {
    static const char *const rows[] = {"0",     "000", "0g",   "g0",     "0x", "0x0",
                                       "00,A4", "0 0", "00 A", "00\nA4", "x00"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        uint8_t *bytes = NULL;
        size_t size = 99;
        assert_false(text_parse_hex(rows[i], strlen(rows[i]), &bytes, &size));
        assert_null(bytes);
        assert_int_equal(size, 99);
    }
    uint8_t *bytes = NULL;
    size_t size = 99;
    assert_false(text_parse_hex("00\0A4", 5, &bytes, &size));
}

static void test_parse_hex__reads_no_further_than_told(void **state) {
    (void)state;
    uint8_t *bytes = NULL;
    size_t size = 0;
    assert_true(text_parse_hex("00A4zz", 4, &bytes, &size));
    assert_int_equal(size, 2);
    free(bytes);
    assert_false(text_parse_hex("00A4", 3, &bytes, &size));
}

static void test_distance__table(void **state) {
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {
        {"", "", 0},
        {"list", "list", 0},
        {"LIST", "list", 0},
        {"lits", "list", 2},
        {"ist", "list", 1},
        {"listt", "list", 1},
        {"", "list", 4},
        {"list", "", 4},
        {"demo", "sim", 3},
        {"status", "stats", 1},
        {"reatach", "reattach", 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        assert_int_equal(text_distance(rows[i].a, rows[i].b), rows[i].distance);
    char longer[65];
    memset(longer, 'x', 64);
    longer[64] = '\0';
    assert_true(text_distance("x", longer) == SIZE_MAX);
    assert_int_equal(text_distance(longer, "x"), 63);
}

static void test_contains__table(void **state) {
    static const struct {
        const char *text, *part;
        int contains;
    } rows[] = {
        {"Simulated Reader 00", "reader", 1},
        {"Simulated Reader 00", "00", 1},
        {"Simulated Reader 00", "S", 1},
        {"Simulated Reader 00", "01", 0},
        {"Simulated Reader 00", "000", 0},
        {"aab", "ab", 1},
        {"", "a", 0},
        {"", "", 1},
        {"a", "", 1},
        {"a", "ab", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i)
        assert_int_equal(text_contains(rows[i].text, rows[i].part), rows[i].contains);
}

static void test_print_fitting__table(void **state) {
    static const struct {
        const char *text;
        size_t columns;
        const char *printed;
        size_t used;
    } rows[] = {
        {"Reader", 6, "Reader", 6},
        {"Reader", 9, "Reader", 6},
        {"Reader", 5, "Read~", 5},
        {"Reader", 1, "~", 1},
        {"Reader", 0, "", 0},
        {"", 3, "", 0},
        {"R\xC3\xBC"
         "ck",
         4,
         "R\xC3\xBC"
         "ck",
         4},
        {"R\xC3\xBC"
         "ck",
         3, "R\xC3\xBC~", 3},
        {"\033[31m", 3, "?[~", 3},
        {"\xFC\xFC", 2, "??", 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        char printed[32];
        FILE *file = tmpfile();
        assert_non_null(file);
        assert_int_equal(text_print_fitting(file, rows[i].text, rows[i].columns), rows[i].used);
        rewind(file);
        printed[fread(printed, 1, sizeof printed - 1, file)] = '\0';
        fclose(file);
        assert_string_equal(printed, rows[i].printed);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_wide__table),
        cmocka_unit_test(test_to_wide__table),
        cmocka_unit_test(test_names__bytes_come_back),
        cmocka_unit_test(test_print__makes_names_safe),
        cmocka_unit_test(test_print_fitting__table),
        cmocka_unit_test(test_print_hex__bytes_and_gaps),
        cmocka_unit_test(test_parse_hex__good),
        cmocka_unit_test(test_parse_hex__bad),
        cmocka_unit_test(test_parse_hex__reads_no_further_than_told),
        cmocka_unit_test(test_distance__table),
        cmocka_unit_test(test_contains__table),
    };
    return cmocka_run_group_tests_name("tools/text", tests, NULL, NULL);
}
