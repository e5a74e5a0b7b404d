/* Lines of the shell taken apart: words, quotes, commands, remarks; and hexadecimal in several words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/wipe.h"
#include "shell/words.h"

/* All commands of a line, "a|b c|": words with '|' behind, commands with '.'. */
static enum words_result all(const char *line, char *out) {
    enum words_result result = WORDS_END;
    size_t at = 0;
    *out = '\0';
    for (;;) {
        struct words words;
        result = words_take(line, &at, &words);
        if (result != WORDS_HERE && result != WORDS_QUOTE)
            return result;
        for (size_t i = 0; i < words.count; ++i)
            out += sprintf(out, "%s|", words.values[i]);
        assert_null(words.values[words.count]);
        out += sprintf(out, ".");
        words_free(&words);
        if (result == WORDS_QUOTE)
            return result;
    }
}

static void test_words__lines(void **state) {
    (void)state;
    static const struct {
        const char *line, *expected;
        enum words_result result;
    } cases[] = {
        {"", "", WORDS_END},
        {"ls", "ls|.", WORDS_END},
        {"  ls\t-1  /DF01 ", "ls|-1|/DF01|.", WORDS_END},
        {"ls;cat 2F00 ; ; cd", "ls|.cat|2F00|..cd|.", WORDS_END},
        {"cat 'a file' \"an'other\"", "cat|a file|an'other|.", WORDS_END},
        {"cat a\\ file b\\;c 'd\\e'", "cat|a file|b;c|d\\e|.", WORDS_END},
        {"cd \"A000\"/0101", "cd|A000/0101|.", WORDS_END},
        {"ls # all; of it", "ls|.", WORDS_END},
        {"# nothing", ".", WORDS_END},
        {"cat a#b", "cat|a#b|.", WORDS_END},
        {"put ''", "put||.", WORDS_END},
        {"cat 'open; ls", "cat|open; ls|.", WORDS_QUOTE},
        {"cat \\", "cat|\\|.", WORDS_END},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        char seen[256];
        assert_int_equal(all(cases[i].line, seen), cases[i].result);
        assert_string_equal(seen, cases[i].expected);
    }
}

static void test_words__the_last_one(void **state) {
    (void)state;
    static const struct {
        const char *line;
        size_t start;
        bool open;
    } cases[] = {{"cat EF", 4, true}, {"cat EF ", 4, false}, {"cat 'a f", 4, true}, {"ls", 0, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; ++i) {
        struct words words;
        size_t at = 0;
        (void)words_take(cases[i].line, &at, &words);
        assert_int_equal(words.start, cases[i].start);
        assert_int_equal(words.open, cases[i].open);
        words_free(&words);
        assert_null(words.text);
    }
}

static void test_words__too_many(void **state) {
    (void)state;
    char line[2 * WORDS_MAX + 3] = "";
    for (size_t i = 0; i < WORDS_MAX; ++i)
        strcat(line, "a ");
    size_t at = 0;
    struct words words;
    assert_int_equal(words_take(line, &at, &words), WORDS_HERE);
    assert_int_equal(words.count, WORDS_MAX);
    words_free(&words);
    strcat(line, "a");
    at = 0;
    assert_int_equal(words_take(line, &at, &words), WORDS_TOO_MANY);
    assert_null(words.text);
}

static void test_words__join(void **state) {
    (void)state;
    char one[] = "00A4", two[] = "=>", three[] = "9000";
    char *values[] = {one, two, three};
    size_t size = 9;
    char *text = words_join(values, 3, &size);
    assert_string_equal(text, "00A4 => 9000 ");
    assert_int_equal(size, 13);
    wipe_free(text, size);
    text = words_join(values, 0, &size);
    assert_string_equal(text, "");
    assert_int_equal(size, 0);
    wipe_free(text, size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words__lines),
        cmocka_unit_test(test_words__the_last_one),
        cmocka_unit_test(test_words__too_many),
        cmocka_unit_test(test_words__join),
    };
    return cmocka_run_group_tests_name("tool_words", tests, NULL, NULL);
}
