/* The one-word lock: what it excludes, how it waits and what ends that, and that it is left free. */
#include "base/lock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

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
    assert_int_equal(shared.word, fork_mark() | LOCK_AWAITED);
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

/* Waits that end without the lock. */

struct waiting {
    struct lock_limit limit;
    enum lock_end end;
    uint64_t took_ms;
};

static void *wait_within(void *argument) {
    struct waiting *const waiting = argument;
    const uint64_t start = clock_ms();
    waiting->end = lock_try(&shared) ? LOCK_HAD : lock_wait(&shared, &waiting->limit);
    waiting->took_ms = clock_ms() - start;
    if (waiting->end == LOCK_HAD)
        lock_give(&shared);
    return NULL;
}

static void test_lock__deadline(void **state) {
    (void)state;
    static const uint32_t limits[] = {0, 50, 350};
    lock_take(&shared);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; ++i) {
        struct waiting waiting = {.limit = {.deadline = clock_deadline(limits[i])}};
        wait_within(&waiting);
        assert_int_equal(waiting.end, LOCK_LATE);
        assert_int_in_range(waiting.took_ms, limits[i] > 20 ? limits[i] - 20 : 0, limits[i] + 500);
    }
    lock_give(&shared);
    struct waiting waiting = {.limit = {.deadline = clock_deadline(0)}};
    wait_within(&waiting); /* no wait is needed */
    assert_int_equal(waiting.end, LOCK_HAD);
    assert_int_equal(shared.word, 0);
}

/* Those who were meant go, the others stay and come through, whoever has been woken in vain. */
static void test_lock__called_off(void **state) {
    (void)state;
    static const struct timespec moment = {0, 150 * 1000000};
    _Atomic uint32_t wishes = 7;
    pthread_t threads[THREADS];
    struct waiting waiting[THREADS];
    lock_take(&shared);
    for (int i = 0; i < THREADS; ++i) {
        waiting[i] = (struct waiting){.limit = {.deadline = CLOCK_NEVER, .seen = 7}};
        waiting[i].limit.off = i % 2 ? &wishes : NULL;
        assert_int_equal(pthread_create(&threads[i], NULL, wait_within, &waiting[i]), 0);
    }
    nanosleep(&moment, NULL);
    atomic_fetch_add(&wishes, 1);
    lock_call_off(&shared);
    for (int i = 1; i < THREADS; i += 2) {
        pthread_join(threads[i], NULL);
        assert_int_equal(waiting[i].end, LOCK_CALLED_OFF);
        assert_true(waiting[i].took_ms < 1500);
    }
    lock_give(&shared);
    for (int i = 0; i < THREADS; i += 2) {
        pthread_join(threads[i], NULL);
        assert_int_equal(waiting[i].end, LOCK_HAD);
    }
    lock_take(&shared);
    lock_give(&shared);
    assert_int_equal(shared.word, 0);
}

/* Nobody is forgotten while others leave at their deadlines all the time. */
static void *hurry(void *argument) {
    for (int i = 0; i < ROUNDS / 50; ++i) {
        struct lock_limit limit = {.deadline = clock_deadline(i % 3 ? 1 : 0)};
        if (lock_try(&shared) || lock_wait(&shared, &limit) == LOCK_HAD) {
            ++count;
            lock_give(&shared);
        }
    }
    return argument;
}

static void test_lock__excludes_in_a_hurry(void **state) {
    (void)state;
    pthread_t threads[2 * THREADS];
    count = 0;
    for (int i = 0; i < 2 * THREADS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, i % 2 ? hurry : add, NULL), 0);
    for (int i = 0; i < 2 * THREADS; ++i)
        pthread_join(threads[i], NULL);
    assert_true(count >= THREADS * ROUNDS);
    assert_int_equal(shared.word, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lock__alone),      cmocka_unit_test(test_lock__excludes),
        cmocka_unit_test(test_lock__sleeps),     cmocka_unit_test(test_lock__deadline),
        cmocka_unit_test(test_lock__called_off), cmocka_unit_test(test_lock__excludes_in_a_hurry),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
