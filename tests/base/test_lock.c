/* The one-word lock: what it excludes, how it waits, and that it is left free. */
#include "base/lock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#define THREADS 4
#define ROUNDS 100000

static struct lock shared;
static unsigned long count; /* guarded by it */

static void *add(void *argument) {
    for (int i = 0; i < ROUNDS; ++i) {
        lock_take(&shared);
        ++count;
        lock_give(&shared);
    }
    return argument;
}

static void test_lock__alone(void **state) {
    (void)state;
    struct lock lock = {0};
    for (int i = 0; i < 3; ++i) {
        lock_take(&lock);
        assert_int_equal(lock.word, 1);
        lock_give(&lock);
        assert_int_equal(lock.word, 0);
    }
}

static void test_lock__excludes(void **state) {
    (void)state;
    pthread_t threads[THREADS];
    count = 0;
    for (int i = 0; i < THREADS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, add, NULL), 0);
    for (int i = 0; i < THREADS; ++i)
        pthread_join(threads[i], NULL);
    assert_int_equal(count, THREADS * ROUNDS);
    assert_int_equal(shared.word, 0);
}

static void *wait_and_tell(void *cpu_ms) {
    struct timespec used;
    lock_take(&shared);
    count = 7;
    lock_give(&shared);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    *(long *)cpu_ms = (long)used.tv_sec * 1000 + used.tv_nsec / 1000000;
    return NULL;
}

/* Whoever waits sleeps, however many there are, and all come through. */
static void test_lock__sleeps(void **state) {
    (void)state;
    static const struct timespec while_held = {0, 200 * 1000000};
    pthread_t threads[THREADS];
    long cpu_ms[THREADS];
    count = 0;
    lock_take(&shared);
    for (int i = 0; i < THREADS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, wait_and_tell, &cpu_ms[i]), 0);
    nanosleep(&while_held, NULL);
    assert_int_equal(count, 0);
    assert_int_equal(shared.word, 2);
    lock_give(&shared);
    for (int i = 0; i < THREADS; ++i) {
        pthread_join(threads[i], NULL);
        assert_true(cpu_ms[i] < 100);
    }
    assert_int_equal(count, 7);
    lock_take(&shared);
    lock_give(&shared);
    assert_int_equal(shared.word, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock__alone),
        cmocka_unit_test(test_lock__excludes),
        cmocka_unit_test(test_lock__sleeps),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
