/* Conditions that wait until a deadline. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/condition.h"

#ifdef _WIN32

/* There a condition variable waits by the time of day. */
static void test_deadline__is_the_time_of_day(void **state) {
    static const uint32_t lefts[] = {0, 1, 999, 1001, 12345};
    (void)state;
    for (size_t i = 0; i < sizeof lefts / sizeof lefts[0]; ++i) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        const struct timespec at = condition_deadline(clock_deadline(lefts[i]));
        assert_int_in_range(at.tv_nsec, 0, 999999999);
        const long long away =
            (long long)(at.tv_sec - now.tv_sec) * 1000000 + (at.tv_nsec - now.tv_nsec) / 1000;
        /* Two clocks that tick in their own steps, one after the other. */
        assert_int_in_range(away + 20000, lefts[i] * 1000u, lefts[i] * 1000u + 5000000u);
    }
}

#else

static void test_deadline__splits_the_deadline(void **state) {
    (void)state;
    const struct timespec zero = condition_deadline(0);
    assert_int_equal(zero.tv_sec, 0);
    assert_int_equal(zero.tv_nsec, 0);
    const struct timespec some = condition_deadline(12345);
    assert_int_equal(some.tv_sec, 12);
    assert_int_equal(some.tv_nsec, 345000000);
    const struct timespec border = condition_deadline(1999);
    assert_int_equal(border.tv_sec, 1);
    assert_int_equal(border.tv_nsec, 999000000);
}

#endif

/* The deadline is in the clock that a condition variable waits by. */
static void test_deadline__fits_a_condition_variable(void **state) {
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t never_signalled;
    (void)state;
    condition_init(&never_signalled);
    const uint64_t before = clock_ms();
    const struct timespec at = condition_deadline(clock_deadline(40));
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
#ifdef _WIN32
        cmocka_unit_test(test_deadline__is_the_time_of_day),
#else
        cmocka_unit_test(test_deadline__splits_the_deadline),
#endif
        cmocka_unit_test(test_deadline__fits_a_condition_variable),
    };
    return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}
