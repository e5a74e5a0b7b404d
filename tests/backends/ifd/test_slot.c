/* A driver that does what it should not, and one that does what it should: what clients see of it. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "rig.h"

/* Cards that come and go */

static void come_and_go(bool polls) {
    struct fake_ifd fake = {.slots = 1, .polls = polls};
    struct rig rig = rig_open(&fake);
    for (int i = 0; i < 3; ++i) {
        fake.card[0] = true;
        assert_true(rig_await(&rig, RIG_READER, RM_STATE_PRESENT));
        assert_int_equal(fake.starts, i + 1);
        struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
        assert_int_equal(rig_ask(card), RM_OK);
        fake.card[0] = false;
        assert_true(rig_await(&rig, RIG_READER, RM_STATE_EMPTY));
        assert_int_equal(rig_ask(card), RM_W_REMOVED_CARD);
        rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    }
    assert_true(polls ? fake.waits > 0 : fake.waits == 0);
    const uint64_t start = clock_ms();
    rig_close(&rig);
    assert_int_in_range(clock_ms() - start, 0, 900); /* it is stopped, not waited for */
    assert_true(polls ? fake.stops > 0 : fake.stops == 0);
}

static void test_presence__asked_for(void **state) {
    (void)state;
    come_and_go(false);
}

static void test_presence__told_by_the_driver(void **state) {
    (void)state;
    come_and_go(true);
}

/* An answer that is none says nothing of the card. */
static void test_presence__confused(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    (void)state;
    fake.presence = 612;
    rig_nap(200);
    assert_int_equal(rig_ask(card), RM_OK);
    fake.presence = 4711;
    rig_nap(200);
    assert_int_equal(rig_ask(card), RM_OK);
    assert_int_equal(fake.starts, 1);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
}

/* The cable is pulled: the reader goes from the list, its channel is closed. */
static void test_presence__no_such_device(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    struct names names = {0};
    (void)state;
    fake.presence = 617;
    assert_true(rig_await(&rig, RIG_READER, RM_STATE_UNAVAILABLE));
    assert_int_equal(rig_ask(card), RM_E_READER_UNAVAILABLE);
    assert_int_equal(rm_list_readers(rig.context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    assert_int_equal(names_count(&names), 0);
    names_clear(&names);
    assert_int_equal(fake.closed, 1);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
    assert_int_equal(fake.closed, 1);
}

/* Codes */

static void test_exchange__codes(void **state) {
    static const struct {
        long code;
        rm_status status;
    } rows[] = {{612, RM_E_NOT_TRANSACTED},
                {613, RM_W_UNRESPONSIVE_CARD},
                {614, RM_E_NOT_TRANSACTED},
                {4711, RM_E_NOT_TRANSACTED},
                {617, RM_E_READER_UNAVAILABLE}};
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        fake.transmit = rows[i].code;
        assert_int_equal(rig_ask(card), rows[i].status);
    }
    fake.transmit = 0;
    assert_int_equal(rig_ask(card), RM_OK);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
}

/* A card that is pulled in the middle of a command is seen to be gone with its failure, not later. */
static void test_exchange__card_vanishes(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    struct rm_reader_state seen = {.reader = RIG_READER};
    (void)state;
    fake.vanishes = true;
    assert_int_equal(rig_ask(card), RM_W_REMOVED_CARD);
    assert_int_equal(rm_wait(rig.context, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_true(seen.event & RM_STATE_EMPTY);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
}

static void test_exchange__room(void **state) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    static uint8_t large[70000];
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    uint8_t answer[12] = {[9] = 0xEE};
    size_t size = 9;
    (void)state;
    assert_int_equal(rm_transmit(card, 0, challenge, 5, answer, &size, RM_WITHIN(RIG_SOON)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 0);
    assert_int_equal(answer[9], 0xEE);
    size = sizeof answer;
    assert_int_equal(rm_transmit(card, 0, large, sizeof large, answer, &size, RM_WITHIN(RIG_SOON)),
                     RM_E_INVALID_PARAMETER);
    assert_int_equal(rig_ask(card), RM_OK);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
}

/* Numbers of bytes that cannot be are no bytes. */
static void test_absurd__sizes(void **state) {
    static const uint8_t ask = 1;
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    uint8_t bytes[300];
    size_t size = sizeof bytes;
    (void)state;
    fake.absurd = true;
    assert_int_equal(rig_ask(card), RM_E_NOT_TRANSACTED);
    assert_int_equal(rm_control(card, 0x310000 + 4 * 2, &ask, 1, bytes, &size, RM_WITHIN(RM_INFINITE)),
                     RM_OK);
    assert_int_equal(size, 0);
    size = sizeof bytes;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, bytes, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_string_equal((const char *)bytes, "scardssp"); /* not the driver's */
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RIG_ANY, RM_UNPOWER, RM_WITHIN(RIG_SOON)),
                     RM_W_UNRESPONSIVE_CARD);
    fake.absurd = false;
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RIG_ANY, RM_UNPOWER, RM_WITHIN(RIG_SOON)), RM_OK);
    assert_int_equal(rig_ask(card), RM_OK);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
}

/* The reader itself: with a card and without */

static void ask_reader(struct rm_card *card) {
    static const uint8_t features[] = {0x06, 0x04, 0x42, 0x33, 0x00, 0x06};
    uint8_t bytes[300];
    size_t size = sizeof bytes;
    assert_int_equal(rm_control(card, 0x310000 + 4 * 3400, NULL, 0, bytes, &size, RM_WITHIN(RM_INFINITE)),
                     RM_OK);
    assert_int_equal(size, sizeof features);
    assert_memory_equal(bytes, features, sizeof features);
    size = sizeof bytes; /* the code that the feature tells, as it is */
    assert_int_equal(
        rm_control(card, 0x42330006, (const uint8_t *)"PIN", 3, bytes, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, 3);
    assert_memory_equal(bytes, "PIN", 3);
    size = 2;
    assert_int_equal(
        rm_control(card, 0x42330006, (const uint8_t *)"PIN", 3, bytes, &size, RM_WITHIN(RM_INFINITE)),
        RM_E_INSUFFICIENT_BUFFER);
    size = sizeof bytes;
    assert_int_equal(rm_control(card, 0x310000 + 4 * 77, NULL, 0, bytes, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_UNSUPPORTED_FEATURE);
    size = sizeof bytes;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, bytes, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, 7);
    assert_string_equal((const char *)bytes, "Fakers");
    size = 3;
    assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, bytes, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_INSUFFICIENT_BUFFER);
    assert_int_equal(size, 7);
    assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, NULL, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(size, 7);
}

static void test_reader__with_and_without_a_card(void **state) {
    struct fake_ifd fake = {.slots = 1};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_DIRECT);
    (void)state;
    ask_reader(card);
    fake.card[0] = true;
    assert_true(rig_await(&rig, RIG_READER, RM_STATE_PRESENT));
    ask_reader(card);
    fake.card[0] = false;
    assert_true(rig_await(&rig, RIG_READER, RM_STATE_EMPTY));
    ask_reader(card);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
}

/* Another client's transaction keeps commands away, and no question for an attribute. */
static void test_reader__attributes_in_anothers_transaction(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    struct rm_card *other = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    uint8_t bytes[300];
    size_t size = sizeof bytes;
    (void)state;
    assert_int_equal(rm_begin(other, RM_WITHIN(RIG_SOON)), RM_OK);
    assert_int_equal(rm_get_attrib(card, RM_ATTR_VENDOR_NAME, bytes, &size, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_string_equal((const char *)bytes, "Fakers");
    assert_int_equal(rm_begin(card, RM_WITHIN(50)), RM_E_TIMEOUT);
    assert_int_equal(rm_end(other, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    rm_disconnect(other, RM_LEAVE, RM_WITHIN(0));
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
}

/* Which calls may meet */

struct asker {
    pthread_t thread;
    struct rig *rig;
    const char *reader;
    int times;
    unsigned failures;
};

static void *ask_often(void *argument) {
    struct asker *asker = argument;
    struct rm_context *context = NULL;
    struct rm_card *card = NULL;
    asker->failures += rm_context_open(asker->rig->service, RM_WITHIN(RM_INFINITE), &context) != RM_OK;
    asker->failures +=
        rm_connect(context, asker->reader, RM_SHARE_SHARED, RIG_ANY, RM_WITHIN(RIG_SOON), &card) != RM_OK;
    for (int i = 0; i < asker->times; ++i)
        asker->failures += rig_ask(card) != RM_OK;
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(RIG_SOON));
    rm_context_close(context);
    return NULL;
}

/* Four clients on two slots. */
static void crowd(struct fake_ifd *fake, int times) {
    struct rig rig = rig_open(fake);
    struct asker askers[4] = {
        {.reader = RIG_READER}, {.reader = RIG_SECOND}, {.reader = RIG_READER}, {.reader = RIG_SECOND}};
    for (int i = 0; i < 4; ++i) {
        askers[i].rig = &rig;
        askers[i].times = times;
        assert_int_equal(pthread_create(&askers[i].thread, NULL, ask_often, &askers[i]), 0);
    }
    for (int i = 0; i < 4; ++i) {
        assert_int_equal(pthread_join(askers[i].thread, NULL), 0);
        assert_int_equal(askers[i].failures, 0);
    }
    rig_close(&rig);
    assert_int_equal(fake->slot_meetings, 0); /* never in one slot */
}

static void test_threads__slots_apart(void **state) {
    struct fake_ifd fake = {.slots = 2, .card = {true, true}, .slot_thread_safe = true, .slow_ms = 5};
    (void)state;
    crowd(&fake, 10);
    assert_true(fake.reader_meetings > 0); /* they did work at the same time */
}

static void test_threads__one_at_a_time(void **state) {
    struct fake_ifd fake = {.slots = 2, .card = {true, true}};
    (void)state;
    crowd(&fake, 200);
    assert_int_equal(fake.reader_meetings, 0);
}

/* A driver that does not come back */

struct canceller {
    struct rm_context *context;
    uint32_t after_ms;
};

static void *cancel_later(void *argument) {
    const struct canceller *canceller = argument;
    rig_nap(canceller->after_ms);
    rm_cancel(canceller->context);
    return NULL;
}

/* A command that is not answered, ended by a cancel. */
static void give_up(struct rig *rig, struct rm_card *card) {
    struct canceller canceller = {rig->context, 100};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_later, &canceller), 0);
    const uint64_t start = clock_ms();
    assert_int_equal(rig_ask(card), RM_E_CANCELLED);
    assert_int_in_range(clock_ms() - start, 90, 2500);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static void test_stall__is_given_up(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}, .stalls = true};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    uint8_t bytes[300];
    size_t size = sizeof bytes;
    (void)state;
    give_up(&rig, card);
    assert_int_equal(rig_ask(card), RM_W_RESET_CARD);
    /* Whoever comes next waits for a moment only. */
    const uint64_t start = clock_ms();
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RIG_ANY, RM_RESET, RM_WITHIN(RIG_SOON)),
                     RM_W_UNRESPONSIVE_CARD);
    assert_int_equal(rm_control(card, 0x42330006, NULL, 0, bytes, &size, RM_WITHIN(RM_INFINITE)),
                     RM_E_NOT_READY);
    assert_int_in_range(clock_ms() - start, 0, 6000);
    fake.stalls = false;
    rig_nap(50);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RIG_ANY, RM_UNPOWER, RM_WITHIN(RIG_SOON)), RM_OK);
    assert_int_equal(rig_ask(card), RM_OK);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
    assert_int_equal(fake.slot_meetings, 0);
}

/*
 * A card that has answered quickly is asked on the caller's own thread; a call that hangs there is cut off.
 */
static void test_stall__after_quick_commands(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    int sockets[2];
    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
    for (int tries = 0; tries < 50 && !fake.by_caller; ++tries) /* a busy machine takes longer */
        for (int i = 0; i < 40; ++i)
            assert_int_equal(rig_ask(card), RM_OK);
    assert_true(fake.by_caller);
    fake.socket = sockets[0];
    fake.stalls = true;
    give_up(&rig, card);
    assert_int_equal(rig_ask(card), RM_W_RESET_CARD);
    fake.stalls = false;
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, RIG_ANY, RM_UNPOWER, RM_WITHIN(RIG_SOON)), RM_OK);
    assert_int_equal(rig_ask(card), RM_OK);
    assert_false(fake.by_caller); /* it has to show anew that it can be trusted */
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
    assert_int_equal(fake.slot_meetings, 0);
    (void)close(sockets[0]);
    (void)close(sockets[1]);
}

/* The service ends although the driver has not come back, and leaves it alone. */
static void test_stall__outlives_the_service(void **state) {
    static struct fake_ifd fake = {.slots = 1, .card = {true}, .stalls = true};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    (void)state;
    give_up(&rig, card);
    const uint64_t start = clock_ms();
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
    assert_int_in_range(clock_ms() - start, 0, 6000);
    assert_int_equal(fake.closed, 0);
    fake.stalls = false;
    rig_nap(50); /* it comes back into memory that is still there */
    struct fake_ifd next = {.slots = 1, .card = {true}};
    struct rig again = rig_open(&next);
    assert_ptr_not_equal(next.copy, fake.copy);
    rig_close(&again);
}

/* After fork() the reader is the parent's. */
static void test_fork__child_is_told(void **state) {
    struct fake_ifd fake = {.slots = 1, .card = {true}};
    struct rig rig = rig_open(&fake);
    struct rm_card *card = rig_connect(&rig, RIG_READER, RM_SHARE_SHARED);
    int ended = -1;
    (void)state;
    const pid_t child = fork();
    if (child == 0) {
        struct rm_card *own = NULL;
        alarm(20);
        if (rig_ask(card) != RM_E_INVALID_HANDLE)
            _exit(1);
        (void)rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
        if (rm_connect(rig.context, RIG_READER, RM_SHARE_SHARED, RIG_ANY, RM_WITHIN(RIG_SOON), &own) !=
            RM_E_READER_UNAVAILABLE)
            _exit(2);
        if (rm_connect(rig.context, RIG_READER, RM_SHARE_DIRECT, 0, RM_WITHIN(RIG_SOON), &own) !=
            RM_E_READER_UNAVAILABLE)
            _exit(3);
        rig_close(&rig);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFEXITED(ended));
    assert_int_equal(WEXITSTATUS(ended), 0);
    assert_int_equal(rig_ask(card), RM_OK);
    rm_disconnect(card, RM_LEAVE, RM_WITHIN(0));
    rig_close(&rig);
    assert_int_equal(fake.closed, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_presence__asked_for),
        cmocka_unit_test(test_presence__told_by_the_driver),
        cmocka_unit_test(test_presence__confused),
        cmocka_unit_test(test_presence__no_such_device),
        cmocka_unit_test(test_exchange__codes),
        cmocka_unit_test(test_exchange__card_vanishes),
        cmocka_unit_test(test_exchange__room),
        cmocka_unit_test(test_absurd__sizes),
        cmocka_unit_test(test_reader__with_and_without_a_card),
        cmocka_unit_test(test_reader__attributes_in_anothers_transaction),
        cmocka_unit_test(test_threads__slots_apart),
        cmocka_unit_test(test_threads__one_at_a_time),
        cmocka_unit_test(test_stall__is_given_up),
        cmocka_unit_test(test_stall__after_quick_commands),
        cmocka_unit_test(test_stall__outlives_the_service),
        cmocka_unit_test(test_fork__child_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
