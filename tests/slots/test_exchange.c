/* What is refused before a card hears of an exchange, and what an exchange that failed leaves. */
#include "job.h"

/* A command that the slow card does not know: 6D00. */
static const uint8_t unknown[] = {0x00, 0xB0, 0x00, 0x00, 0x01};

/* Whatever the card would say, SW1 and SW2 must have room: without it the card is not asked. */
static void test_transmit__room_for_sw1_sw2(void **state) {
    struct rig *rig = *state;
    struct rm_card *card = connect(rig->a);
    uint8_t answer[3] = {0xAA, 0xAA, 0xAA};
    for (size_t room = 0; room < 2; ++room) {
        size_t size = room;
        assert_int_equal(rm_transmit(card, 0, unknown, sizeof unknown, answer, &size, RM_WITHIN(SOON)),
                         RM_E_INSUFFICIENT_BUFFER);
        assert_int_equal(size, 0);
        assert_int_equal(rig->slow->exchanges, 0);
        assert_int_equal(answer[0], 0xAA);
    }
    size_t size = 2;
    assert_int_equal(rm_transmit(card, 0, unknown, sizeof unknown, answer, &size, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(size, 2);
    assert_int_equal(rig->slow->exchanges, 1);
    assert_memory_equal(answer, ((const uint8_t[]){0x6D, 0x00, 0xAA}), 3);
}

static rm_status control(struct rig *rig, struct rm_card *card) {
    struct job job = {.rig = rig, .card = card};
    return job_control(&job);
}

/* A command for the reader keeps others away while it runs, and no longer. */
static void test_control__gives_the_reader_back(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_control, .rig = rig, .card = connect(rig->a)};
    struct rm_card *other = connect(rig->b);
    rig->slow->held = true;
    job_start(&job, job_is_inside);
    assert_int_equal(rm_begin(other, RM_WITHIN(0)), RM_E_TIMEOUT);
    rig->slow->held = false;
    job_end(&job, RM_OK);
    assert_int_equal(rm_end(job.card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    assert_int_equal(rm_begin(other, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_end(other, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
}

/* Who answers for the reader without a card is asked without its lock, and gives none back. */
static void test_control__of_the_reader_itself(void **state) {
    struct rig *rig = *state;
    struct slow_slot *vacant = slow_slot_create(1);
    struct rm_card *card = connect(rig->a), *other = connect(rig->b);
    struct rm_card_status status;
    rig->reader->vacant = &vacant->slot; /* the reader's from now on */
    assert_true(slots_remove(rig->reader));
    assert_int_equal(control(rig, card), RM_OK);
    slots_insert(rig->reader, &rig->slow->slot);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_reconnect(other, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_begin(card, RM_WITHIN(0)), RM_OK);
    assert_int_equal(rm_status_of(other, &status, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(rm_end(card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
}

/* It ends where the card goes to which it went; one that the reader itself answers goes on. */
static void test_control__while_the_card_goes(void **state) {
    struct rig *rig = *state;
    struct slow_slot *vacant = slow_slot_create(200);
    struct job job = {.call = job_control, .rig = rig, .card = connect(rig->a)};
    rig->slow->ms = RM_INFINITE; /* until it is called off */
    job_start(&job, job_is_inside);
    assert_true(slots_remove(rig->reader));
    job_end(&job, RM_E_CANCELLED);
    rig->reader->vacant = &vacant->slot;
    job.slot = vacant;
    job_start(&job, job_is_inside);
    assert_false(slots_remove(rig->reader));
    job_end(&job, RM_OK);
}

/* It waits for another's transaction, though the slot is free. */
static void test_control__waits_for_a_transaction(void **state) {
    struct rig *rig = *state;
    struct rm_card *holder = connect(rig->a);
    struct job job = {.call = job_control, .rig = rig, .card = connect(rig->b)};
    assert_int_equal(rm_begin(holder, RM_WITHIN(0)), RM_OK);
    job_start(&job, job_waits_for_lock);
    assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    job_end(&job, RM_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_transmit__room_for_sw1_sw2),       CASE(test_control__gives_the_reader_back),
        CASE(test_control__of_the_reader_itself),    CASE(test_control__while_the_card_goes),
        CASE(test_control__waits_for_a_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
