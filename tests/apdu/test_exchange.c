/* The exchange engine with commands that a unit of the protocol can hold: T=1, RAW, and T=0 in short form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/apdu.h"
#include "apdu/exchange.h"
#include "script.h"

/* The plain case. */

static void test_t1__every_case_goes_as_it_is(void **state) {
    static const char *const commands[] = {
        "00A4030C",       "0084000008",         "00A4000C023F00",        "00A40400023F0000",
        "00B00000001234", "00D60000000002ABCD", "0088000000000255AA0000"};
    (void)state;
    for (size_t i = 0; i < COUNT(commands); ++i) {
        CHECK(&t1, commands[i], "0102 9000", {commands[i], "0102 9000", 0});
        CHECK(&raw_protocol, commands[i], "6A82", {commands[i], "6A82", 0});
        CHECK(&t1, commands[i], "9F16", {commands[i], "9F16", 0});
    }
}

/* The link sees the caller's bytes, and the reply's memory serves for the next one. */
static void test_t1__sends_the_callers_bytes(void **state) {
    static const uint8_t command[] = {0x00, 0x84, 0, 0, 0x08};
    const struct step steps[] = {{"0084000008", "9000", 0}, {"0084000008", "AA 9000", 0}};
    struct script script = {.steps = steps, .count = 2};
    struct exchange exchange = exchange_begin(&t1, script_transmit, script_go_on, &script);
    struct exchange_reply reply = {0};
    (void)state;
    assert_int_equal(exchange_run(&exchange, command, sizeof command, &reply), EXCHANGE_OK);
    assert_ptr_equal(script.sent, command);
    const uint8_t *const bytes = reply.bytes;
    const size_t room = reply.room;
    assert_true(room <= 258); /* what a reply needs, not what could come */
    assert_int_equal(exchange_run(&exchange, command, sizeof command, &reply), EXCHANGE_OK);
    assert_ptr_equal(reply.bytes, bytes);
    assert_int_equal(reply.room, room);
    assert_memory_equal(reply.bytes, ((uint8_t[]){0xAA, 0x90, 0x00}), 3);
    assert_false(exchange_end(&exchange));
    exchange_reply_clear(&reply);
}

/*
 * "The receive buffer offered is always the largest the service takes, whatever Le says": cards give more
 * than they were asked for (pcsc-rust 24, globalplatform PR 39).
 */
static void test_run__offers_the_largest_room(void **state) {
    static const struct {
        enum exchange_protocol protocol;
        const char *command, *sent;
        bool raw;
    } rows[] = {
        {EXCHANGE_T1, "00A4030C", "00A4030C", false},
        {EXCHANGE_T1, "0084000008", "0084000008", false},
        {EXCHANGE_T1, "00B00000000101", "00B00000000101", false},
        {EXCHANGE_RAW, "00B00000000000", "00B00000000000", false},
        {EXCHANGE_T0, "00B0000008", "00B0000008", false},
        {EXCHANGE_T0, "00A4030C", "00A4030C00", false},
        {EXCHANGE_T0, "00", "00", true},
    };
    static const size_t rooms[] = {258, 4096, RECEIVE_MAX};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i)
        for (size_t k = 0; k < COUNT(rooms); ++k) {
            const struct setting setting = {rows[i].protocol, rows[i].raw, -1};
            const struct step step = {rows[i].sent, "9000", 0};
            struct script script = {.steps = &step, .count = 1};
            struct exchange exchange = exchange_begin(&setting, script_transmit, script_go_on, &script);
            struct exchange_reply reply = {0};
            uint8_t bytes[16];
            const size_t size = unhex(rows[i].command, bytes, sizeof bytes);
            exchange.receive_max = rooms[k];
            assert_int_equal(exchange_run(&exchange, bytes, size, &reply), EXCHANGE_OK);
            assert_int_equal(script.room, rooms[k]);
            (void)exchange_end(&exchange);
            exchange_reply_clear(&reply);
        }
}

/* T=1 and RAW, completed. */

static void test_t1__61xx_is_collected(void **state) {
    (void)state;
    CHECK(&t1, "00A4040002A000", "6F00 9000", {"00A4040002A000", "6102", 0}, {"00C0000002", "6F00 9000", 0});
    CHECK(&t1, "80CA000000", "0102 03 0405 6282", {"80CA000000", "0102 6103", 0},
          {"80C0000003", "03 6100", 0}, {"80C0000000", "0405 6282", 0});
}

static void test_t1__61xx_with_the_alternate_class(void **state) {
    static const struct setting alternate = {EXCHANGE_T1, false, 0xA0};
    (void)state;
    CHECK(&alternate, "00A4030C", "0102 9000", {"00A4030C", "6102", 0}, {"A0C0000002", "0102 9000", 0});
}

static void test_t1__6cxx_is_sent_again_once(void **state) {
    (void)state;
    CHECK(&t1, "00B0000000", "0102 9000", {"00B0000000", "6C02", 0}, {"00B0000002", "0102 9000", 0});
    CHECK(&t1, "00B0000010", "AA 9000", {"00B0000010", "6C00", 0}, {"00B0000000", "AA 9000", 0});
    CHECK(&t1, "0088000001AA10", "BB 9000", {"0088000001AA10", "6C08", 0}, {"0088000001AA08", "BB 9000", 0});
    CHECK(&t1, "00B00000001000", "AA 9000", {"00B00000001000", "6C01", 0}, {"00B00000000001", "AA 9000", 0});
    CHECK(&t1, "00B00000001000", "AA 9000", {"00B00000001000", "6C00", 0}, {"00B00000000100", "AA 9000", 0});
    CHECK(&t1, "0088000000000155FFFF", "AA 9000", {"0088000000000155FFFF", "6C20", 0},
          {"00880000000001550020", "AA 9000", 0});
    /* The second answer is final, even 6Cxx; 61xx goes on. */
    CHECK(&t1, "00B0000000", "6C03", {"00B0000000", "6C02", 0}, {"00B0000002", "6C03", 0});
    CHECK(&t1, "00B0000000", "01 02 9000", {"00B0000000", "6C02", 0}, {"00B0000002", "01 6101", 0},
          {"00C0000001", "02 9000", 0});
    /* Data beside a 6Cxx belongs to an answer that was withdrawn. */
    CHECK(&t1, "00B0000000", "01 9000", {"00B0000000", "FFFF 6C01", 0}, {"00B0000001", "01 9000", 0});
}

static void test_t1__6cxx_without_le_is_a_result(void **state) {
    (void)state;
    CHECK(&t1, "00A4030C", "6C10", {"00A4030C", "6C10", 0});
    CHECK(&t1, "00D6000001AA", "6C10", {"00D6000001AA", "6C10", 0});
}

/* Raw mode: one unit, as it stands, in every protocol, and the answer as it is. */

static void test_raw__leaves_61xx_and_6cxx(void **state) {
    static const enum exchange_protocol protocols[] = {EXCHANGE_T0, EXCHANGE_T1, EXCHANGE_RAW};
    (void)state;
    for (size_t i = 0; i < COUNT(protocols); ++i) {
        const struct setting raw = {protocols[i], true, 0xA0};
        CHECK(&raw, "00B0000000", "6C02", {"00B0000000", "6C02", 0});
        CHECK(&raw, "00B0000000", "AA 6102", {"00B0000000", "AA 6102", 0});
        CHECK(&raw, "0088000001AA00", "9000", {"0088000001AA00", "9000", 0});
        CHECK(&raw, "A0A40000023F00", "9F16", {"A0A40000023F00", "9F16", 0});
        CHECK(&raw, "00B00000001000", "6D00", {"00B00000001000", "6D00", 0});
    }
}

/* Bytes that are no APDU, and answers that are none (HandlerTest's Host/test_scripts send such). */
static void test_raw__bytes_as_they_stand(void **state) {
    static const enum exchange_protocol protocols[] = {EXCHANGE_T0, EXCHANGE_T1, EXCHANGE_RAW};
    static const char *const units[] = {"00",           "00A4",         "00A40000",
                                        "00A400000001", "00A40000023F", "00A400000000"};
    static const char *const answers[] = {"9000", "90", "", "0102030405"};
    (void)state;
    for (size_t i = 0; i < COUNT(protocols); ++i)
        for (size_t k = 0; k < COUNT(units); ++k)
            for (size_t l = 0; l < COUNT(answers); ++l) {
                const struct setting raw = {protocols[i], true, -1};
                CHECK(&raw, units[k], answers[l], {units[k], answers[l], 0});
            }
}

static void test_raw__notes_what_announces_more(void **state) {
    static const struct {
        const char *answer;
        bool noted;
    } rows[] = {{"6102", true},  {"AA 6100", true}, {"6C10", true},
                {"9000", false}, {"61", false},     {"", false}};
    static const uint8_t command[] = {0x00, 0xB0, 0, 0, 0};
    const struct setting raw = {EXCHANGE_T1, true, -1};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct step step = {"00B0000000", rows[i].answer, 0};
        struct script script = {.steps = &step, .count = 1};
        struct exchange exchange = exchange_begin(&raw, script_transmit, script_go_on, &script);
        struct exchange_reply reply = {0};
        assert_int_equal(exchange_run(&exchange, command, sizeof command, &reply), EXCHANGE_OK);
        assert_int_equal(exchange_end(&exchange), rows[i].noted);
        exchange_reply_clear(&reply);
    }
}

static void test_raw__nothing_or_too_much_is_not_sent(void **state) {
    static uint8_t bytes[EXCHANGE_UNIT_MAX + 1];
    const struct setting raw = {EXCHANGE_T1, true, -1};
    struct script script = {.count = 0};
    struct exchange exchange = exchange_begin(&raw, script_transmit, script_go_on, &script);
    struct exchange_reply reply = {0};
    (void)state;
    assert_int_equal(exchange_run(&exchange, bytes, 0, &reply), EXCHANGE_MALFORMED);
    assert_int_equal(exchange_run(&exchange, bytes, sizeof bytes, &reply), EXCHANGE_MALFORMED);
    assert_false(exchange_end(&exchange));
    assert_null(reply.bytes);
}

/* T=0, short. */

static void test_t0__case_1_has_a_p3(void **state) {
    (void)state;
    CHECK(&t0, "00A4030C", "9000", {"00A4030C00", "9000", 0});
    CHECK(&t0, "00A4030C", "6C10", {"00A4030C00", "6C10", 0});
    CHECK(&t0, "00A4030C", "AB 9000", {"00A4030C00", "6101", 0}, {"00C0000001", "AB 9000", 0});
}

static void test_t0__case_2(void **state) {
    (void)state;
    CHECK(&t0, "0084000008", "0102030405060708 9000", {"0084000008", "0102030405060708 9000", 0});
    CHECK(&t0, "00B0000000", "6282", {"00B0000000", "6282", 0});
    CHECK(&t0, "00B0000000", "9000", {"00B0000000", "9000", 0});
    CHECK(&t0, "00B0010200", "AA 9000", {"00B0010200", "6C01", 0}, {"00B0010201", "AA 9000", 0});
    CHECK(&t0, "00B0010201", "AA 9000", {"00B0010201", "6C00", 0}, {"00B0010200", "AA 9000", 0});
    CHECK(&t0, "00B0000000", "6C02", {"00B0000000", "6C01", 0}, {"00B0000001", "6C02", 0});
    CHECK(&t0, "00CA000000", "AA BB 9000", {"00CA000000", "6C01", 0}, {"00CA000001", "AA 6101", 0},
          {"00C0000001", "BB 9000", 0});
}

static void test_t0__case_3(void **state) {
    (void)state;
    CHECK(&t0, "00D6000002ABCD", "9000", {"00D6000002ABCD", "9000", 0});
    CHECK(&t0, "0020000104 31323334", "63C2", {"0020000104 31323334", "63C2", 0});
    CHECK(&t0, "A0A40000023F00", "9F16", {"A0A40000023F00", "9F16", 0});
    CHECK(&t0, "00A40000023F00", "6F00 9000", {"00A40000023F00", "6102", 0}, {"00C0000002", "6F00 9000", 0});
    CHECK(&t0, "00D6000001AA", "6C05", {"00D6000001AA", "6C05", 0});
}

static void test_t0__case_4_is_answered_by_get_response(void **state) {
    static const struct setting alternate = {EXCHANGE_T0, false, 0x01};
    (void)state;
    CHECK(&t0, "80A40400023F0010", "0102 9000", {"80A40400023F00", "6102", 0},
          {"80C0000002", "0102 9000", 0});
    CHECK(&alternate, "80A40400023F0010", "0102 9000", {"80A40400023F00", "6102", 0},
          {"01C0000002", "0102 9000", 0});
    CHECK(&t0, "A0A40000023F0000", "9F16", {"A0A40000023F00", "9F16", 0});
    CHECK(&t0, "00A40400023F0000", "6A82", {"00A40400023F00", "6A82", 0});
    /* A reader that fetches by itself gives data at once. */
    CHECK(&t0, "00A40400023F0000", "6F00 9000", {"00A40400023F00", "6F00 9000", 0});
}

static void test_t0__case_4_pieces_are_joined(void **state) {
    (void)state;
    CHECK(&t0, "0088000001AA00", "0102 030405 06 9000", {"0088000001AA", "6102", 0},
          {"00C0000002", "0102 6100", 0}, {"00C0000000", "6C03", 0}, {"00C0000003", "030405 6101", 0},
          {"00C0000001", "06 9000", 0});
    /* A warning behind the data, and data beyond what was asked for: it is heard out. */
    CHECK(&t0, "0088000001AA00", "0102 6282", {"0088000001AA", "6102", 0}, {"00C0000002", "0102 6282", 0});
    CHECK(&t0, "0088000001AA02", "01020304 9000", {"0088000001AA", "6102", 0},
          {"00C0000002", "01020304 9000", 0});
}

/* Accepted without 61xx: the answer is asked for, and what the card said first is never lost. */
static void test_t0__case_4_accepted_at_once(void **state) {
    (void)state;
    CHECK(&t0, "0088000001AA02", "0102 9000", {"0088000001AA", "9000", 0}, {"00C0000002", "0102 9000", 0});
    CHECK(&t0, "0088000001AA00", "0102 9000", {"0088000001AA", "9000", 0}, {"00C0000000", "6C02", 0},
          {"00C0000002", "0102 9000", 0});
    CHECK(&t0, "0088000001AA02", "01 02 6282", {"0088000001AA", "9000", 0}, {"00C0000002", "01 6101", 0},
          {"00C0000001", "02 6282", 0});
    CHECK(&t0, "0088000001AA00", "9000", {"0088000001AA", "9000", 0}, {"00C0000000", "6D00", 0});
    CHECK(&t0, "0088000001AA00", "9000", {"0088000001AA", "9000", 0}, {"00C0000000", "9000", 0});
    CHECK(&t0, "0088000001AA00", "9000", {"0088000001AA", "9000", 0}, {"00C0000000", "6C02", 0},
          {"00C0000002", "6985", 0});
    CHECK(&t0, "0088000001AA00", "01 9000", {"0088000001AA", "9000", 0}, {"00C0000000", "6101", 0},
          {"00C0000001", "01 9000", 0});
    CHECK(&t0, "00A40400023F0000", "6F00 6283", {"00A40400023F00", "6283", 0},
          {"00C0000000", "6F00 9000", 0});
    CHECK(&t0, "00A40400023F0000", "6F00 6281", {"00A40400023F00", "6283", 0},
          {"00C0000000", "6F00 6281", 0});
    CHECK(&t0, "0088000001AA00", "63C1", {"0088000001AA", "63C1", 0}, {"00C0000000", "6985", 0});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_t1__every_case_goes_as_it_is),
        cmocka_unit_test(test_t1__sends_the_callers_bytes),
        cmocka_unit_test(test_run__offers_the_largest_room),
        cmocka_unit_test(test_t1__61xx_is_collected),
        cmocka_unit_test(test_t1__61xx_with_the_alternate_class),
        cmocka_unit_test(test_t1__6cxx_is_sent_again_once),
        cmocka_unit_test(test_t1__6cxx_without_le_is_a_result),
        cmocka_unit_test(test_raw__leaves_61xx_and_6cxx),
        cmocka_unit_test(test_raw__bytes_as_they_stand),
        cmocka_unit_test(test_raw__notes_what_announces_more),
        cmocka_unit_test(test_raw__nothing_or_too_much_is_not_sent),
        cmocka_unit_test(test_t0__case_1_has_a_p3),
        cmocka_unit_test(test_t0__case_2),
        cmocka_unit_test(test_t0__case_3),
        cmocka_unit_test(test_t0__case_4_is_answered_by_get_response),
        cmocka_unit_test(test_t0__case_4_pieces_are_joined),
        cmocka_unit_test(test_t0__case_4_accepted_at_once),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
