/* How two looks at all readers differ, and that it costs little where there are thousands of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/roster.h"

#define MANY 10000u
#define NAME_ROOM 24u

/* Linked in the place of strcmp() (--wrap): names are what a comparison of two looks spends its time on. */
static size_t compared;
int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);

int __wrap_strcmp(const char *a, const char *b) {
    ++compared;
    return __real_strcmp(a, b);
}

/* A look at readers of these numbers; a number from `full` on has a card. */
static struct roster look_at(const unsigned *numbers, size_t count, unsigned full) {
    struct roster roster = {.count = count};
    const char *name = NULL;
    char text[NAME_ROOM];
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text, sizeof text, "Reader %u", numbers[i]);
        assert_true(names_add(&roster.names, text, strlen(text)));
    }
    roster.states = calloc(count + 1, sizeof *roster.states);
    assert_non_null(roster.states);
    for (size_t i = 0; i < count; i++) {
        roster.states[i].reader = name = names_next(&roster.names, name);
        roster.states[i].event = numbers[i] >= full ? RM_STATE_PRESENT : RM_STATE_EMPTY;
    }
    return roster;
}

/* "-" before a reader that went, "+" before a new one, "~" before one that holds something else. */
static void write_down(void *user, const struct rm_reader_state *before, const struct rm_reader_state *now) {
    char *const text = user;
    const size_t used = strlen(text);
    assert_true(used + NAME_ROOM < 400);
    (void)snprintf(text + used, NAME_ROOM, "%s%c%s", used ? " " : "",
                   !now     ? '-'
                   : before ? '~'
                            : '+',
                   (now ? now : before)->reader + strlen("Reader "));
}

static void test_compare__tells_each_difference(void **state) {
    static const struct {
        unsigned before[6], now[6];
        size_t before_count, now_count;
        unsigned full_before, full_now;
        const char *told;
    } rows[] = {
        {{0}, {0}, 0, 0, 9, 9, ""},
        {{0}, {1, 2}, 0, 2, 9, 9, "+1 +2"},
        {{1, 2}, {0}, 2, 0, 9, 9, "-1 -2"},
        {{1, 2, 3}, {1, 2, 3}, 3, 3, 9, 9, ""},
        {{1, 2, 3}, {3, 2, 1}, 3, 3, 9, 9, ""},
        {{1, 2, 3}, {3, 1, 2}, 3, 3, 9, 3, "~3"},
        {{1, 2, 3, 4}, {2, 4, 5}, 4, 3, 9, 9, "-1 -3 +5"},
        {{3, 4}, {1, 2, 3, 4}, 2, 4, 9, 4, "+1 +2 ~4"},
        {{1, 2, 3, 4, 5, 6}, {6, 4, 2, 7}, 6, 4, 5, 3, "-1 -3 -5 ~4 +7"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct roster before = look_at(rows[i].before, rows[i].before_count, rows[i].full_before);
        struct roster now = look_at(rows[i].now, rows[i].now_count, rows[i].full_now);
        char told[400] = "";
        const size_t count = roster_compare(&before, &now, write_down, told);
        assert_string_equal(told, rows[i].told);
        assert_int_equal(roster_compare(&before, &now, NULL, NULL), count);
        roster_clear(&before);
        roster_clear(&now);
    }
}

/* One that went, one that came, one whose card is in: a few walks along the list, not one for each reader. */
static void test_compare__thousands_cost_little(void **state) {
    static unsigned former[MANY], actual[MANY];
    char told[400] = "";
    (void)state;
    for (unsigned i = 0; i < MANY; i++) {
        former[i] = i;
        actual[i] = i < MANY / 2 ? i : i + 1;
    }
    struct roster before = look_at(former, MANY, MANY), now = look_at(actual, MANY, MANY);
    now.states[10].event = RM_STATE_PRESENT;
    compared = 0;
    assert_int_equal(roster_compare(&before, &now, write_down, told), 3);
    assert_string_equal(told, "-5000 ~10 +10000");
    assert_true(compared >= MANY && compared <= 5 * MANY);
    roster_clear(&before);
    roster_clear(&now);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare__tells_each_difference),
        cmocka_unit_test(test_compare__thousands_cost_little),
    };
    return cmocka_run_group_tests_name("client_roster", tests, NULL, NULL);
}
