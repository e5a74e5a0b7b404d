/* The reference count, alone and between threads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/refcount.h"

#define THREADS 8
#define ROUNDS 50000u

static void test_take_drop__return_the_new_count(void **state) {
    struct refcount rc;
    (void)state;
    refcount_init(&rc);
    assert_int_equal(refcount_take(&rc), 2);
    assert_int_equal(refcount_take(&rc), 3);
    assert_int_equal(refcount_drop(&rc), 2);
    assert_int_equal(refcount_drop(&rc), 1);
    assert_int_equal(refcount_drop(&rc), 0);
}

/* Takes and gives back many times, and gives back the reference it was started with at the end. */
static void *worker_run(void *argument) {
    struct refcount *rc = argument;
    for (unsigned i = 0; i < ROUNDS; ++i) {
        refcount_take(rc);
        refcount_drop(rc);
    }
    return (void *)(uintptr_t)(refcount_drop(rc) == 0);
}

static void test_drop__one_thread_alone_is_the_last(void **state) {
    pthread_t threads[THREADS];
    struct refcount rc;
    unsigned last = 0;
    (void)state;
    refcount_init(&rc);
    for (unsigned i = 0; i < THREADS; ++i)
        refcount_take(&rc);
    for (unsigned i = 0; i < THREADS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, worker_run, &rc), 0);
    const unsigned mine = refcount_drop(&rc) == 0;
    for (unsigned i = 0; i < THREADS; ++i) {
        void *was_last = NULL;
        assert_int_equal(pthread_join(threads[i], &was_last), 0);
        last += was_last != NULL;
    }
    assert_int_equal(last + mine, 1);
    /* Nothing was lost or counted twice on the way: the next one up is the first. */
    assert_int_equal(refcount_take(&rc), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_take_drop__return_the_new_count),
        cmocka_unit_test(test_drop__one_thread_alone_is_the_last),
    };
    return cmocka_run_group_tests_name("refcount", tests, NULL, NULL);
}
