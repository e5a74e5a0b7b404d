/* What a word may become: tools/scard/lineedit/completion.c; and lines that grow: textline.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lineedit/completion.h"
#include "lineedit/textline.h"

#define PRINTED_MAX 400

static void printed(struct completion *words, size_t columns, char out[PRINTED_MAX]) {
    FILE *file = tmpfile();
    assert_non_null(file);
    completion_print(file, words, columns);
    rewind(file);
    const size_t size = fread(out, 1, PRINTED_MAX - 1, file);
    out[size] = '\0';
    fclose(file);
}

static void test_common__of_what_is_offered(void **state) {
    static const struct {
        const char *typed, *words[4];
        size_t count, common;
    } rows[] = {
        {"", {NULL}, 0, 0},
        {"re", {"reset", "read", "list"}, 2, 2},
        {"res", {"reset", "read", "list"}, 1, 5},
        {"", {"reset", "read", "list"}, 3, 0},
        {"x", {"reset", "read", "list"}, 0, 0},
        {"a", {"ab", "ab"}, 2, 2},
        /* Two letters that differ in the second of their bytes. */
        {"k", {"k\xC3\xA4", "k\xC3\xA5"}, 2, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct completion words = {.start = 3};
        for (size_t j = 0; rows[i].words[j]; ++j)
            completion_offer(&words, rows[i].typed, rows[i].words[j]);
        assert_int_equal(words.count, rows[i].count);
        assert_int_equal(completion_common(&words), rows[i].common);
        completion_free(&words);
        assert_null(words.words);
    }
}

static void test_print__columns_sorted(void **state) {
    char text[PRINTED_MAX];
    struct completion words = {.start = 0};
    (void)state;
    printed(&words, 80, text);
    assert_string_equal(text, "");
    static const char *const names[] = {"tree", "cat", "ls", "verify", "\xC3\xA4", "cd", "\033[2J"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; ++i)
        completion_add(&words, names[i]);
    printed(&words, 20, text);
    assert_string_equal(text, "?[2J    tree\ncat     verify\ncd      \xC3\xA4\nls\n");
    printed(&words, 1, text);
    assert_string_equal(text, "?[2J\ncat\ncd\nls\ntree\nverify\n\xC3\xA4\n");
    completion_free(&words);
}

static void test_print__more_words_than_first_room(void **state) {
    struct completion words = {.start = 0};
    char word[8];
    (void)state;
    for (unsigned i = 0; i < 100; ++i) {
        snprintf(word, sizeof word, "w%02u", i);
        completion_add(&words, word);
    }
    assert_int_equal(words.count, 100);
    assert_string_equal(words.words[99], "w99");
    assert_int_equal(completion_common(&words), 1);
    completion_free(&words);
}

static void test_textline__grows_and_is_cleared(void **state) {
    struct textline line = {0};
    (void)state;
    for (unsigned i = 0; i < 1000; ++i)
        assert_true(textline_append(&line, "0123456789", 10));
    assert_int_equal(line.size, 10000);
    assert_int_equal(strlen(line.text), 10000);
    assert_memory_equal(line.text + 9990, "0123456789", 10);
    textline_clear(&line);
    assert_int_equal(line.size, 0);
    for (size_t i = 0; i < line.room; ++i)
        assert_int_equal(line.text[i], 0);
    assert_true(textline_add(&line, 'x'));
    assert_string_equal(line.text, "x");
    textline_free(&line);
    assert_null(line.text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_common__of_what_is_offered),
        cmocka_unit_test(test_print__columns_sorted),
        cmocka_unit_test(test_print__more_words_than_first_room),
        cmocka_unit_test(test_textline__grows_and_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
