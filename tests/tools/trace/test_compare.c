/* Two traces as one: what is told, in which order, and what counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trace/compare.h"

#define MANY 9000

/* A letter is a command, a digit behind it the answer: "a1 b2". */
static void make(const char *text, struct trace_list *list) {
    for (; *text; ++text) {
        if (*text == ' ')
            continue;
        struct trace_entry entry = {.call = strdup("transmit"), .on = strdup("R"), .ended = true};
        entry.command = (uint8_t *)strdup("x");
        entry.command[0] = (uint8_t)*text;
        entry.command_size = 1;
        if (text[1] >= '0' && text[1] <= '9') {
            const char answer[] = {*++text, (char)0x90, 0x00, '\0'};
            entry.answer = (uint8_t *)strdup("xxx");
            memcpy(entry.answer, answer, 3);
            entry.answer_size = 3;
        }
        assert_true(trace_list_add(list, &entry));
    }
}

struct told {
    char text[256];
    size_t count;
};

static void tell(void *user, enum compare_side side, const struct trace_entry *entry) {
    struct told *told = user;
    const size_t used = strlen(told->text);
    ++told->count;
    if (used + 2 < sizeof told->text)
        (void)snprintf(told->text + used, sizeof told->text - used, "%s%c",
                       side == COMPARE_BOTH   ? ""
                       : side == COMPARE_LEFT ? "-"
                                              : "+",
                       entry->command[0]);
}

static void expect(const char *one, const char *other, enum compare_what what, const char *wanted) {
    struct trace_list left = {.entries = NULL}, right = {.entries = NULL};
    struct told told = {.count = 0};
    make(one, &left);
    make(other, &right);
    assert_true(compare_traces(&left, &right, what, tell, &told));
    assert_string_equal(told.text, wanted);
    trace_list_clear(&left);
    trace_list_clear(&right);
}

static void test_compare__ways(void **state) {
    (void)state;
    expect("", "", COMPARE_ANSWERS, "");
    expect("a b c", "a b c", COMPARE_ANSWERS, "abc");
    expect("a b c", "a c", COMPARE_ANSWERS, "a-bc");
    expect("a c", "a b c", COMPARE_ANSWERS, "a+bc");
    expect("a b c", "a x c", COMPARE_ANSWERS, "a-b+xc");
    expect("a b c d e f", "b c x e f g", COMPARE_ANSWERS, "-abc-d+xef+g");
    expect("a a a", "a a", COMPARE_ANSWERS, "aa-a");
    expect("a", "", COMPARE_ANSWERS, "-a");
    expect("", "a b", COMPARE_ANSWERS, "+a+b");
    expect("x y z a b c", "a b c x y z", COMPARE_ANSWERS, "-x-y-zabc+x+y+z");
}

static void test_compare__what_counts(void **state) {
    (void)state;
    expect("a1 b2", "a1 b3", COMPARE_ANSWERS, "a-b+b");
    expect("a1 b2", "a1 b3", COMPARE_STATUS, "ab");
    expect("a1 b", "a1 b3", COMPARE_STATUS, "a-b+b");
    expect("a1 b", "a1 b3", COMPARE_COMMANDS, "ab");
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x01}, one[] = {1, 0x90, 0x00},
                         other[] = {2, 0x90, 0x00}, refused[] = {0x69, 0x82};
    assert_true(compare_answers(challenge, 5, one, 3, other, 3, COMPARE_ANSWERS));
    assert_false(compare_answers(challenge, 5, one, 3, refused, 2, COMPARE_ANSWERS));
    assert_false(compare_answers(challenge, 5, one, 3, other + 1, 2, COMPARE_ANSWERS));
    assert_true(compare_answers(challenge, 5, NULL, 0, NULL, 0, COMPARE_ANSWERS));
}

/* Too many for the exact way: all of the one, then all of the other. */
static void test_compare__many(void **state) {
    (void)state;
    struct trace_list left = {.entries = NULL}, right = {.entries = NULL};
    struct told told = {.count = 0};
    make("a", &left);
    make("a", &right);
    for (int i = 0; i < MANY; ++i) {
        make("b", &left);
        make("c", &right);
    }
    assert_true(compare_traces(&left, &right, COMPARE_ANSWERS, tell, &told));
    assert_int_equal(told.count, 1 + 2 * MANY);
    assert_memory_equal(told.text, "a-b-b-b", 7);
    trace_list_clear(&left);
    trace_list_clear(&right);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare__ways),
        cmocka_unit_test(test_compare__what_counts),
        cmocka_unit_test(test_compare__many),
    };
    return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
