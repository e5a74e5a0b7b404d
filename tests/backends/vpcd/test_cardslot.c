/* What goes between a virtual reader and its card, and what a card may do without harm to the caller. */
#include "backends/vpcd/listener_rig.h"

#define STALL_MS 3000 /* that a card may take in the middle of a message */
#define MOMENT_MS 300 /* that a call which is cancelled has */
#define START_MS 5000 /* that a card has for its ATR */

static const uint8_t ok[] = {0x90, 0x00};

static void pause_ms(long ms) {
    const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    (void)nanosleep(&time, NULL);
}

/* A peer that did what it may not: its connection ends, the reader is empty, and the next card is welcome. */
static void assert_thrown_out(struct rig *rig, int peer) {
    peer_expect_end(peer);
    await_state(rig, rig->reader, RM_STATE_EMPTY);
    assert_serves(rig);
}

static void test_messages__of_a_reader(void **state) {
    struct rig *rig = *state;
    static const uint8_t off[] = {0, 1, 0};
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    assert_int_equal(card->protocol, RM_PROTOCOL_T1);
    assert_works(card, peer);
    peer_tell(peer, rig_atr, sizeof rig_atr); /* before anybody asks for it */
    pause_ms(20);
    const rm_status told = rm_reconnect(card, RM_SHARE_SHARED, ANY, RM_RESET, RM_WITHIN(PATIENCE));
    assert_true(told == RM_W_UNRESPONSIVE_CARD || told == RM_E_NO_SMARTCARD);
    peer_expect_end(peer);
    const int next = card_in_reader(rig);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(PATIENCE)), RM_OK);
    assert_works(card, next);
    assert_int_equal(rm_disconnect(card, RM_UNPOWER, RM_WITHIN(PATIENCE)), RM_OK);
    peer_expect(next, off, sizeof off);
    assert_int_equal(state_of(rig, rig->reader), RM_STATE_PRESENT | RM_STATE_UNPOWERED);
    card_out(rig, next);
}

/* A reconnect on a thread of its own: the card has to answer it. */
struct start {
    struct rm_card *card;
    uint32_t init;
    pthread_t thread;
    rm_status status;
    uint64_t took_ms;
};

static void *start_run(void *argument) {
    struct start *start = argument;
    const uint64_t began = clock_ms();
    start->status = rm_reconnect(start->card, RM_SHARE_SHARED, ANY, start->init, RM_WITHIN(PATIENCE));
    start->took_ms = clock_ms() - began;
    return NULL;
}

/* Begins a reset or a power cycle; the peer has been asked when this returns. */
static void start_begin(struct start *start, struct rm_card *card, uint32_t init, int peer) {
    static const uint8_t reset[] = {0, 1, 2, 0, 1, 4}, cycle[] = {0, 1, 0, 0, 1, 1, 0, 1, 4};
    *start = (struct start){.card = card, .init = init};
    assert_int_equal(pthread_create(&start->thread, NULL, start_run, start), 0);
    if (init == RM_RESET)
        peer_expect(peer, reset, sizeof reset);
    else
        peer_expect(peer, cycle, sizeof cycle);
}

static void start_end(struct start *start, rm_status status) {
    assert_int_equal(pthread_join(start->thread, NULL), 0);
    assert_int_equal(start->status, status);
}

static void test_start__gives_another_atr(void **state) {
    struct rig *rig = *state;
    static const uint8_t t0[] = {0x3B, 0x01, 0x55};
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    struct rm_card_status status;
    struct start start;
    start_begin(&start, card, RM_RESET, peer);
    peer_tell(peer, rig_atr, sizeof rig_atr);
    start_end(&start, RM_OK);
    start_begin(&start, card, RM_UNPOWER, peer);
    peer_tell(peer, t0, sizeof t0);
    start_end(&start, RM_OK);
    assert_int_equal(rm_status_of(card, &status, RM_WITHIN(PATIENCE)), RM_OK);
    assert_int_equal(status.atr_size, sizeof t0);
    assert_memory_equal(status.atr, t0, sizeof t0);
    assert_int_equal(card->protocol, RM_PROTOCOL_T0);
    assert_works(card, peer);
    card_out(rig, peer);
}

/* A card that gives no ATR, or none that is one, is out; the next one gets in. */
static void test_start__gives_no_atr(void **state) {
    struct rig *rig = *state;
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {{"\xFF\xFF", 2}, {"\0\1\x3B", 3}, {"\0\2\x90\0", 4}, {"\0\2\x3B\0\0\0", 6}};
    struct start start;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const int peer = card_in_reader(rig);
        struct rm_card *card = connect_to(rig, rig->reader);
        start_begin(&start, card, i % 2 ? RM_RESET : RM_UNPOWER, peer);
        peer_say(peer, rows[i].bytes, rows[i].size);
        if (i == 0) /* the rest of it never comes */
            socket_close(peer);
        else
            peer_expect_end(peer);
        assert_int_equal(pthread_join(start.thread, NULL), 0);
        assert_true(start.status == RM_W_UNRESPONSIVE_CARD || start.status == RM_E_NO_SMARTCARD);
        await_state(rig, rig->reader, RM_STATE_EMPTY);
        assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    }
    assert_serves(rig);
}

static void test_start__takes_too_long(void **state) {
    struct rig *rig = *state;
    struct start start;
    const int peer = card_in_reader(rig);
    start_begin(&start, connect_to(rig, rig->reader), RM_RESET, peer);
    peer_expect_end(peer);
    assert_int_equal(pthread_join(start.thread, NULL), 0);
    assert_true(start.status == RM_W_UNRESPONSIVE_CARD || start.status == RM_E_NO_SMARTCARD);
    assert_int_in_range(start.took_ms, START_MS - 100, PATIENCE);
    await_state(rig, rig->reader, RM_STATE_EMPTY);
    assert_serves(rig);
}

/* A byte alone is a reader's word to the card, and a message has a length of 16 bits. */
static void test_command__that_is_no_message(void **state) {
    struct rig *rig = *state;
    static const uint8_t bytes[65536];
    static const size_t sizes[] = {0, 1, 65536};
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    uint8_t answer[10];
    for (size_t i = 0; i < 3; ++i) {
        size_t size = sizeof answer;
        assert_int_equal(rm_transmit(card, 0, bytes, sizes[i], answer, &size, RM_WITHIN(PATIENCE)),
                         RM_E_INVALID_PARAMETER);
        assert_int_equal(size, 0);
    }
    assert_works(card, peer);
    card_out(rig, peer);
}

/* The longest there are, both ways, and with less room than it takes. */
static void test_answer__lengths(void **state) {
    struct rig *rig = *state;
    static uint8_t much[65535];
    static const size_t rooms[] = {65538, 65535, 65534, 2, 300};
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    for (size_t i = 0; i < sizeof much; ++i)
        much[i] = (uint8_t)(i * 7);
    for (size_t i = 0; i < 5; ++i) {
        const bool fits = rooms[i] >= sizeof much;
        struct job job;
        job_start(&job, card, rooms[i], peer);
        peer_tell(peer, much, sizeof much);
        assert_int_equal(pthread_join(job.thread, NULL), 0);
        assert_int_equal(job.status, fits ? RM_OK : RM_E_INSUFFICIENT_BUFFER);
        assert_int_equal(job.size, fits ? sizeof much : 0);
        if (fits)
            assert_memory_equal(job.answer, much, sizeof much);
        free(job.answer);
        assert_works(card, peer);
    }
    card_out(rig, peer);
}

static void test_answer__of_no_status_word(void **state) {
    struct rig *rig = *state;
    struct job job;
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    for (size_t size = 0; size < 2; ++size) {
        job_start(&job, card, 258, peer);
        peer_tell(peer, ok, size);
        job_end(&job, RM_E_NOT_TRANSACTED, 0);
    }
    assert_works(card, peer);
    card_out(rig, peer);
}

/* More than was asked for is no answer: who listens on would take one command's answer for another's. */
static void test_answer__and_more(void **state) {
    struct rig *rig = *state;
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {{"\0\2\x90\0\0\2\x90\0", 8}, {"\0\2\x90\0\0", 5}, {"\0\0\0\0", 4}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        struct job job;
        const int peer = card_in_reader(rig);
        struct rm_card *card = connect_to(rig, rig->reader);
        job_start(&job, card, i == 1 ? 2 : 258, peer); /* also where only the answer has room */
        peer_say(peer, rows[i].bytes, rows[i].size);
        job_end(&job, RM_W_REMOVED_CARD, 0);
        peer_expect_end(peer);
        await_state(rig, rig->reader, RM_STATE_EMPTY);
        assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    }
    assert_serves(rig);
}

/* It goes in the middle of whatever it was about to say. */
static void test_answer__is_cut(void **state) {
    struct rig *rig = *state;
    for (size_t size = 0; size < 4; ++size) {
        struct job job;
        const int peer = card_in_reader(rig);
        struct rm_card *card = connect_to(rig, rig->reader);
        job_start(&job, card, 258, peer);
        if (size)
            peer_say(peer, "\0\2\x90", size);
        socket_close(peer);
        job_end(&job, RM_W_REMOVED_CARD, 0);
        assert_int_in_range(job.took_ms, 0, AT_ONCE_MS);
        await_state(rig, rig->reader, RM_STATE_EMPTY);
        assert_int_equal(rm_disconnect(card, RM_LEAVE, RM_WITHIN(0)), RM_OK);
    }
    assert_serves(rig);
}

/* It stops in the middle: that is waited for for a while, and no longer. */
static void test_answer__stops(void **state) {
    struct rig *rig = *state;
    struct job job;
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    job_start(&job, card, 258, peer);
    peer_say(peer, "\0\2\x90", 3);
    job_end(&job, RM_W_REMOVED_CARD, 0);
    assert_int_in_range(job.took_ms, STALL_MS - 100, PATIENCE);
    peer_expect_end(peer);
    assert_serves(rig);
}

/* A card that takes its time is left to it. */
static void test_answer__comes_late(void **state) {
    struct rig *rig = *state;
    struct job job;
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    job_start(&job, card, 258, peer);
    for (size_t i = 0; i < 4; ++i) {
        pause_ms(200);
        peer_say(peer, &"\0\2\x90\0"[i], 1);
    }
    job_end(&job, RM_OK, 2);
    assert_int_in_range(job.took_ms, 790, PATIENCE);
    card_out(rig, peer);
}

/* Who cancels is free at once; the answer that comes all the same is nobody's. */
static void test_cancel__and_a_late_answer(void **state) {
    struct rig *rig = *state;
    static const uint8_t late[] = {0xDE, 0xAD, 0x90, 0x00};
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    for (int times = 0; times < 2; ++times) {
        struct job job;
        job_start(&job, card, 258, peer);
        rm_cancel(rig->context);
        job_end(&job, RM_E_CANCELLED, 0);
        assert_int_in_range(job.took_ms, MOMENT_MS - 50, PATIENCE);
        assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(PATIENCE)), RM_OK);
    }
    peer_tell(peer, late, sizeof late);
    peer_tell(peer, late, sizeof late);
    assert_works(card, peer);
    struct start start;
    struct job job;
    job_start(&job, card, 258, peer);
    rm_cancel(rig->context);
    job_end(&job, RM_E_CANCELLED, 0);
    start_begin(&start, card, RM_RESET, peer);
    peer_tell(peer, late, sizeof late);
    peer_tell(peer, rig_atr, sizeof rig_atr);
    start_end(&start, RM_OK);
    assert_works(card, peer);
    card_out(rig, peer);
}

/* In the middle of an answer nobody can find the next one's beginning: the card is out. */
static void test_cancel__in_the_middle(void **state) {
    struct rig *rig = *state;
    struct job job;
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    job_start(&job, card, 258, peer);
    peer_say(peer, "\0\2\x90", 3);
    pause_ms(50);
    rm_cancel(rig->context);
    assert_int_equal(pthread_join(job.thread, NULL), 0);
    assert_true(job.status == RM_W_REMOVED_CARD || job.status == RM_E_CANCELLED);
    assert_int_in_range(job.took_ms, 0, STALL_MS - 500);
    free(job.answer);
    assert_thrown_out(rig, peer);
}

/* Who talks without being asked disturbs nobody until somebody listens; then it is out. */
static void test_unasked__is_found(void **state) {
    struct rig *rig = *state;
    struct job job;
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    peer_tell(peer, ok, sizeof ok);
    peer_tell(peer, ok, sizeof ok);
    pause_ms(50);
    assert_int_equal(state_of(rig, rig->reader), RM_STATE_PRESENT);
    job_start(&job, card, 258, -1);
    job_end(&job, RM_W_REMOVED_CARD, 0);
    assert_thrown_out(rig, peer);
}

/* ... or a little later, where nobody does. */
static void test_unasked__is_found_without_a_command(void **state) {
    struct rig *rig = *state;
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    assert_works(card, peer);
    peer_tell(peer, ok, sizeof ok);
    assert_thrown_out(rig, peer);
}

/* The answer to a command that was cancelled is not unasked, however late it is fetched. */
static void test_unasked__is_not_what_was_cancelled(void **state) {
    struct rig *rig = *state;
    struct job job;
    const int peer = card_in_reader(rig);
    struct rm_card *card = connect_to(rig, rig->reader);
    job_start(&job, card, 258, peer);
    rm_cancel(rig->context);
    job_end(&job, RM_E_CANCELLED, 0);
    peer_tell(peer, ok, sizeof ok);
    pause_ms(2500);
    assert_int_equal(rm_reconnect(card, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(PATIENCE)), RM_OK);
    assert_works(card, peer);
    card_out(rig, peer);
}

/* One who fills the wire: no more of it is taken than the system keeps, and other readers work. */
static void test_unasked__floods(void **state) {
    struct rig rig;
    char second[60];
    static uint8_t much[65536];
    (void)state;
    rig_open(&rig, 1, 2);
    (void)snprintf(second, sizeof second, "Virtual Reader %u 01", (unsigned)rig.ports[0]);
    const int flood = card_in_reader(&rig), peer = card_in(&rig);
    await_state(&rig, second, RM_STATE_PRESENT);
    struct rm_card *card = connect_to(&rig, second);
    const uint64_t deadline = clock_deadline(PATIENCE);
    while (state_of(&rig, rig.reader) == RM_STATE_PRESENT && clock_left(deadline) > 0) {
        (void)socket_try_send(flood, much, sizeof much);
        assert_works(card, peer);
    }
    socket_close(flood);
    await_state(&rig, rig.reader, RM_STATE_EMPTY);
    assert_works(card, peer);
    rig_close(&rig);
    peer_expect_end(peer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_messages__of_a_reader),
        CASE(test_start__gives_another_atr),
        CASE(test_start__gives_no_atr),
        CASE(test_start__takes_too_long),
        CASE(test_command__that_is_no_message),
        CASE(test_answer__lengths),
        CASE(test_answer__of_no_status_word),
        CASE(test_answer__and_more),
        CASE(test_answer__is_cut),
        CASE(test_answer__stops),
        CASE(test_answer__comes_late),
        CASE(test_cancel__and_a_late_answer),
        CASE(test_cancel__in_the_middle),
        CASE(test_unasked__is_found),
        CASE(test_unasked__is_found_without_a_command),
        CASE(test_unasked__is_not_what_was_cancelled),
        cmocka_unit_test(test_unasked__floods),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
