/* Numbers for objects: good for one object and until they are withdrawn, whatever a program passes. */
#include "dropin/handles.h"

#include <limits.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct thing {
    struct handle handle;
    _Atomic int ended;
};

static void end(struct handle *handle) {
    atomic_fetch_add(&((struct thing *)(void *)handle)->ended, 1);
}

static LONG add(struct thing *thing, enum handle_kind kind) {
    *thing = (struct thing){.handle.end = end};
    const LONG number = handle_add(&thing->handle, kind);
    if (number)
        handle_drop(&thing->handle);
    return number;
}

static void withdraw(enum handle_kind kind, LONG number) {
    struct handle *handle = handle_withdraw(kind, number);
    assert_non_null(handle);
    handle_drop(handle);
}

static void test_number__leads_to_its_object(void **state) {
    struct thing one, other;
    (void)state;
    const LONG first = add(&one, HANDLE_CONTEXT);
    const LONG second = add(&other, HANDLE_CARD);
    assert_true(first > 0 && first <= INT_MAX && second > 0 && second <= INT_MAX && first != second);
    assert_ptr_equal(handle_find(HANDLE_CONTEXT, first), &one.handle);
    assert_ptr_equal(handle_find(HANDLE_CARD, second), &other.handle);
    handle_drop(&one.handle);
    handle_drop(&other.handle);
    withdraw(HANDLE_CONTEXT, first);
    withdraw(HANDLE_CARD, second);
    assert_int_equal(one.ended, 1);
    assert_int_equal(other.ended, 1);
}

static void test_number__of_the_other_kind_leads_nowhere(void **state) {
    struct thing thing;
    (void)state;
    const LONG number = add(&thing, HANDLE_CONTEXT);
    assert_null(handle_find(HANDLE_CARD, number));
    assert_null(handle_withdraw(HANDLE_CARD, number));
    assert_null(handle_find(HANDLE_CARD, number ^ 0x40000000));
    withdraw(HANDLE_CONTEXT, number);
}

static void test_number__that_never_was_leads_nowhere(void **state) {
    static const LONG numbers[] = {0, -1, 1, 7, INT_MAX, LONG_MAX, LONG_MIN, INT_MIN, 0x40000000, 0x3FFFFFFF};
    struct thing thing;
    (void)state;
    const LONG good = add(&thing, HANDLE_CARD);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        assert_null(handle_find(HANDLE_CONTEXT, numbers[i]));
        assert_null(handle_find(HANDLE_CARD, numbers[i]));
        assert_null(handle_withdraw(HANDLE_CARD, numbers[i]));
    }
    for (int bit = 0; bit < (int)sizeof good * 8; bit++)
        assert_null(handle_find(HANDLE_CARD, (LONG)((unsigned long)good ^ 1ul << bit)));
    withdraw(HANDLE_CARD, good);
}

static void test_withdrawn__ends_when_nobody_uses_it(void **state) {
    struct thing thing;
    (void)state;
    const LONG number = add(&thing, HANDLE_CARD);
    struct handle *used = handle_find(HANDLE_CARD, number);
    withdraw(HANDLE_CARD, number);
    assert_null(handle_find(HANDLE_CARD, number));
    assert_null(handle_withdraw(HANDLE_CARD, number));
    assert_int_equal(thing.ended, 0);
    handle_hold(used);
    handle_drop(used);
    assert_int_equal(thing.ended, 0);
    handle_drop(used);
    assert_int_equal(thing.ended, 1);
}

static void test_number__is_not_made_again_soon(void **state) {
    struct thing thing;
    (void)state;
    const LONG first = add(&thing, HANDLE_CARD);
    withdraw(HANDLE_CARD, first);
    for (int i = 0; i < 100000; i++) {
        const LONG number = add(&thing, HANDLE_CARD);
        assert_true(number > 0 && number != first);
        assert_null(handle_find(HANDLE_CARD, first));
        withdraw(HANDLE_CARD, number);
    }
}

static void test_add__until_there_is_no_place(void **state) {
    struct thing *things = calloc(HANDLES_MAX + 1, sizeof *things);
    LONG *numbers = calloc(HANDLES_MAX, sizeof *numbers);
    (void)state;
    assert_non_null(things);
    assert_non_null(numbers);
    for (size_t i = 0; i < HANDLES_MAX; i++) {
        numbers[i] = add(&things[i], HANDLE_CONTEXT);
        assert_true(numbers[i] > 0);
    }
    assert_int_equal(add(&things[HANDLES_MAX], HANDLE_CONTEXT), 0);
    for (size_t i = 0; i < HANDLES_MAX; i++) {
        assert_ptr_equal(handle_find(HANDLE_CONTEXT, numbers[i]), &things[i].handle);
        handle_drop(&things[i].handle);
        withdraw(HANDLE_CONTEXT, numbers[i]);
    }
    const LONG again = add(&things[0], HANDLE_CONTEXT);
    assert_true(again > 0);
    withdraw(HANDLE_CONTEXT, again);
    free(numbers);
    free(things);
}

static void test_fork__the_childs_numbers_are_its_own(void **state) {
    struct thing parents, childs;
    (void)state;
    const LONG number = add(&parents, HANDLE_CARD);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        const LONG own = add(&childs, HANDLE_CARD);
        const int good = !handle_find(HANDLE_CARD, number) && !handle_withdraw(HANDLE_CARD, number) &&
                         own > 0 && own != number && handle_find(HANDLE_CARD, own) == &childs.handle &&
                         parents.ended == 0;
        _exit(good ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_ptr_equal(handle_find(HANDLE_CARD, number), &parents.handle);
    handle_drop(&parents.handle);
    withdraw(HANDLE_CARD, number);
}

/* Threads that use and withdraw the same numbers: each object ends once, and nobody finds it afterwards. */
#define ROUNDS 300

static struct thing shared[ROUNDS];
static _Atomic LONG current;
static _Atomic int withdrawn;

static void *use(void *data) {
    (void)data;
    for (LONG number; (number = atomic_load(&current)) >= 0;) {
        struct handle *handle = handle_find(HANDLE_CARD, number);
        if (handle) {
            if (((struct thing *)(void *)handle)->ended)
                abort();
            handle_drop(handle);
        }
        handle = handle_withdraw(HANDLE_CARD, number);
        if (handle) {
            handle_drop(handle);
            atomic_fetch_add(&withdrawn, 1);
        }
    }
    return NULL;
}

static void test_threads__each_object_ends_once(void **state) {
    pthread_t threads[4];
    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use, NULL), 0);
    for (int i = 0; i < ROUNDS; i++) {
        atomic_store(&current, add(&shared[i], HANDLE_CARD));
        while (!shared[i].ended)
            usleep(10);
    }
    atomic_store(&current, -1);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(withdrawn, ROUNDS);
    for (int i = 0; i < ROUNDS; i++)
        assert_int_equal(shared[i].ended, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number__leads_to_its_object),
        cmocka_unit_test(test_number__of_the_other_kind_leads_nowhere),
        cmocka_unit_test(test_number__that_never_was_leads_nowhere),
        cmocka_unit_test(test_withdrawn__ends_when_nobody_uses_it),
        cmocka_unit_test(test_number__is_not_made_again_soon),
        cmocka_unit_test(test_add__until_there_is_no_place),
        cmocka_unit_test(test_fork__the_childs_numbers_are_its_own),
        cmocka_unit_test(test_threads__each_object_ends_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
