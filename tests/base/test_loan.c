/* Memory that is lent for a call: whose it is, how much of it there is, and that no two have the same. */
#include "base/loan.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "support/fakes/allocator.h"

#define SIZE 4096u
#define THREADS 4
#define ROUNDS 20000

static void test_loan__is_the_same_again(void **state) {
    struct loan *loan = &loan_nothing, *other = &loan_nothing;
    (void)state;
    assert_true(loan_take(&loan, SIZE));
    assert_ptr_not_equal(loan, &loan_nothing);
    const struct loan *first = loan;
    assert_true(loan->size >= SIZE);
    memset(loan->bytes, 0xA5, SIZE);
    loan_give(loan);
    allocator_allow(0); /* whoever comes next needs no more */
    for (int i = 0; i < 3; i++) {
        assert_true(loan_take(&loan, SIZE));
        assert_ptr_equal(loan, first);
        loan_give(loan);
        assert_true(loan_take(&other, SIZE));
        assert_ptr_equal(other, first);
        loan_give(other);
    }
    allocator_allow(ALLOCATOR_UNLIMITED);
}

static void test_loan__two_at_a_time(void **state) {
    struct loan *one = &loan_nothing, *two = &loan_nothing;
    (void)state;
    assert_true(loan_take(&one, SIZE));
    assert_true(loan_take(&two, SIZE));
    assert_ptr_not_equal(one, two);
    const struct loan *first = one, *second = two;
    loan_give(one);
    loan_give(two);
    allocator_allow(0); /* each has its own from now on */
    assert_true(loan_take(&two, SIZE));
    assert_true(loan_take(&one, SIZE));
    assert_ptr_equal(one, first);
    assert_ptr_equal(two, second);
    loan_give(one);
    loan_give(two);
    allocator_allow(ALLOCATOR_UNLIMITED);
}

static void test_loan__larger(void **state) {
    struct loan *small = &loan_nothing, *large = &loan_nothing;
    (void)state;
    assert_true(loan_take(&small, SIZE));
    loan_give(small);
    assert_true(loan_take(&large, 8 * SIZE));
    assert_ptr_not_equal(large, small);
    memset(large->bytes, 0, 8 * SIZE);
    loan_give(large);
}

static void test_loan__out_of_memory(void **state) {
    struct loan *loan = &loan_nothing;
    (void)state;
    allocator_allow(0);
    assert_false(loan_take(&loan, 64 * SIZE));
    allocator_allow(ALLOCATOR_UNLIMITED);
    assert_ptr_equal(loan, &loan_nothing);
    assert_true(loan_take(&loan, 64 * SIZE));
    loan_give(loan);
}

/* Borrows again and again, and looks whether anybody else writes to it meanwhile. NULL: nobody has. */
static void *borrow(void *mark) {
    struct loan *loan = &loan_nothing;
    const uint8_t mine = *(const uint8_t *)mark;
    for (int i = 0; i < ROUNDS; i++) {
        if (!loan_take(&loan, 2 * SIZE))
            return mark;
        memset(loan->bytes, mine, 64);
        for (size_t at = 0; at < 64; at++)
            if (loan->bytes[at] != mine)
                return mark;
        loan_give(loan);
    }
    return NULL;
}

static void test_loan__many_threads(void **state) {
    pthread_t threads[THREADS];
    uint8_t marks[THREADS];
    (void)state;
    for (int i = 0; i < THREADS; i++) {
        marks[i] = (uint8_t)(i + 1);
        assert_int_equal(pthread_create(&threads[i], NULL, borrow, &marks[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loan__is_the_same_again),
        cmocka_unit_test(test_loan__two_at_a_time),
        cmocka_unit_test(test_loan__larger),
        cmocka_unit_test(test_loan__out_of_memory),
        cmocka_unit_test(test_loan__many_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
