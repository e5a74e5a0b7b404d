/*
 * Calls into a slot that takes its time: who waits for it and who does not, and what happens to the card
 * meanwhile.
 */
#include <string.h>

#include "job.h"

#define LONG_MS 1500u
#define AT_ONCE_MS 700u /* much less than that, on a busy machine */

static rm_status insert(struct job *job) {
    slots_insert(job->rig->reader, &job->rig->slow->slot);
    return RM_OK;
}

static rm_status ask_now(struct rig *rig, struct rm_card *card) {
    struct job job = {.rig = rig, .card = card};
    return job_ask(&job);
}

static uint32_t look(struct rm_context *client) {
    struct rm_reader_state state = {.reader = READER};
    assert_int_equal(rm_wait(client, &state, 1, RM_WITHIN(0)), RM_OK);
    return state.event & 0xFFFFu & ~(uint32_t)RM_STATE_CHANGED;
}

/* The card takes long from now on; deaf: whatever happens. */
static void make_slow(struct rig *rig, bool deaf) {
    rig->slow->ms = LONG_MS;
    rig->slow->deaf = deaf;
}

static void test_exchange__nobody_else_waits(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
    struct rm_card *other = connect(rig->b);
    struct rm_card_status status;
    make_slow(rig, true);
    job_start(&job, job_is_inside);
    const uint64_t start = clock_ms();
    assert_int_equal(look(rig->b), RM_STATE_PRESENT | RM_STATE_INUSE);
    assert_int_equal(rm_status_of(other, &status, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(status.state, RM_CARD_SPECIFIC);
    assert_int_equal(status.atr_size, 5);
    assert_int_equal(rm_status_of(job.card, &status, RM_WITHIN(SOON)), RM_OK);
    rm_cancel(rig->b);
    rm_cancel(rig->a); /* in vain: this card cannot be left alone */
    assert_int_in_range(clock_ms() - start, 0, AT_ONCE_MS);
    assert_int_equal(rig->slow->inside, 1);
    job_end(&job, RM_OK);
    assert_int_equal(job.size, 10);
    assert_int_equal(job.answer[8], 0x90);
}

static void test_exchange__others_wait_for_the_card(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
    struct rm_card *other = connect(rig->b);
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[10];
    size_t size = sizeof answer;
    make_slow(rig, true);
    job_start(&job, job_is_inside);
    assert_int_equal(rm_transmit(other, 0, challenge, sizeof challenge, answer, &size, RM_WITHIN(20)),
                     RM_E_TIMEOUT);
    assert_int_equal(rm_begin(other, RM_WITHIN(20)), RM_E_TIMEOUT);
    rig->slow->ms = 1;
    assert_int_equal(ask_now(rig, other), RM_OK);
    job_end(&job, RM_OK);
}

/* Who holds a transaction while his exchange takes its time keeps the others waiting, also for the status. */
static void test_exchange__in_a_transaction(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
    struct rm_card *other = connect(rig->b);
    struct rm_card_status status;
    assert_int_equal(rm_begin(job.card, RM_WITHIN(SOON)), RM_OK);
    make_slow(rig, false);
    job_start(&job, job_is_inside);
    assert_int_equal(rm_status_of(other, &status, RM_WITHIN(20)), RM_E_TIMEOUT);
    job_end(&job, RM_OK);
    assert_int_equal(rm_end(job.card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_status_of(other, &status, RM_WITHIN(0)), RM_OK);
}

static void test_exchange__is_cancelled(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
    struct rm_card *other = connect(rig->b);
    make_slow(rig, false);
    rig->slow->ms = 10 * SOON;
    job_start(&job, job_is_inside);
    rm_cancel(rig->b); /* not its own */
    rm_cancel(rig->a);
    job_end(&job, RM_E_CANCELLED);
    assert_int_equal(job.size, 0);
    assert_int_in_range(job.took_ms, 250, SOON); /* it was given a moment */
    rig->slow->ms = 1;
    /* Nobody knows what has become of the command. */
    assert_int_equal(ask_now(rig, job.card), RM_W_RESET_CARD);
    assert_int_equal(rm_reconnect(job.card, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(ask_now(rig, job.card), RM_OK);
    assert_int_equal(ask_now(rig, other), RM_OK);
}

/* The card goes at once for all; the slot stays until the driver comes back. */
static void test_remove__in_the_middle_of_an_exchange(void **state) {
    struct rig *rig = *state;
    for (int deaf = 0; deaf < 2; ++deaf) {
        _Atomic bool released = false;
        struct job job = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
        make_slow(rig, deaf);
        rig->slow->released = &released;
        job_start(&job, job_is_inside);
        const uint64_t start = clock_ms();
        assert_true(slots_remove(rig->reader));
        assert_false(slots_remove(rig->reader));
        assert_int_equal(look(rig->b), RM_STATE_EMPTY);
        slot_drop(&rig->slow->slot);
        assert_int_in_range(clock_ms() - start, 0, AT_ONCE_MS);
        if (deaf)
            assert_false(released);
        rig->slow = NULL;
        job_end(&job, RM_W_REMOVED_CARD);
        assert_int_equal(job.size, 0);
        assert_int_in_range(job.took_ms, 0, deaf ? SOON : LONG_MS);
        assert_true(released);
        rig->slow = slow_slot_create(1);
        slots_insert(rig->reader, &rig->slow->slot);
        assert_int_equal(ask_now(rig, job.card), RM_W_REMOVED_CARD);
        assert_int_equal(rm_reconnect(job.card, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
        assert_int_equal(ask_now(rig, job.card), RM_OK);
    }
}

/* The same slot again: its driver is not called by two at once, whoever waits for that. */
static void test_insert__waits_for_the_exchange_before(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
    make_slow(rig, true);
    job_start(&job, job_is_inside);
    assert_true(slots_remove(rig->reader));
    rig->slow->ms = 1;
    slots_insert(rig->reader, &rig->slow->slot);
    assert_int_equal(look(rig->b), RM_STATE_PRESENT | RM_STATE_INUSE);
    job_end(&job, RM_W_REMOVED_CARD);
    assert_int_equal(rig->slow->overlaps, 0);
}

static void test_insert__from_another_thread(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = insert, .rig = rig};
    struct rm_reader_state seen = {.reader = READER};
    struct rm_card *card = NULL;
    assert_true(slots_remove(rig->reader));
    assert_int_equal(rm_wait(rig->a, &seen, 1, RM_WITHIN(0)), RM_OK);
    seen.current = seen.event & ~(uint32_t)RM_STATE_CHANGED;
    make_slow(rig, true);
    rig->slow->ms = AT_ONCE_MS;
    job_start(&job, job_is_inside);
    /* Until it has answered, it is not there. */
    assert_int_equal(look(rig->b), RM_STATE_EMPTY);
    assert_int_equal(rm_connect(rig->b, READER, RM_SHARE_SHARED, ANY, RM_WITHIN(0), &card),
                     RM_E_NO_SMARTCARD);
    assert_int_equal(rm_wait(rig->a, &seen, 1, RM_WITHIN(SOON)), RM_OK);
    assert_true(seen.event & RM_STATE_PRESENT);
    assert_int_equal(seen.atr_size, 5);
    job_end(&job, RM_OK);
    rig->slow->ms = 1;
    card = connect(rig->b);
    assert_int_equal(ask_now(rig, card), RM_OK);
}

static void test_insert__card_or_reader_goes_before_it_answers(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = insert, .rig = rig};
    for (int unplug = 0; unplug < 2; ++unplug) {
        (void)slots_remove(rig->reader);
        make_slow(rig, true);
        rig->slow->ms = AT_ONCE_MS;
        job_start(&job, job_is_inside);
        if (unplug)
            assert_int_equal(slots_unplug(rig->service, READER), RM_OK);
        else
            assert_false(slots_remove(rig->reader)); /* nobody has seen it yet */
        job_end(&job, RM_OK);
        assert_null(rig->reader->slot);
    }
    assert_int_equal(slots_unplug(rig->service, READER), RM_E_UNKNOWN_READER);
    assert_int_equal(insert(&job), RM_OK); /* into a reader that is gone */
    assert_null(rig->reader->slot);
}

static void test_exchange__finds_the_card_gone(void **state) {
    struct rig *rig = *state;
    struct rm_card *card = connect(rig->a), *other = connect(rig->b);
    rig->slow->pulled = true;
    assert_int_equal(ask_now(rig, card), RM_W_REMOVED_CARD);
    assert_int_equal(look(rig->a), RM_STATE_EMPTY);
    assert_int_equal(ask_now(rig, other), RM_W_REMOVED_CARD);
    assert_int_equal(rig->slow->exchanges, 1);
}

static void test_unplug__in_the_middle_of_an_exchange(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
    make_slow(rig, false);
    rig->slow->ms = 10 * SOON;
    job_start(&job, job_is_inside);
    slots_clear(rig->service);
    job_end(&job, RM_E_READER_UNAVAILABLE);
    assert_int_in_range(job.took_ms, 0, SOON);
}

/*
 * Two views of one connection: the reader is both's, the slot one's at a time, and who ends the connection
 * ends the calls.
 */
static void test_adopt__one_at_a_time(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
    struct rm_card *view = NULL;
    assert_int_equal(rm_adopt(rig->b, rm_card_handle(job.card), RM_WITHIN(0), &view), RM_OK);
    make_slow(rig, true);
    rig->slow->ms = AT_ONCE_MS;
    job_start(&job, job_is_inside);
    assert_int_equal(ask_now(rig, view), RM_OK);
    job_end(&job, RM_OK);
    assert_int_equal(rig->slow->overlaps, 0);

    make_slow(rig, false);
    rig->slow->ms = 10 * SOON;
    job_start(&job, job_is_inside);
    assert_int_equal(rm_disconnect(view, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    job_end(&job, RM_E_INVALID_HANDLE);
}

/* Who waits for a slot behind another call of the same connection is cancelled, too. */
static void test_adopt__waiting_is_cancelled(void **state) {
    struct rig *rig = *state;
    struct job first = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
    struct job second = {.call = job_ask, .rig = rig};
    assert_int_equal(rm_adopt(rig->b, rm_card_handle(first.card), RM_WITHIN(0), &second.card), RM_OK);
    rig->slow->held = true;
    job_start(&first, job_is_inside);
    job_start(&second, job_waits_for_slot);
    rm_cancel(rig->b);
    job_end(&second, RM_E_CANCELLED);
    rig->slow->held = false;
    job_end(&first, RM_OK);
    assert_int_equal(rig->slow->exchanges, 1);
}

static void test_settle__once_after_power(void **state) {
    struct rig *rig = *state;
    struct rm_card *card = connect(rig->a), *other = connect(rig->b), *raw = NULL;
    assert_int_equal(rig->slow->settles, 1);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, ANY, RM_RESET, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rig->slow->settles, 2);
    assert_int_equal(rm_reconnect(other, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rig->slow->settles, 2);
    assert_int_equal(rm_connect(rig->a, READER, RM_SHARE_SHARED, RM_PROTOCOL_RAW, RM_WITHIN(SOON), &raw),
                     RM_OK);
    assert_int_equal(rig->slow->settles, 2);
    assert_int_equal(ask_now(rig, raw), RM_OK);
    rig->slow->stubborn = true;
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, ANY, RM_UNPOWER, RM_WITHIN(SOON)),
                     RM_E_PROTO_MISMATCH);
    assert_int_equal(rig->slow->settles, 3);
    assert_int_equal(rig->slow->powers, 3);
}

static void test_control__goes_to_the_slot(void **state) {
    struct rig *rig = *state;
    static const uint8_t bytes[] = {1, 2, 3};
    struct rm_card *card = connect(rig->a);
    uint8_t answer[4] = {0};
    size_t size = sizeof answer;
    assert_int_equal(
        rm_control(card, SLOW_SLOT_CODE, bytes, sizeof bytes, answer, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, sizeof bytes);
    assert_memory_equal(answer, bytes, sizeof bytes);
    size = sizeof bytes - 1;
    assert_int_equal(
        rm_control(card, SLOW_SLOT_CODE, bytes, sizeof bytes, answer, &size, RM_WITHIN(RM_INFINITE)),
        RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    size = sizeof answer;
    assert_int_equal(rm_control(card, 1, bytes, sizeof bytes, answer, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(size, 0);
    assert_true(slots_remove(rig->reader));
    size = sizeof answer;
    assert_int_equal(
        rm_control(card, SLOW_SLOT_CODE, bytes, sizeof bytes, answer, &size, RM_WITHIN(RM_INFINITE)),
        RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(slots_unplug(rig->service, READER), RM_OK);
    size = sizeof answer;
    assert_int_equal(
        rm_control(card, SLOW_SLOT_CODE, bytes, sizeof bytes, answer, &size, RM_WITHIN(RM_INFINITE)),
        RM_E_READER_UNAVAILABLE);
}

static void test_control__waits_for_its_turn_until_cancelled(void **state) {
    struct rig *rig = *state;
    struct job job = {.call = job_ask, .rig = rig, .card = connect(rig->a)};
    struct job waiting = {.call = job_control, .rig = rig, .card = connect(rig->b)};
    rig->slow->held = true;
    job_start(&job, job_is_inside);
    job_start(&waiting, job_waits_for_lock);
    rm_cancel(rig->b);
    job_end(&waiting, RM_E_CANCELLED);
    rig->slow->held = false;
    job_end(&job, RM_OK);
}

static void test_attrib__slot_before_reader(void **state) {
    struct rig *rig = *state;
    struct rm_card *card = connect(rig->a);
    uint8_t value[64];
    size_t size = sizeof value;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, value, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, sizeof SLOW_SLOT_VENDOR);
    assert_memory_equal(value, SLOW_SLOT_VENDOR, size);
    size = 1;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, sizeof SLOW_SLOT_VENDOR);
    size = 0;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, NULL, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, sizeof SLOW_SLOT_VENDOR);
    size = sizeof value;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_CHARACTERISTICS, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_OK); /* the reader's */
    assert_int_equal(size, 4);
    size = sizeof value;
    assert_int_equal(rm_get_attrib(card, 0x12345678, value, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    /* Of the card's state the reader tells, also while the slot is busy. */
    struct job job = {.call = job_ask, .rig = rig, .card = card};
    make_slow(rig, true);
    job_start(&job, job_is_inside);
    const uint64_t start = clock_ms();
    size = sizeof value;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_ATR_STRING, value, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, 5);
    assert_int_in_range(clock_ms() - start, 0, AT_ONCE_MS);
    job_end(&job, RM_OK);
}

static void test_mute__until_a_reset(void **state) {
    struct rig *rig = *state;
    struct rm_card *card = connect(rig->a);
    slots_mute(rig->reader);
    assert_int_equal(look(rig->b), RM_STATE_PRESENT | RM_STATE_INUSE | RM_STATE_MUTE);
    assert_int_equal(ask_now(rig, card), RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, ANY, RM_UNPOWER, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(ask_now(rig, card), RM_OK);
    assert_true(slots_remove(rig->reader));
    slots_mute(rig->reader);
    assert_int_equal(look(rig->b), RM_STATE_EMPTY);
}

/* Who connects to a mute card starts it once more, unless somebody has it: that one decides. */
static void test_mute__until_somebody_connects(void **state) {
    struct rig *rig = *state;
    struct rm_card *card = NULL;
    slots_mute(rig->reader);
    card = connect(rig->a);
    assert_int_equal(ask_now(rig, card), RM_OK);
    slots_mute(rig->reader);
    struct rm_card *other = NULL;
    assert_int_equal(rm_connect(rig->b, READER, RM_SHARE_SHARED, ANY, RM_WITHIN(SOON), &other),
                     RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(SOON)), RM_OK);
    other = connect(rig->b);
    assert_int_equal(ask_now(rig, other), RM_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_exchange__nobody_else_waits),
        CASE(test_exchange__others_wait_for_the_card),
        CASE(test_exchange__in_a_transaction),
        CASE(test_exchange__is_cancelled),
        CASE(test_remove__in_the_middle_of_an_exchange),
        CASE(test_insert__waits_for_the_exchange_before),
        CASE(test_insert__from_another_thread),
        CASE(test_insert__card_or_reader_goes_before_it_answers),
        CASE(test_exchange__finds_the_card_gone),
        CASE(test_unplug__in_the_middle_of_an_exchange),
        CASE(test_adopt__one_at_a_time),
        CASE(test_adopt__waiting_is_cancelled),
        CASE(test_settle__once_after_power),
        CASE(test_control__goes_to_the_slot),
        CASE(test_control__waits_for_its_turn_until_cancelled),
        CASE(test_attrib__slot_before_reader),
        CASE(test_mute__until_a_reset),
        CASE(test_mute__until_somebody_connects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
