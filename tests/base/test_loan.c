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

/* Two objects that had the same block, each used by a thread of its own, one after the other. */
struct turn {
    struct loan *loan;
};

static void *take_turn(void *data) {
    struct turn *turn = data;
    if (!loan_take(&turn->loan, SIZE))
        return NULL;
    loan_give(turn->loan);
    return turn;
}

static void in_a_thread(struct turn *turn) {
    pthread_t thread;
    void *done = NULL;
    assert_int_equal(pthread_create(&thread, NULL, take_turn, turn), 0);
    assert_int_equal(pthread_join(thread, &done), 0);
    assert_ptr_equal(done, turn);
}

static void test_loan__threads_that_never_meet_part(void **state) {
    struct turn first = {&loan_nothing}, second = {&loan_nothing};
    (void)state;
    assert_non_null(take_turn(&first));
    assert_non_null(take_turn(&second));
    assert_ptr_equal(first.loan, second.loan);
    for (int i = 0; i < 100 && first.loan == second.loan; i++) {
        assert_non_null(take_turn(&first)); /* by this thread */
        in_a_thread(&second);
    }
    assert_ptr_not_equal(first.loan, second.loan);
    const struct loan *block = first.loan; /* from then on each keeps its own */
    for (int i = 0; i < 100; i++)
        assert_non_null(take_turn(&first));
    assert_ptr_equal(first.loan, block);
}

static void test_loan__one_object_handed_on_now_and_then_keeps_its_block(void **state) {
    struct turn turn = {&loan_nothing};
    (void)state;
    assert_non_null(take_turn(&turn));
    const struct loan *block = turn.loan;
    for (int i = 0; i < 4; i++) {
        in_a_thread(&turn);
        for (int j = 0; j < 100; j++)
            assert_non_null(take_turn(&turn));
    }
    assert_ptr_equal(turn.loan, block);
}

static void test_loan__stays_where_there_is_no_memory_for_another(void **state) {
    struct turn turn = {&loan_nothing};
    (void)state;
    assert_true(loan_take(&turn.loan, 128 * SIZE)); /* of a size that no other block has */
    loan_give(turn.loan);
    const struct loan *block = turn.loan;
    for (int i = 0; i < 100; i++) {
        allocator_allow(0);
        assert_true(loan_take(&turn.loan, 128 * SIZE));
        loan_give(turn.loan);
        allocator_allow(ALLOCATOR_UNLIMITED);
        in_a_thread(&turn);
    }
    assert_ptr_equal(turn.loan, block);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loan__is_the_same_again),
        cmocka_unit_test(test_loan__two_at_a_time),
        cmocka_unit_test(test_loan__larger),
        cmocka_unit_test(test_loan__out_of_memory),
        cmocka_unit_test(test_loan__many_threads),
        cmocka_unit_test(test_loan__threads_that_never_meet_part),
        cmocka_unit_test(test_loan__one_object_handed_on_now_and_then_keeps_its_block),
        cmocka_unit_test(test_loan__stays_where_there_is_no_memory_for_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
