/* The link to vpcd, against a driver that lives in the test: framing, patience, and bad manners. */
#include "backends/vpcd/serve_rig.h"

static void test_serve__messages_in_pieces_and_in_a_row(void **state) {
    struct rig *rig = *state;
    static const uint8_t pieces[] = {0, 1, ON, 0, 5, 0x00, 0x84, 0x00, 0x00, 0x08};
    static const uint8_t row[] = {0, 1, RESET, 0, 0, 0, 1, 9, 0, 1, ATR};
    uint8_t answer[64];
    rig_start(rig);
    rig_accept(rig);
    for (size_t i = 0; i < sizeof pieces; ++i) {
        assert_int_equal(socket_send(rig->driver, pieces + i, 1), 1);
        usleep(2000);
    }
    assert_int_equal(driver_receive(rig, answer, sizeof answer), 10);
    /* A reset, an empty message, a control nobody knows, then a question. */
    assert_int_equal(socket_send(rig->driver, row, sizeof row), sizeof row);
    const size_t size = driver_receive(rig, answer, sizeof answer);
    assert_int_equal(ask_atr(rig, answer), size);
    assert_silent(rig);
}

#ifndef _WIN32 /* Wine cannot be asked to hurry */
static void test_serve__no_delayed_acknowledgements(void **state) {
    struct rig *rig = *state;
    static const uint8_t length[] = {0, 5}, challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t answer[16];
    rig_start(rig);
    rig_accept(rig);
    driver_control(rig, ON);
    assert_challenge(rig);
    /*
     * As drivers do it: length and payload apart, with Nagle's algorithm on. 40 ms each if nobody takes care.
     */
    const uint64_t start = clock_ms();
    for (int i = 0; i < 50; ++i) {
        assert_int_equal(socket_send(rig->driver, length, sizeof length), sizeof length);
        assert_int_equal(socket_send(rig->driver, challenge, sizeof challenge), sizeof challenge);
        assert_int_equal(driver_receive(rig, answer, sizeof answer), 10);
    }
    assert_int_in_range(clock_ms() - start, 0, 1000);
}
#endif

static void test_serve__largest_message(void **state) {
    struct rig *rig = *state;
    static uint8_t message[MESSAGE_MAX];
    uint8_t answer[16];
    memset(message, 0xA5, sizeof message);
    rig_start(rig);
    rig_accept(rig);
    driver_send(rig, message, sizeof message);
    const size_t size = driver_receive(rig, answer, sizeof answer);
    assert_int_equal(size, 2); /* a status word for nonsense */
    assert_true(answer[0] >= 0x67 && answer[0] <= 0x6F);
    assert_challenge(rig);
}

static void test_serve__driver_hangs_up(void **state) {
    struct rig *rig = *state;
    uint8_t atr[SIM_ATR_MAX];
    rig_start(rig);
    for (int i = 1; i <= 2; ++i) {
        rig_accept(rig);
        ask_atr(rig, atr);
        assert_challenge(rig); /* has power from the start */
        assert_connected(rig, i);
        hang_up(&rig->driver);
    }
    rig_accept(rig); /* and a third time, to stop it */
    rig_stop(rig);
    assert_int_equal(rig->status, RM_OK);
}

static void test_serve__driver_hangs_up_for_good(void **state) {
    struct rig *rig = *state;
    uint8_t atr[SIM_ATR_MAX];
    for (uint32_t wait = 0; wait <= 200; wait += 200) {
        rig->options.wait_ms = wait;
        rig_start(rig);
        rig_accept(rig);
        ask_atr(rig, atr);
        if (wait)
            hang_up(&rig->listener);
        assert_int_equal(socket_send(rig->driver, "\xFF\xFF half a message", 10), 10);
        hang_up(&rig->driver);
        rig_join(rig);
        assert_int_equal(rig->status, RM_E_READER_UNAVAILABLE);
        assert_non_null(strstr(rig->message, "hung up"));
        assert_int_in_range(rig->took_ms, wait, PATIENCE);
    }
}

/* A driver that drops connections, each before or after it has taken the ATR: returns how often that was. */
static void *drop_all(void *argument) {
    static const uint8_t ask[] = {0x00, 0x01, ATR};
    const struct rig *rig = argument;
    uint8_t answer[2 + SIM_ATR_MAX];
    uintptr_t taken = 0;
    for (int fd; (fd = socket_accept(rig->listener, -1)) != -1; socket_close(fd))
        if (rig->taking && socket_send(fd, ask, sizeof ask) == sizeof ask &&
            socket_receive(fd, answer, sizeof answer) > 0)
            ++taken;
    return (void *)taken;
}

/* It must not keep us busy for ever. */
static void test_serve__driver_drops_every_connection(void **state) {
    struct rig *rig = *state;
    pthread_t dropper;
    rig->options.wait_ms = 150;
    assert_int_equal(pthread_create(&dropper, NULL, drop_all, rig), 0);
    rig_start(rig);
    rig_join(rig);
    assert_int_equal(rig->status, RM_E_READER_UNAVAILABLE);
    assert_int_in_range(rig->took_ms, 100, PATIENCE);
    assert_int_equal(atomic_load(&rig->connected), 0);
    socket_shut(rig->listener);
    assert_int_equal(pthread_join(dropper, NULL), 0);
}

static void test_serve__driver_takes_and_drops_the_card(void **state) {
    struct rig *rig = *state;
    pthread_t dropper;
    void *taken = NULL;
    rig->taking = true;
    assert_int_equal(pthread_create(&dropper, NULL, drop_all, rig), 0);
    rig_start(rig);
    usleep(300000);
    rig_stop(rig);
    assert_int_equal(rig->status, RM_OK);
    socket_shut(rig->listener);
    assert_int_equal(pthread_join(dropper, &taken), 0);
    assert_int_in_range((uintptr_t)taken, 2, 30);
}

static void test_serve__nobody_answers(void **state) {
    struct rig *rig = *state;
    hang_up(&rig->listener);
    for (uint32_t wait = 0; wait <= 150; wait += 150) {
        rig->options.wait_ms = wait;
        rig_start(rig);
        rig_join(rig);
        assert_int_equal(rig->status, RM_E_READER_UNAVAILABLE);
        assert_non_null(strstr(rig->message, "nobody answers"));
        assert_int_in_range(rig->took_ms, wait, PATIENCE);
    }
    rig->options.host = "256.256.256.256";
    rig_start(rig);
    rig_join(rig);
    assert_int_equal(rig->status, RM_E_READER_UNAVAILABLE);
}

static void test_serve__waits_for_the_driver(void **state) {
    struct rig *rig = *state;
    uint8_t atr[SIM_ATR_MAX];
    hang_up(&rig->listener);
    rig_start(rig);
    usleep(100000);
    rig->listener = socket_listen(&rig->port);
    assert_true(rig->listener != -1);
    rig_accept(rig);
    assert_true(ask_atr(rig, atr) >= 2);
}

static void test_serve__stops(void **state) {
    struct rig *rig = *state;
    /* Before it began; then while it waits for a driver that is not there; then by a closed pipe. */
    assert_true(stopper_ask(&rig->stop));
    rig_start(rig);
    rig_join(rig);
    assert_int_equal(rig->status, RM_OK);
    assert_true(stopper_take_back(&rig->stop));

    hang_up(&rig->listener);
    rig->options.wait_ms = RM_INFINITE;
    rig_start(rig);
    usleep(50000);
    stopper_leave(&rig->stop);
    rig_join(rig);
    assert_int_equal(rig->status, RM_OK);
}

static void test_serve__stops_while_the_driver_does_not_read(void **state) {
    struct rig *rig = *state;
    static const uint8_t challenge[] = {0, 5, 0x00, 0x84, 0x00, 0x00, 0x00};
    uint8_t atr[SIM_ATR_MAX], many[1000 * sizeof challenge];
    for (size_t i = 0; i < sizeof many; ++i)
        many[i] = challenge[i % sizeof challenge];
    rig_start(rig);
    rig_accept(rig);
    ask_atr(rig, atr);
    /* Nobody takes the answers: the wire fills up in both directions, until nothing has moved for a while. */
    for (int stuck = 0; stuck < 20;) {
        if (socket_try_send(rig->driver, many, sizeof many) > 0) {
            stuck = 0;
        } else {
            ++stuck;
            usleep(5000);
        }
    }
    rig_stop(rig);
    assert_int_equal(rig->status, RM_OK);
}

static void test_serve__refuses(void **state) {
    struct rig *rig = *state;
    static const struct {
        const char *image;
        uint32_t protocol;
    } rows[] = {{"gsm", 2}, {"demo", 3}, {"demo", UINT32_MAX}, {"/nonexistent/card.json", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        rig->options.image = rows[i].image;
        rig->options.protocol = rows[i].protocol;
        rig->message[0] = '\0';
        rig_start(rig);
        rig_join(rig);
        assert_int_equal(rig->status, RM_E_INVALID_PARAMETER);
        assert_true(rig->message[0] != '\0');
        assert_int_equal(vpcd_serve(&rig->options, -1, NULL, 0), RM_E_INVALID_PARAMETER);
    }
    assert_int_equal(atomic_load(&rig->connected), 0);
}

static void test_serve_card__is_the_same_card_again(void **state) {
    struct rig *rig = *state;
    uint8_t first[SIM_ATR_MAX], second[SIM_ATR_MAX], byte;
    rig->card = sim_card_create("app", NULL, 0, NULL);
    assert_non_null(rig->card);
    rig->options.connected = NULL;
    rig->options.image = "/nonexistent/is/not/looked/at";
    rig_start(rig);
    rig_accept(rig);
    const size_t size = ask_atr(rig, first);
    rig_stop(rig);
    assert_int_equal(rig->status, RM_OK);
    assert_int_equal(socket_receive(rig->driver, &byte, 1), 0); /* the removal */
    hang_up(&rig->driver);
    assert_true(stopper_take_back(&rig->stop));
    rig_start(rig);
    rig_accept(rig);
    assert_int_equal(ask_atr(rig, second), size);
    assert_memory_equal(first, second, size);
    rig_stop(rig);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_serve__messages_in_pieces_and_in_a_row),
#ifndef _WIN32
        CASE(test_serve__no_delayed_acknowledgements),
#endif
        CASE(test_serve__largest_message),
        CASE(test_serve__driver_hangs_up),
        CASE(test_serve__driver_hangs_up_for_good),
        CASE(test_serve__driver_drops_every_connection),
        CASE(test_serve__driver_takes_and_drops_the_card),
        CASE(test_serve__nobody_answers),
        CASE(test_serve__waits_for_the_driver),
        CASE(test_serve__stops),
        CASE(test_serve__stops_while_the_driver_does_not_read),
        CASE(test_serve__refuses),
        CASE(test_serve_card__is_the_same_card_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
