/*
 * Cards and readers that go just before something is done with them: calls that wait for the slot, or have
 * been given the reader and not woken up yet. Called as connection.c does, by whoever has the reader's mutex.
 */
#include "job.h"

#define LONG_MS 1500u

static rm_status reset(struct job *job) {
    struct slots_reader *reader = job->rig->reader;
    lock_take(&reader->mutex);
    const rm_status status = slots_reader_reset(reader, true, NULL);
    lock_give(&reader->mutex);
    return status;
}

/* RM_OK: there is a card that has lost its power. */
static rm_status unpower(struct job *job) {
    struct slots_reader *reader = job->rig->reader;
    lock_take(&reader->mutex);
    slots_reader_unpower(reader, NULL);
    const rm_status status = reader->power == SLOTS_OFF ? RM_OK : RM_E_NO_SMARTCARD;
    lock_give(&reader->mutex);
    return status;
}

static rm_status settle(struct job *job) {
    struct slots_reader *reader = job->rig->reader;
    lock_take(&reader->mutex);
    const rm_status status = slots_reader_use(reader, RM_PROTOCOL_T1); /* T=0 is in use */
    lock_give(&reader->mutex);
    return status;
}

static rm_status tell_vendor(struct job *job) {
    job->size = sizeof job->answer;
    return rm_get_attrib(job->card, RM_ATTR_VENDOR_NAME, job->answer, &job->size, RM_WITHIN(RM_INFINITE));
}

/* The card goes while others wait for the slot, in which a call is going on. */
static void test_gone__before_a_call_has_begun(void **state) {
    static rm_status (*const calls[])(struct job * job) = {reset, unpower, settle};
    struct rig *rig = *state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        struct job first = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
        struct job second = {.call = calls[i], .rig = rig};
        const uint32_t powers = rig->slow->powers, settles = rig->slow->settles;
        rig->slow->ms = LONG_MS;
        job_start(&first, job_is_inside);
        job_start(&second, job_waits_for_slot);
        assert_true(slots_remove(rig->reader));
        job_end(&second, RM_E_NO_SMARTCARD);
        job_end(&first, RM_W_REMOVED_CARD);
        assert_int_equal(rig->slow->powers, powers);
        assert_int_equal(rig->slow->settles, settles);
        assert_int_equal(rm_disconnect(first.card, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
        rig->slow->ms = 1;
        slots_insert(rig->reader, &rig->slow->slot);
    }
}

/* The card goes while its contacts lose power: it is gone, not unpowered. */
static void test_gone__in_the_middle_of_losing_power(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = unpower, .rig = rig};
    rig->slow->ms = LONG_MS;
    job_start(&job, job_is_inside);
    assert_true(slots_remove(rig->reader));
    job_end(&job, RM_E_NO_SMARTCARD);
    assert_int_equal(rig->reader->power, SLOTS_EMPTY);
}

static void test_gone__nothing_to_do(void **state) {
    struct rig *rig = *state;
    struct job job = {.rig = rig};
    assert_true(slots_remove(rig->reader));
    assert_int_equal(reset(&job), RM_E_NO_SMARTCARD);
    assert_int_equal(unpower(&job), RM_E_NO_SMARTCARD);
    assert_int_equal(rig->slow->powers, 1);
}

/* What the reader tells of itself goes on without the card. */
static void test_gone__question_to_the_reader_goes_on(void **state) {
    struct rig *rig = *state;
    struct slow_slot *reader = slow_slot_create(LONG_MS);
    struct job job = {.call = tell_vendor, .rig = rig, .card = connect(rig->a), .slot = reader};
    rig->reader->vacant = &reader->slot; /* whose it is from now on */
    job_start(&job, job_is_inside);
    assert_true(slots_remove(rig->reader));
    job_end(&job, RM_OK);
    assert_string_equal((const char *)job.answer, SLOW_SLOT_VENDOR);
}

/* The reader goes when the call has been given its turn and has not woken up: it ends without the slot. */
static void test_unplugged__in_ones_turn(void **state) {
    static rm_status (*const calls[])(struct job * job) = {job_control, job_connect};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        if (i)
            assert_int_equal(rig_setup(state), 0);
        struct rig *rig = *state;
        struct slots_reader *reader = rig->reader;
        struct rm_card *holder = connect(rig->a);
        struct job job = {.call = calls[i], .rig = rig, .card = i ? NULL : connect(rig->b)};
        assert_int_equal(rm_begin(holder, RM_WITHIN(SOON)), RM_OK);
        job_start(&job, job_waits_for_lock);
        lock_take(&reader->mutex);
        assert_true(slots_lock_give(&reader->lock, reader->lock.owner));
        slots_reader_unplug(reader);
        lock_give(&reader->mutex);
        job_end(&job, RM_E_READER_UNAVAILABLE);
        assert_int_equal(rig->slow->exchanges, 0);
        if (i == 0)
            assert_int_equal(rig_teardown(state), 0);
    }
}

/* A connection to a reader that has gone knows nothing about it any more, not even what it is called. */
static void test_unplugged__tells_nothing(void **state) {
    static const uint32_t ids[] = {RM_ATTR_FRIENDLY_NAME, RM_ATTR_ATR_STRING, RM_ATTR_VENDOR_NAME};
    struct rig *rig = *state;
    struct rm_card *card = connect(rig->a);
    slots_clear(rig->service);
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; ++i) {
        uint8_t value[64];
        size_t size = sizeof value;
        assert_int_equal(rm_get_attrib(card, ids[i], value, &size, RM_WITHIN(RM_INFINITE)),
                         RM_E_READER_UNAVAILABLE);
    }
}

/* What a lock answers at once. */
static void test_lock__closed_or_full(void **state) {
    struct rig *rig = *state;
    struct lock *mutex = &rig->reader->mutex;
    struct slots_lock lock = {.owner = rig, .depth = UINT32_MAX};
    const struct slots_claim claim = {.owner = rig, .bound = RM_WITHIN(SOON)};
    lock_take(mutex);
    assert_int_equal(slots_lock_take(&lock, mutex, &claim), RM_E_NO_MEMORY);
    assert_int_equal(lock.depth, UINT32_MAX);
    lock.depth = 1;
    assert_int_equal(slots_lock_take(&lock, mutex, &claim), RM_OK);
    slots_lock_close(&lock);
    assert_int_equal(slots_lock_take(&lock, mutex, &claim), RM_E_READER_UNAVAILABLE);
    assert_int_equal(lock.depth, 2);
    lock_give(mutex);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, rig_setup, rig_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_gone__before_a_call_has_begun), CASE(test_gone__in_the_middle_of_losing_power),
        CASE(test_gone__nothing_to_do),           CASE(test_gone__question_to_the_reader_goes_on),
        CASE(test_unplugged__in_ones_turn),       CASE(test_unplugged__tells_nothing),
        CASE(test_lock__closed_or_full),
    };
    return cmocka_run_group_tests_name("gone", tests, NULL, NULL);
}
