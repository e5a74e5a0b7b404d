/* The card behind the link to vpcd: its power, its ATR, the time it takes. */
#include "backends/vpcd/serve_rig.h"

static void test_serve__power_and_atr(void **state) {
    struct rig *rig = *state;
    uint8_t first[SIM_ATR_MAX], again[SIM_ATR_MAX];
    rig_start(rig);
    rig_accept(rig);
    assert_int_equal(atomic_load(&rig->connected), 0);
    const size_t size = ask_atr(rig, first); /* before power: the driver wants to know whether we are there */
    assert_int_in_range(size, 2, SIM_ATR_MAX);
    assert_int_equal(first[0], 0x3B);
    static const uint8_t controls[] = {ON, RESET, OFF, ON, OFF, OFF, RESET};
    for (size_t i = 0; i < sizeof controls; ++i) {
        driver_control(rig, controls[i]);
        assert_int_equal(ask_atr(rig, again), size);
        assert_memory_equal(again, first, size);
    }
    assert_challenge(rig);
    assert_connected(rig, 1);
    rig_stop(rig);
    assert_int_equal(rig->status, RM_OK);
}

static void test_serve__offers_one_protocol(void **state) {
    struct rig *rig = *state;
    /*
     * The first protocol an ATR names: the low half of TD1, or T=0 when there is none (ISO/IEC 7816-3
     * §8.2.3).
     */
    for (uint32_t protocol = 0; protocol <= 2; ++protocol) {
        uint8_t atr[SIM_ATR_MAX];
        static const uint8_t select_mf[] = {0x00, 0xA4, 0x00, 0x00, 0x02, 0x3F, 0x00};
        uint8_t answer[300];
        rig->options.protocol = protocol;
        rig_start(rig);
        rig_accept(rig);
        ask_atr(rig, atr);
        const unsigned has_ta = atr[1] >> 4 & 1, has_tb = atr[1] >> 5 & 1, has_tc = atr[1] >> 6 & 1;
        const unsigned named = atr[1] & 0x80 ? atr[2 + has_ta + has_tb + has_tc] & 0x0F : 0;
        assert_int_equal(named, protocol == 1 ? 0 : 1);
        driver_control(rig, ON);
        driver_send(rig, select_mf, sizeof select_mf);
        const size_t size = driver_receive(rig, answer, sizeof answer);
        /* T=0: what it has to say is fetched by GET RESPONSE; T=1: no Le, nothing to say. */
        assert_int_equal(size, 2);
        assert_int_equal(answer[0], protocol == 1 ? 0x61 : 0x90);
        rig_stop(rig);
        assert_int_equal(rig->status, RM_OK);
        assert_true(stopper_take_back(&rig->stop));
        hang_up(&rig->driver);
    }
}

/*
 * A command that the card cannot answer: an answer begins, then the driver's connection breaks, which is no
 * orderly end.
 */
static void expect_failed_transmission(struct rig *rig) {
    static const uint8_t challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    uint8_t bytes[4];
    driver_send(rig, challenge, sizeof challenge);
    assert_true(socket_readable(rig->driver, PATIENCE));
    long answer = socket_receive(rig->driver, bytes, sizeof bytes);
    if (!socket_was_reset(answer)) { /* which may go by what has come and was not fetched yet */
        assert_int_equal(answer, 2);
        assert_true(socket_readable(rig->driver, PATIENCE));
        answer = socket_receive(rig->driver, bytes, sizeof bytes);
    }
    assert_true(socket_was_reset(answer));
    hang_up(&rig->driver);
}

static void test_serve__without_power(void **state) {
    struct rig *rig = *state;
    uint8_t atr[SIM_ATR_MAX];
    for (uint32_t wait = 0; wait <= PATIENCE; wait += PATIENCE) {
        rig->options.wait_ms = wait;
        rig_start(rig);
        rig_accept(rig);
        ask_atr(rig, atr);
        driver_control(rig, OFF);
        for (int i = 0; i < 3; ++i) {
            expect_failed_transmission(rig);
            rig_accept(rig);
            assert_true(ask_atr(rig, atr) >= 2); /* it is still there */
        }
        driver_control(rig, ON);
        assert_challenge(rig);
        rig_stop(rig);
        assert_int_equal(rig->status, RM_OK);
        assert_true(stopper_take_back(&rig->stop));
        hang_up(&rig->driver);
    }
    assert_connected(rig, 2); /* twice inserted, and never by a failed command */
}

/* The one that was stopped may have called once more before it heard of that: the new one answers. */
static void accept_living(struct rig *rig) {
    static const uint8_t question[] = {0, 1, ATR};
    uint8_t answer[2 + SIM_ATR_MAX];
    do {
        hang_up(&rig->driver);
        rig_accept(rig);
    } while (socket_send(rig->driver, question, sizeof question) != sizeof question ||
             !socket_readable(rig->driver, PATIENCE) ||
             socket_receive(rig->driver, answer, sizeof answer) <= 2);
}

/*
 * The stop comes also to one who goes on after a failed command, and the driver that does not come back is an
 * end.
 */
static void test_serve__without_power_ends(void **state) {
    struct rig *rig = *state;
    uint8_t atr[SIM_ATR_MAX];
    rig_start(rig);
    rig_accept(rig);
    ask_atr(rig, atr);
    driver_control(rig, OFF);
    expect_failed_transmission(rig);
    rig_stop(rig);
    assert_int_equal(rig->status, RM_OK);
    assert_true(stopper_take_back(&rig->stop));
    rig->options.wait_ms = 100;
    rig_start(rig);
    accept_living(rig);
    driver_control(rig, OFF);
    hang_up(&rig->listener);
    expect_failed_transmission(rig);
    rig_join(rig);
    assert_int_equal(rig->status, RM_E_READER_UNAVAILABLE);
}

/* A slow answer comes late; one that never comes leaves the driver waiting, and the stop ends that. */
static void test_serve__slow_and_silent(void **state) {
    struct rig *rig = *state;
    static const uint8_t select[] = {0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00},
                         read[] = {0x00, 0xB0, 0x00, 0x00, 0x00};
    uint8_t answer[16];
    rig->options.image = TEST_DATA "/cards/silent.json";
    rig_start(rig);
    rig_accept(rig);
    const uint64_t start = clock_ms();
    driver_send(rig, select, sizeof select);
    assert_int_equal(driver_receive(rig, answer, sizeof answer), 2);
    assert_int_in_range(clock_ms() - start, 300, PATIENCE);
    assert_challenge(rig);
    driver_send(rig, read, sizeof read);
    assert_silent(rig);
    driver_control(rig, OFF);
    driver_control(rig, ON);
    assert_challenge(rig); /* of another life: a reset goes by what never came */
    driver_send(rig, select, sizeof select);
    rig_stop(rig);
    assert_int_equal(rig->status, RM_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(test_serve__power_and_atr),   CASE(test_serve__offers_one_protocol),
        CASE(test_serve__without_power),   CASE(test_serve__without_power_ends),
        CASE(test_serve__slow_and_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
