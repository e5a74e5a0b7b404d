/*
 * What a call that had to wait for the reader leaves behind: no level of its lock, whatever came of the wait;
 * and whom it waits for.
 */
#include "job.h"

static void test_status__keeps_nothing_of_the_lock(void **state) {
    struct rig *rig = *state;
    struct rm_card *holder = connect(rig->a);
    struct job job = {.call = job_status, .rig = rig, .card = connect(rig->b)};
    assert_int_equal(rm_begin(holder, RM_WITHIN(0)), RM_OK);
    job_start(&job, job_waits_for_lock);
    assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    job_end(&job, RM_OK);
    assert_int_equal(job.card_status.state, RM_CARD_SPECIFIC);
    assert_int_equal(rm_end(job.card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_int_equal(rm_begin(holder, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
}

/* Nor does one that waited in vain give a level back that it has not had. */
static void test_status__in_vain_gives_nothing_back(void **state) {
    struct rig *rig = *state;
    struct rm_card *card = connect(rig->a), *other = connect(rig->b);
    struct rm_card_status status;
    assert_int_equal(rm_begin(other, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(10)), RM_E_TIMEOUT);
    assert_int_equal(rm_end(other, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_begin(card, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_status_of(other, &status, RM_WITHIN(0)), RM_E_TIMEOUT); /* it is a transaction */
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_status_of(other, &status, RM_WITHIN(0)), RM_OK);
}

/* Who waits hears of a reset at once, not when the one who did it gives the reader back. */
static void test_begin__hears_of_a_reset_while_it_waits(void **state) {
    struct rig *rig = *state;
    struct rm_card *holder = connect(rig->a);
    struct job job = {.call = job_begin, .rig = rig, .card = connect(rig->b)};
    assert_int_equal(rm_begin(holder, RM_WITHIN(0)), RM_OK);
    job_start(&job, job_waits_for_lock);
    assert_int_equal(rm_reconnect(holder, RM_SHARE_SHARED, ANY, RM_RESET, RM_WITHIN(0)), RM_OK);
    job_end(&job, RM_W_RESET_CARD);
    assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
}

/* A transaction that had to be waited for ends with the card as any other does. */
static void test_begin__after_a_wait_ends_with_the_card(void **state) {
    struct rig *rig = *state;
    struct rm_card *holder = connect(rig->a);
    struct job job = {.call = job_begin, .rig = rig, .card = connect(rig->b)};
    assert_int_equal(rm_begin(holder, RM_WITHIN(0)), RM_OK);
    job_start(&job, job_waits_for_lock);
    assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    job_end(&job, RM_OK);
    assert_int_equal(rm_begin(holder, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_true(slots_remove(rig->reader));
    slots_insert(rig->reader, &rig->slow->slot);
    assert_int_equal(rm_reconnect(holder, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_begin(holder, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_end(job.card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_W_REMOVED_CARD);
}

/* Who is still connecting has no transaction, however long the card takes for it. */
static void test_status__does_not_wait_for_who_connects(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_connect, .rig = rig};
    struct rm_card *direct = NULL;
    struct rm_card_status status;
    assert_int_equal(rm_connect(rig->a, READER, RM_SHARE_DIRECT, 0, RM_WITHIN(0), &direct), RM_OK);
    rig->slow->held = true;
    job_start(&job, job_is_inside); /* it agrees on a protocol */
    assert_int_equal(rm_status_of(direct, &status, RM_WITHIN(0)), RM_OK);
    assert_int_equal(status.state, RM_CARD_NEGOTIABLE);
    rig->slow->held = false;
    job_end(&job, RM_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_status__keeps_nothing_of_the_lock),      CASE(test_status__in_vain_gives_nothing_back),
        CASE(test_status__does_not_wait_for_who_connects), CASE(test_begin__hears_of_a_reset_while_it_waits),
        CASE(test_begin__after_a_wait_ends_with_the_card),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
