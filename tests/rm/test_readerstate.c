/* When a reader's state is news. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rm/readerstate.h"

static void test_news__of_a_reader(void **state) {
    static const struct {
        uint32_t believed, actual;
        bool news;
    } rows[] = {
        {RM_STATE_UNAWARE, RM_STATE_EMPTY, true},
        {RM_STATE_CHANGED, RM_STATE_EMPTY, true}, /* unaware, too */
        {RM_STATE_EMPTY, RM_STATE_EMPTY, false},
        {RM_STATE_EMPTY | RM_STATE_CHANGED, RM_STATE_EMPTY, false},
        {RM_STATE_EMPTY, RM_STATE_PRESENT, true},
        {RM_STATE_PRESENT, RM_STATE_EMPTY, true},
        {RM_STATE_PRESENT, RM_STATE_PRESENT | RM_STATE_MUTE, true},
        {RM_STATE_PRESENT, RM_STATE_GONE, true},
        {RM_STATE_GONE, RM_STATE_GONE, false},
        {RM_STATE_PRESENT, RM_STATE_PRESENT | RM_STATE_ATRMATCH, false},
        /* who uses it */
        {RM_STATE_PRESENT, RM_STATE_PRESENT | RM_STATE_INUSE | RM_STATE_EXCLUSIVE, false},
        {RM_STATE_PRESENT, RM_STATE_PRESENT | RM_STATE_UNPOWERED, false},
        {RM_STATE_PRESENT | RM_STATE_INUSE, RM_STATE_PRESENT, true},
        {RM_STATE_PRESENT | RM_STATE_EXCLUSIVE, RM_STATE_PRESENT | RM_STATE_INUSE, true},
        {RM_STATE_PRESENT | RM_STATE_UNPOWERED, RM_STATE_PRESENT, true},
        /* how often cards came and went */
        {RM_STATE_PRESENT, 0x00030000u | RM_STATE_PRESENT, false},
        {0x00030000u | RM_STATE_PRESENT, 0x00030000u | RM_STATE_PRESENT, false},
        {0x00030000u | RM_STATE_PRESENT, 0x00050000u | RM_STATE_PRESENT, true},
        {0x00030000u | RM_STATE_PRESENT, RM_STATE_PRESENT, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; ++i)
        assert_int_equal(rm_state_is_news(rows[i].believed, rows[i].actual), rows[i].news);
}

static void test_news__of_the_list(void **state) {
    (void)state;
    assert_int_equal(rm_state_of_list(RM_STATE_UNAWARE, 0), 0);
    assert_int_equal(rm_state_of_list(RM_STATE_UNAWARE, 2), 0x00020000u | RM_STATE_CHANGED);
    assert_int_equal(rm_state_of_list(0x00020000u, 2), 0x00020000u);
    assert_int_equal(rm_state_of_list(0x00020000u | RM_STATE_CHANGED, 2), 0x00020000u);
    assert_int_equal(rm_state_of_list(0x00020000u, 0), RM_STATE_CHANGED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_news__of_a_reader),
        cmocka_unit_test(test_news__of_the_list),
    };
    return cmocka_run_group_tests_name("readerstate", tests, NULL, NULL);
}
