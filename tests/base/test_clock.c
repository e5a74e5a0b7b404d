/* Monotonic time and deadlines. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

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

#ifdef _WIN32

/* There a condition variable waits by the time of day. */
static void test_timespec__is_the_time_of_day(void **state) {
    static const uint32_t lefts[] = {0, 1, 999, 1001, 12345};
    (void)state;
    for (size_t i = 0; i < sizeof lefts / sizeof lefts[0]; ++i) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        const struct timespec at = clock_timespec(clock_deadline(lefts[i]));
        assert_int_in_range(at.tv_nsec, 0, 999999999);
        const long long away =
            (long long)(at.tv_sec - now.tv_sec) * 1000000 + (at.tv_nsec - now.tv_nsec) / 1000;
        /* Two clocks that tick in their own steps, one after the other. */
        assert_int_in_range(away + 20000, lefts[i] * 1000u, lefts[i] * 1000u + 5000000u);
    }
}

#else

static void test_timespec__splits_the_deadline(void **state) {
    (void)state;
    const struct timespec zero = clock_timespec(0);
    assert_int_equal(zero.tv_sec, 0);
    assert_int_equal(zero.tv_nsec, 0);
    const struct timespec some = clock_timespec(12345);
    assert_int_equal(some.tv_sec, 12);
    assert_int_equal(some.tv_nsec, 345000000);
    const struct timespec border = clock_timespec(1999);
    assert_int_equal(border.tv_sec, 1);
    assert_int_equal(border.tv_nsec, 999000000);
}

#endif

/* The deadline is in the clock that a condition variable waits by. */
static void test_timespec__fits_a_condition_variable(void **state) {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never_signalled;
    (void)state;
    clock_condition_init(&never_signalled);
    const uint64_t before = clock_ms();
    const struct timespec at = clock_timespec(clock_deadline(40));
    int code = 0;
    pthread_mutex_lock(&mutex);
    while (code == 0)
        code = pthread_cond_timedwait(&never_signalled, &mutex, &at);
    pthread_mutex_unlock(&mutex);
    assert_int_equal(code, ETIMEDOUT);
    assert_int_in_range(clock_ms() - before, 40, 10000);
    pthread_cond_destroy(&never_signalled);
    pthread_mutex_destroy(&mutex);
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
#ifdef _WIN32
        cmocka_unit_test(test_timespec__is_the_time_of_day),
#else
        cmocka_unit_test(test_timespec__splits_the_deadline),
#endif
        cmocka_unit_test(test_timespec__fits_a_condition_variable),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
