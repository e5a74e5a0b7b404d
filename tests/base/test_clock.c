/* Monotonic time and deadlines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

static void test_ms__never_goes_back(void **state) {
    uint64_t last = clock_ms();
    (void)state;
    for (int i = 0; i < 100000; ++i) {
        const uint64_t now = clock_ms();
        assert_true(now >= last);
        last = now;
    }
}

static void test_ms__counts_milliseconds(void **state) {
    const struct timespec pause = {.tv_nsec = 30 * 1000000};
    const uint64_t before = clock_ms();
    (void)state;
    nanosleep(&pause, NULL);
    const uint64_t passed = clock_ms() - before;
    /* A loaded machine sleeps longer, never shorter. */
    assert_int_in_range(passed, 29, 10000);
}

static void test_deadline__is_so_far_from_now(void **state) {
    const uint64_t before = clock_ms();
    const uint64_t at = clock_deadline(5000);
    const uint64_t after = clock_ms();
    (void)state;
    assert_int_in_range(at, before + 5000, after + 5000);
}

static void test_deadline__infinite_is_never(void **state) {
    (void)state;
    assert_true(clock_deadline(UINT32_MAX) == CLOCK_NEVER);
    assert_int_equal(clock_left(CLOCK_NEVER), UINT32_MAX);
    assert_true(clock_deadline(UINT32_MAX - 1) != CLOCK_NEVER);
}

static void test_left__passed_is_zero(void **state) {
    (void)state;
    assert_int_equal(clock_left(0), 0);
    assert_int_equal(clock_left(clock_deadline(0)), 0);
    assert_int_equal(clock_left(clock_ms() - 1), 0);
}

static void test_left__counts_down(void **state) {
    const uint64_t at = clock_deadline(60000);
    (void)state;
    assert_int_in_range(clock_left(at), 50000, 60000);
}

static void test_left__far_away_is_not_never(void **state) {
    (void)state;
    assert_int_equal(clock_left(CLOCK_NEVER - 1), UINT32_MAX - 1);
    assert_int_equal(clock_left(clock_ms() + UINT32_MAX + 10000ull), UINT32_MAX - 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ms__never_goes_back),
        cmocka_unit_test(test_ms__counts_milliseconds),
        cmocka_unit_test(test_deadline__is_so_far_from_now),
        cmocka_unit_test(test_deadline__infinite_is_never),
        cmocka_unit_test(test_left__passed_is_zero),
        cmocka_unit_test(test_left__counts_down),
        cmocka_unit_test(test_left__far_away_is_not_never),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
