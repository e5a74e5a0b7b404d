/*
 * Command lines taken by the tables of a command: tools/scard/terminal/options.c. What is said of mistakes:
 * test_usage.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "terminal/exitcode.h"
#include "terminal/options.h"

#define WORDS_MAX 80 /* more than OPTION_TEXTS_MAX */

struct settings {
    const char *file;
    const char *other;
    bool flag;
    uint32_t number;
    int choice;
    struct option_texts texts;
    const char *first;
    const char *second;
    struct operand_list rest;
};

static const struct settings defaults = {.file = "none", .number = 7, .choice = 1};

static const struct option_choice choices[] = {{"one", 1}, {"two", 2}, {NULL, 0}};

static const struct option_row rows[] = {
    {.name = "file", .letter = 'f', .argument = "FILE", .help = "a text", VALUE_AT(struct settings, file)},
    {.name = "flag", .letter = 'x', .help = "a flag", VALUE_AT(struct settings, flag)},
    {.name = "number",
     .letter = 'n',
     .argument = "N",
     .help = "a number",
     .needs = "flag",
     VALUE_AT(struct settings, number)},
    {.name = "choice",
     .letter = 'c',
     .help = "a word",
     .choices = choices,
     .needs = "file",
     VALUE_AT(struct settings, choice)},
    {.name = "text", .argument = "T", .help = "several", VALUE_AT(struct settings, texts)},
    {.name = "other",
     .argument = "O",
     .help = "a text that is none at first",
     .needs = "text",
     VALUE_AT(struct settings, other)},
    {0}};

static const struct operand_row two_operands[] = {
    {.name = "FIRST", .help = "must be there", VALUE_AT(struct settings, first)},
    {.name = "SECOND", .help = "may be there", .optional = true, VALUE_AT(struct settings, second)},
    {0}};

static const struct operand_row one_and_more[] = {
    {.name = "FIRST", .help = "must be there", VALUE_AT(struct settings, first)},
    {.name = "REST", .help = "all others", VALUE_AT(struct settings, rest)},
    {0}};

/* Takes a line of words, which it changes; the operands, too, when there are some to take. */
static int take(const struct operand_row *operands, char *line, struct settings *out) {
    const struct command command = {
        .name = "scard test", .summary = "Tests.", .options = rows, .operands = operands, SETTINGS(defaults)};
    static char *words[WORDS_MAX];
    int count = 0;
    for (char *word = strtok(line, " "); word && count < WORDS_MAX - 1; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;
    *out = defaults;
    const int first = options_parse(&command, out, count, words);
    if (first < 0)
        return options_exit(first);
    const int code = options_take_operands(&command, out, count - first, words + first);
    return code == EXIT_GOOD ? options_check_needs(&command, out) : code;
}

static void test_parse__every_kind(void **state) {
    char line[] = "test -f a one --flag -n 4294967295 --choice two --text t1 --text=t2 two";
    struct settings got;
    (void)state;
    assert_int_equal(take(two_operands, line, &got), EXIT_GOOD);
    assert_string_equal(got.file, "a");
    assert_true(got.flag);
    assert_int_equal(got.number, UINT32_MAX);
    assert_int_equal(got.choice, 2);
    assert_int_equal(got.texts.count, 2);
    assert_string_equal(got.texts.values[0], "t1");
    assert_string_equal(got.texts.values[1], "t2");
    assert_string_equal(got.first, "one");
    assert_string_equal(got.second, "two");
    assert_null(got.other);
}

static void test_parse__nothing_keeps_the_defaults(void **state) {
    char line[] = "test one";
    struct settings got;
    (void)state;
    assert_int_equal(take(two_operands, line, &got), EXIT_GOOD);
    assert_string_equal(got.file, "none");
    assert_false(got.flag);
    assert_int_equal(got.number, 7);
    assert_int_equal(got.choice, 1);
    assert_int_equal(got.texts.count, 0);
    assert_string_equal(got.first, "one");
    assert_null(got.second);
}

static void test_operands__a_list_has_the_rest(void **state) {
    char many[] = "test a b -x c -- -d", none[] = "test a";
    struct settings got;
    (void)state;
    assert_int_equal(take(one_and_more, many, &got), EXIT_GOOD);
    assert_string_equal(got.first, "a");
    assert_int_equal(got.rest.count, 3);
    assert_string_equal(got.rest.values[0], "b");
    assert_string_equal(got.rest.values[2], "-d");
    assert_true(got.flag);
    assert_int_equal(take(one_and_more, none, &got), EXIT_GOOD);
    assert_int_equal(got.rest.count, 0);
}

static void test_mistakes__table(void **state) {
    static const char *const lines[] = {
        "test",           "test a b c",       "test a -f",       "test a --flag=1",
        "test a -x -n x", "test a -x -n -1",  "test a -x -n 1x", "test a -f b -c 3",
        "test a --none",  "test a -z",        "test a -n 8",     "test a -c two",
        "test a -x -n",   "test a --other o", "test a --text",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; ++i) {
        char line[64];
        struct settings got;
        (void)snprintf(line, sizeof line, "%s", lines[i]);
        if (take(two_operands, line, &got) != EXIT_USAGE)
            fail_msg("'%s' is taken", lines[i]);
    }
}

/* What has the value it had at first counts as not given. */
static void test_needs__by_value(void **state) {
    static const char *const lines[] = {"test a -n 7", "test a -x -n 8", "test a -c one",
                                        "test a -f b -c two", "test a --text t --other o"};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; ++i) {
        char line[64];
        struct settings got;
        (void)snprintf(line, sizeof line, "%s", lines[i]);
        if (take(two_operands, line, &got) != EXIT_GOOD)
            fail_msg("'%s' is refused", lines[i]);
    }
}

static void test_parse__so_many_texts_and_no_more(void **state) {
    char line[8 + 11 * (OPTION_TEXTS_MAX + 1)] = "test a";
    struct settings got;
    (void)state;
    for (int i = 0; i < OPTION_TEXTS_MAX; ++i)
        strcat(line, " --text=t");
    char full[sizeof line];
    strcpy(full, line);
    assert_int_equal(take(two_operands, full, &got), EXIT_GOOD);
    assert_int_equal(got.texts.count, OPTION_TEXTS_MAX);
    strcat(line, " --text=t");
    assert_int_equal(take(two_operands, line, &got), EXIT_USAGE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__every_kind),
        cmocka_unit_test(test_parse__nothing_keeps_the_defaults),
        cmocka_unit_test(test_operands__a_list_has_the_rest),
        cmocka_unit_test(test_mistakes__table),
        cmocka_unit_test(test_needs__by_value),
        cmocka_unit_test(test_parse__so_many_texts_and_no_more),
    };
    return cmocka_run_group_tests_name("tools/options", tests, NULL, NULL);
}
