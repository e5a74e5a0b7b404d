/* Who is let into a virtual reader, who is not, and that neither is in the way of others. */
#include "backends/vpcd/listener_rig.h"

#define SILENT_MS 3000 /* that somebody has for the ATR */

static void test_readers__names(void **state) {
    struct rig rig;
    struct names names = {0};
    char expected[60];
    (void)state;
    rig_open(&rig, 2, 3);
    assert_true(rig.ports[0] && rig.ports[1] && rig.ports[0] != rig.ports[1]);
    assert_int_equal(rm_list_readers(rig.context, RM_WITHIN(RM_INFINITE), &names), RM_OK);
    const char *name = NULL;
    for (unsigned i = 0; i < 6; ++i) {
        name = names_next(&names, name);
        (void)snprintf(expected, sizeof expected, "Virtual Reader %u %02u", (unsigned)rig.ports[i / 3],
                       i % 3);
        assert_string_equal(name, expected);
        assert_int_equal(state_of(&rig, name), RM_STATE_EMPTY);
    }
    names_clear(&names);
    rig_close(&rig);
    rig_open(&rig, 1, 1);
    (void)snprintf(expected, sizeof expected, "Virtual Reader %u", (unsigned)rig.ports[0]);
    assert_string_equal(rig.reader, expected);
    rig_close(&rig);
}

static void test_card__comes_and_goes(void **state) {
    struct rig *rig = *state;
    for (unsigned i = 1; i <= 3; ++i) {
        struct rm_reader_state seen = {.reader = rig->reader};
        const int peer = card_in_reader(rig);
        assert_int_equal(rm_wait(rig->context, &seen, 1, RM_WITHIN(0)), RM_OK);
        assert_int_equal(seen.atr_size, sizeof rig_atr);
        assert_memory_equal(seen.atr, rig_atr, sizeof rig_atr);
        assert_int_equal(seen.event >> 16, 2 * i - 1);
        card_out(rig, peer);
    }
}

/* However a card comes to speak: byte by byte, or before it is asked to the end. */
static void test_card__in_pieces(void **state) {
    struct rig *rig = *state;
    static const uint8_t bytes[] = {0, sizeof rig_atr, 0x3B, 0x81, 0x01, 0x42, 0xC2};
    static const struct timespec moment = {0, 2000000};
    const int peer = knock(rig);
    for (size_t i = 0; i < sizeof bytes; ++i) {
        assert_int_equal(state_of(rig, rig->reader), RM_STATE_EMPTY);
        peer_say(peer, bytes + i, 1);
        (void)nanosleep(&moment, NULL);
    }
    await_state(rig, rig->reader, RM_STATE_PRESENT);
    card_out(rig, peer);
}

/* A card that gives no bytes for an ATR is there, and mute; a reset may bring it to life. */
static void test_card__mute(void **state) {
    struct rig *rig = *state;
    static const uint8_t nothing[] = {0, 0};
    struct rm_card *card = NULL;
    const int peer = knock(rig);
    peer_say(peer, nothing, sizeof nothing);
    await_state(rig, rig->reader, RM_STATE_PRESENT | RM_STATE_MUTE);
    assert_int_equal(rm_connect(rig->context, rig->reader, RM_SHARE_SHARED, ANY, RM_WITHIN(PATIENCE), &card),
                     RM_W_UNRESPONSIVE_CARD);
    card_out(rig, peer);
}

/* More cards than readers: the next one gets the first reader that is free, and the others wait. */
static void test_card__takes_the_next_reader(void **state) {
    struct rig rig;
    char names[2][60];
    int peers[4];
    (void)state;
    rig_open(&rig, 1, 2);
    for (unsigned i = 0; i < 2; ++i) {
        (void)snprintf(names[i], sizeof names[i], "Virtual Reader %u %02u", (unsigned)rig.ports[0], i);
        peers[i] = card_in(&rig);
        await_state(&rig, names[i], RM_STATE_PRESENT);
    }
    for (unsigned i = 2; i < 4; ++i)
        peers[i] = knock(&rig);
    assert_false(socket_readable(peers[2], 100)); /* nobody asks it for anything */
    socket_close(peers[0]);
    peer_expect(peers[2], power_and_atr, sizeof power_and_atr);
    assert_int_equal(state_of(&rig, names[0]), RM_STATE_EMPTY);
    peer_tell(peers[2], rig_atr, sizeof rig_atr);
    await_state(&rig, names[0], RM_STATE_PRESENT);
    peer_expect(peers[3], power_and_atr, sizeof power_and_atr); /* at the same moment, and gets no reader */
    peer_tell(peers[3], rig_atr, sizeof rig_atr);
    assert_false(socket_readable(peers[3], 100));
    assert_int_equal(state_of(&rig, names[1]), RM_STATE_PRESENT);
    socket_close(peers[3]);
    socket_close(peers[1]);
    await_state(&rig, names[1], RM_STATE_EMPTY);
    rig_close(&rig);
    peer_expect_end(peers[2]);
}

/* Two that are asked at once for one reader: the second that answers waits, known to be a card. */
static void test_card__answers_when_the_reader_is_taken(void **state) {
    struct rig *rig = *state;
    const int first = knock(rig), second = knock(rig), third = knock(rig);
    const int peers[] = {first, second, third};
    for (int i = 0; i < 3; ++i)
        peer_expect(peers[i], power_and_atr, sizeof power_and_atr);
    for (int i = 2; i >= 0; --i) {
        peer_tell(peers[i], rig_atr, sizeof rig_atr);
        await_state(rig, rig->reader, RM_STATE_PRESENT);
    }
    socket_close(second); /* while it waits */
    socket_close(third);  /* which is in */
    const uint64_t deadline = clock_deadline(PATIENCE);
    struct rm_reader_state seen = {.reader = rig->reader};
    while (seen.event >> 16 != 3 && clock_left(deadline) > 0)
        assert_int_equal(rm_wait(rig->context, &seen, 1, RM_WITHIN(0)), RM_OK);
    assert_int_equal(seen.event >> 16, 3); /* in, out, in */
    card_out(rig, first);
}

/* What is no ATR: each ends its connection, and the reader never has a card. */
static void test_nonsense__is_dropped(void **state) {
    struct rig *rig = *state;
    static const struct {
        const char *bytes;
        size_t size;
    } rows[] = {
        {"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 35},
        {"SSH-2.0-OpenSSH\r\n", 17},
        {"\xFF\xFF", 2},
        {"\0\x22", 2},                     /* 34 bytes */
        {"\0\1\x3B", 3},                   /* an ATR has two at least */
        {"\0\1\4", 3},                     /* a reader's word */
        {"\0\5\x3C\x81\x01\x42\xC2", 7},   /* no TS */
        {"\0\5\x3B\x81\x01\x42\xC2\0", 8}, /* and more */
        {"\0\0\x90\0", 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        const int peer = knock(rig);
        peer_say(peer, rows[i].bytes, rows[i].size);
        peer_expect_end(peer);
        assert_int_equal(state_of(rig, rig->reader), RM_STATE_EMPTY);
    }
    assert_serves(rig);
}

/* It does not listen, and never stops talking. */
static void test_nonsense__floods(void **state) {
    struct rig *rig = *state;
    static uint8_t much[65536];
    const int peer = knock(rig);
    memset(much, 0x3B, sizeof much);
    const uint64_t deadline = clock_deadline(PATIENCE);
    while (socket_send(peer, much, sizeof much) > 0 && clock_left(deadline) > 0)
        continue;
    assert_true(clock_left(deadline) > 0); /* somebody hung up */
    socket_close(peer);
    assert_serves(rig);
}

static void test_gone__before_it_has_answered(void **state) {
    struct rig *rig = *state;
    for (size_t size = 0; size <= 6; ++size) {
        const int peer = knock(rig);
        if (size)
            peer_say(peer, "\0\5\x3B\x81\x01\x42", size);
        socket_close(peer);
    }
    assert_serves(rig);
    assert_int_equal(state_of(rig, rig->reader), RM_STATE_EMPTY);
}

/* Those who say nothing, or half of it, have three seconds; in which others come and go. */
static void test_silence__ends(void **state) {
    struct rig *rig = *state;
    int peers[4];
    const uint64_t start = clock_ms();
    for (size_t i = 0; i < 4; ++i) {
        peers[i] = knock(rig);
        peer_expect(peers[i], power_and_atr, sizeof power_and_atr);
        if (i)
            peer_say(peers[i], "\0\5\x3B", i);
    }
    for (int i = 0; i < 10; ++i)
        assert_serves(rig);
    if (clock_ms() - start < SILENT_MS - 500)
        for (size_t i = 0; i < 4; ++i)
            assert_false(socket_readable(peers[i], 0));
    for (size_t i = 0; i < 4; ++i)
        peer_expect_end(peers[i]);
    assert_int_in_range(clock_ms() - start, SILENT_MS - 100, PATIENCE);
    assert_int_equal(state_of(rig, rig->reader), RM_STATE_EMPTY);
}

/* A thousand who say nothing: those who came first go for those who come later, and a card is one of them. */
static void test_crowd__is_in_nobodys_way(void **state) {
    struct rig *rig = *state;
    enum { CROWD = 1000, SOME = 100 };
    static int peers[CROWD];
    for (int i = 0; i < CROWD; ++i) {
        peers[i] = knock(rig);
        if (i % SOME == SOME - 1)
            assert_serves(rig);
    }
    for (int i = 0; i < CROWD - 16; ++i)
        peer_expect_end(peers[i]);
    assert_serves(rig);
    for (int i = CROWD - 16; i < CROWD; ++i)
        socket_close(peers[i]);
    assert_serves(rig);
}

/* The end of the service is the end of everybody's connection, whatever it was about. */
static void test_release__ends_all(void **state) {
    struct rig rig;
    (void)state;
    rig_open(&rig, 2, 2);
    const int card = card_in(&rig), other = card_in(&rig), waiting = knock(&rig);
    const int nobody = socket_connect(rig.ports[1]);
    peer_expect(nobody, power_and_atr, sizeof power_and_atr);
    struct rm_card *connection = NULL;
    char name[60];
    (void)snprintf(name, sizeof name, "Virtual Reader %u 01", (unsigned)rig.ports[0]);
    await_state(&rig, name, RM_STATE_PRESENT);
    connection = connect_to(&rig, name);
    assert_non_null(connection);
    const uint64_t start = clock_ms();
    rig_close(&rig);
    assert_int_in_range(clock_ms() - start, 0, AT_ONCE_MS);
    peer_expect_end(card);
    peer_expect_end(other);
    peer_expect_end(waiting);
    peer_expect_end(nobody);
    assert_int_equal(socket_connect(rig.ports[0]), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_readers__names),
        CASE(test_card__comes_and_goes),
        CASE(test_card__in_pieces),
        CASE(test_card__mute),
        cmocka_unit_test(test_card__takes_the_next_reader),
        CASE(test_card__answers_when_the_reader_is_taken),
        CASE(test_nonsense__is_dropped),
        CASE(test_nonsense__floods),
        CASE(test_gone__before_it_has_answered),
        CASE(test_silence__ends),
        CASE(test_crowd__is_in_nobodys_way),
        cmocka_unit_test(test_release__ends_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
