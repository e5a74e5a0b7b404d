/* The reader of command lists: tools/scard/steps/script.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "steps/script.h"

static FILE *open_text(const char *text, size_t size) {
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    rewind(file);
    return file;
}

/* What one script must read as: its steps, then how it ends. */
struct row {
    const char *text;
    struct {
        const char *bytes; /* NULL: a reset */
        size_t size;
        unsigned long line;
    } steps[4];
    size_t count;
    enum script_result end;
    unsigned long end_line; /* of SCRIPT_BAD and SCRIPT_ANSWER */
};

static const struct row rows[] = {
    {"", {{0}}, 0, SCRIPT_END, 0},
    {"\n\n", {{0}}, 0, SCRIPT_END, 0},
    {"# only a comment", {{0}}, 0, SCRIPT_END, 0},
    {"00A4", {{"\x00\xA4", 2, 1}}, 1, SCRIPT_END, 0},
    {"00A4\n", {{"\x00\xA4", 2, 1}}, 1, SCRIPT_END, 0},
    {"00A4\r\n00B0\r\n", {{"\x00\xA4", 2, 1}, {"\x00\xB0", 2, 2}}, 2, SCRIPT_END, 0},
    {"\n \t\n  00 A4  # SELECT\n#\n00B0", {{"\x00\xA4", 2, 3}, {"\x00\xB0", 2, 5}}, 2, SCRIPT_END, 0},
    {"reset\nRESET\n  Reset # now", {{NULL, 0, 1}, {NULL, 0, 2}, {NULL, 0, 3}}, 3, SCRIPT_END, 0},
    {"00 \\\nA4\\\n 01\n02", {{"\x00\xA4\x01", 3, 1}, {"\x02", 1, 4}}, 2, SCRIPT_END, 0},
    {"00 \\\r\nA4", {{"\x00\xA4", 2, 1}}, 1, SCRIPT_END, 0},
    {"00A4 # no continuation \\\n00B0", {{"\x00\xA4", 2, 1}, {"\x00\xB0", 2, 2}}, 2, SCRIPT_END, 0},
    {"00\\\n# a comment ends it\nB0", {{"\x00", 1, 1}, {"\xB0", 1, 3}}, 2, SCRIPT_END, 0},
    {"00A4\\", {{0}}, 0, SCRIPT_BAD, 1},
    {"00A4 \\\n", {{"\x00\xA4", 2, 1}}, 1, SCRIPT_END, 0},
    {"00A4\nfoo\n00B0", {{"\x00\xA4", 2, 1}}, 1, SCRIPT_BAD, 2},
    {"\nresets", {{0}}, 0, SCRIPT_BAD, 2},
    {"\n\n0", {{0}}, 0, SCRIPT_BAD, 3},
    {"0\\\n0", {{0}}, 0, SCRIPT_BAD, 1},
    /* scriptor's word: what follows is not looked at */
    {"00A4\nexit\nnonsense", {{"\x00\xA4", 2, 1}}, 1, SCRIPT_END, 0},
    {" Exit \r\n00A4", {{0}}, 0, SCRIPT_END, 0},
    {"exits", {{0}}, 0, SCRIPT_BAD, 1},
    /* A byte order mark of UTF-8 begins a text, and is nothing elsewhere. */
    {"\xEF\xBB\xBF"
     "00A4\r\n00B0",
     {{"\x00\xA4", 2, 1}, {"\x00\xB0", 2, 2}},
     2,
     SCRIPT_END,
     0},
    {"\xEF\xBB\xBF# nothing", {{0}}, 0, SCRIPT_END, 0},
    {"\xEF\xBB\xBF", {{0}}, 0, SCRIPT_END, 0},
    {"\xEF\xBB\xBFreset", {{NULL, 0, 1}}, 1, SCRIPT_END, 0},
    {"\xEF\xBB"
     "00A4",
     {{0}},
     0,
     SCRIPT_BAD,
     1},
    {"00A4\n\xEF\xBB\xBF"
     "00B0",
     {{"\x00\xA4", 2, 1}},
     1,
     SCRIPT_BAD,
     2},
    /* What an answer is to be has to be one. */
    {"00A4 => 90", {{0}}, 0, SCRIPT_ANSWER, 1},
    {"00A4 =>", {{0}}, 0, SCRIPT_ANSWER, 1},
    {"00A4 =", {{0}}, 0, SCRIPT_ANSWER, 1},
    {"00A4 = 9000", {{0}}, 0, SCRIPT_ANSWER, 1},
    {"00A4 (9000", {{0}}, 0, SCRIPT_ANSWER, 1},
    {"00A4 (9000) x", {{0}}, 0, SCRIPT_ANSWER, 1},
    {"00A4 ()", {{0}}, 0, SCRIPT_ANSWER, 1},
    {"00A4 (", {{0}}, 0, SCRIPT_ANSWER, 1},
    {"reset => 9000", {{0}}, 0, SCRIPT_ANSWER, 1},
    {"=> 9000", {{0}}, 0, SCRIPT_BAD, 1},
    {"(9000)", {{0}}, 0, SCRIPT_BAD, 1},
    {"\xFF\xFE", {{0}}, 0, SCRIPT_WIDE, 0},
    {"\xFF\xFE# nothing", {{0}}, 0, SCRIPT_WIDE, 0},
    {"\xFE\xFFx", {{0}}, 0, SCRIPT_WIDE, 0},
};

static void test_read__table(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        FILE *file = open_text(rows[i].text, strlen(rows[i].text));
        unsigned long line = 0;
        struct script_step step = {0};
        for (size_t j = 0; j < rows[i].count; ++j) {
            assert_int_equal(script_read(file, &line, &step), SCRIPT_STEP);
            assert_int_equal(step.line, rows[i].steps[j].line);
            assert_int_equal(step.size, rows[i].steps[j].size);
            assert_int_equal(step.bytes == NULL, rows[i].steps[j].bytes == NULL);
            if (step.bytes)
                assert_memory_equal(step.bytes, rows[i].steps[j].bytes, step.size);
            script_step_free(&step);
            assert_null(step.bytes);
        }
        assert_int_equal(script_read(file, &line, &step), rows[i].end);
        if (rows[i].end == SCRIPT_BAD || rows[i].end == SCRIPT_ANSWER)
            assert_int_equal(step.line, rows[i].end_line);
        fclose(file);
    }
}

static void test_read__what_is_expected(void **state) {
    static const char text[] = "00A4 => 9000 # a comment\n"
                               "00A4(90 00)\n"
                               "00A4=>61?? or \\\n9000\n"
                               "00 A4 ( 61xx, 9000 )\n"
                               "00A4\n";
    static const char *const expected[] = {"9000", "9000", "61?? or 9000", "61?? or 9000", NULL};
    FILE *file = open_text(text, sizeof text - 1);
    unsigned long line = 0;
    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; ++i) {
        struct script_step step = {0};
        assert_int_equal(script_read(file, &line, &step), SCRIPT_STEP);
        assert_int_equal(step.size, 2);
        if (expected[i])
            assert_string_equal(step.expected, expected[i]);
        else
            assert_null(step.expected);
        script_step_free(&step);
        assert_null(step.expected);
    }
    fclose(file);
}

static void test_parse__one_line(void **state) {
    struct script_step step = {.line = 7};
    (void)state;
    assert_int_equal(script_parse("", 0, &step), SCRIPT_NOTHING);
    assert_int_equal(script_parse(" # nothing", 10, &step), SCRIPT_NOTHING);
    assert_int_equal(script_parse("exit", 4, &step), SCRIPT_END);
    assert_int_equal(script_parse("exits", 5, &step), SCRIPT_BAD);
    assert_int_equal(script_parse("-", 1, &step), SCRIPT_BAD); /* no bytes would be a reset */
    assert_null(step.bytes);
    assert_int_equal(script_parse("00A4 => 9", 9, &step), SCRIPT_ANSWER);
    assert_null(step.bytes);
    assert_int_equal(script_parse("00A4 => 9000 # x", 16, &step), SCRIPT_STEP);
    assert_int_equal(step.line, 7);
    assert_int_equal(step.size, 2);
    assert_string_equal(step.expected, "9000");
    script_step_free(&step);
}

static void test_read__nul_bytes_are_bad(void **state) {
    (void)state;
    FILE *file = open_text("00\0A4\n", 6);
    unsigned long line = 0;
    struct script_step step = {0};
    assert_int_equal(script_read(file, &line, &step), SCRIPT_BAD);
    assert_int_equal(step.line, 1);
    fclose(file);
}

/* UTF-16 and UTF-32 in either order, with and without a byte order mark. */
static void test_read__wide_text(void **state) {
    static const struct {
        const char *text;
        size_t size;
    } wide[] = {{"\xFF\xFE"
                 "0\0000\0\n\0",
                 8},
                {"\xFE\xFF\0000\0000\0\n", 8},
                {"0\0000\0\n\0", 6},
                {"\0000\0000\0\n", 6},
                {"\xFF\xFE\0\0000\0\0\0", 8},
                {"\0\0\xFE\xFF\0\0\0000", 8}};
    (void)state;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; ++i) {
        FILE *file = open_text(wide[i].text, wide[i].size);
        unsigned long line = 0;
        struct script_step step = {0};
        assert_int_equal(script_read(file, &line, &step), SCRIPT_WIDE);
        assert_null(step.bytes);
        fclose(file);
    }
}

static void test_read__a_line_of_64_kib(void **state) {
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    for (unsigned i = 0; i < 65536; ++i)
        fprintf(file, "%02X ", i & 0xFF);
    fprintf(file, "\nreset\n");
    rewind(file);
    unsigned long line = 0;
    struct script_step step = {0};
    assert_int_equal(script_read(file, &line, &step), SCRIPT_STEP);
    assert_int_equal(step.size, 65536);
    for (unsigned i = 0; i < 65536; ++i)
        assert_int_equal(step.bytes[i], i & 0xFF);
    script_step_free(&step);
    assert_int_equal(script_read(file, &line, &step), SCRIPT_STEP);
    assert_null(step.bytes);
    assert_int_equal(step.line, 2);
    fclose(file);
}

static void test_read__what_cannot_be_read(void **state) {
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(close(fileno(file)), 0); /* behind its back */
    unsigned long line = 0;
    struct script_step step = {0};
    assert_int_equal(script_read(file, &line, &step), SCRIPT_FAILED);
    assert_int_equal(errno, EBADF);
    fclose(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read__table),
        cmocka_unit_test(test_read__what_is_expected),
        cmocka_unit_test(test_parse__one_line),
        cmocka_unit_test(test_read__nul_bytes_are_bad),
        cmocka_unit_test(test_read__wide_text),
        cmocka_unit_test(test_read__a_line_of_64_kib),
        cmocka_unit_test(test_read__what_cannot_be_read),
    };
    return cmocka_run_group_tests_name("tools/script", tests, NULL, NULL);
}
