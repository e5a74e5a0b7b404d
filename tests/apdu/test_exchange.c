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
    static const struct setting raw = {EXCHANGE_RAW, false, -1};
    (void)state;
    for (size_t i = 0; i < COUNT(commands); ++i) {
        CHECK(&t1, commands[i], "0102 9000", {commands[i], "0102 9000", 0});
        CHECK(&raw, commands[i], "6A82", {commands[i], "6A82", 0});
        CHECK(&t1, commands[i], "9F16", {commands[i], "9F16", 0});
    }
}

/* Neither copied nor measured anew: the link sees the caller's bytes and the caller's buffer. */
static void test_t1__sends_the_callers_bytes_into_the_callers_room(void **state) {
    static const uint8_t command[] = {0x00, 0x84, 0, 0, 0x08};
    const struct step steps[] = {{"0084000008", "9000", 0}, {"0084000008", "AA 9000", 0}};
    struct script script = {.steps = steps, .count = 2};
    const struct exchange exchange = {
        .transmit = script_transmit, .link = &script, .protocol = EXCHANGE_T1, .receive_max = RECEIVE_MAX};
    struct exchange_reply reply = {0};
    (void)state;
    assert_int_equal(exchange_run(&exchange, command, sizeof command, &reply), EXCHANGE_OK);
    assert_ptr_equal(script.sent, command);
    const uint8_t *const bytes = reply.bytes;
    const size_t room = reply.room;
    assert_int_equal(exchange_run(&exchange, command, sizeof command, &reply), EXCHANGE_OK);
    assert_ptr_equal(reply.bytes, bytes);
    assert_int_equal(reply.room, room);
    assert_memory_equal(reply.bytes, ((uint8_t[]){0xAA, 0x90, 0x00}), 3);
    exchange_reply_clear(&reply);
}

static void test_run__receive_size_comes_from_le(void **state) {
    static const struct {
        enum exchange_protocol protocol;
        const char *command;
        const char *sent;
        size_t receive_max;
        size_t room;
    } rows[] = {
        {EXCHANGE_T1, "00A4030C", "00A4030C", RECEIVE_MAX, 258},
        {EXCHANGE_T1, "0084000008", "0084000008", RECEIVE_MAX, 258},
        {EXCHANGE_T1, "00B0000000", "00B0000000", RECEIVE_MAX, 258},
        {EXCHANGE_T1, "00B00000000101", "00B00000000101", RECEIVE_MAX, 259},
        {EXCHANGE_T1, "00B00000000000", "00B00000000000", RECEIVE_MAX, 65538},
        {EXCHANGE_T1, "00B00000000000", "00B00000000000", 4096, 4096},
        {EXCHANGE_T1, "00B0000000", "00B0000000", 64, 64},
        {EXCHANGE_T0, "00B0000008", "00B0000008", RECEIVE_MAX, 258},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        const struct step step = {rows[i].sent, "9000", 0};
        struct script script = {.steps = &step, .count = 1};
        const struct exchange exchange = {.transmit = script_transmit,
                                          .link = &script,
                                          .protocol = rows[i].protocol,
                                          .receive_max = rows[i].receive_max};
        struct exchange_reply reply = {0};
        uint8_t bytes[16];
        const size_t size = unhex(rows[i].command, bytes, sizeof bytes);
        assert_int_equal(exchange_run(&exchange, bytes, size, &reply), EXCHANGE_OK);
        assert_int_equal(script.room, rows[i].room);
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

static void test_t1__raw_mode_leaves_both(void **state) {
    static const struct setting leave = {EXCHANGE_T1, true, 0xA0};
    static const struct setting leave_raw = {EXCHANGE_RAW, true, -1};
    (void)state;
    CHECK(&leave, "00B0000000", "6C02", {"00B0000000", "6C02", 0});
    CHECK(&leave, "00B0000000", "AA 6102", {"00B0000000", "AA 6102", 0});
    CHECK(&leave_raw, "00B0000000", "6102", {"00B0000000", "6102", 0});
}

/* T=0, short. */

static void test_t0__case_1_has_a_p3(void **state) {
    static const struct setting raw = {EXCHANGE_T0, true, -1};
    (void)state;
    CHECK(&t0, "00A4030C", "9000", {"00A4030C00", "9000", 0});
    CHECK(&t0, "00A4030C", "6C10", {"00A4030C00", "6C10", 0});
    CHECK(&t0, "00A4030C", "AB 9000", {"00A4030C00", "6101", 0}, {"00C0000001", "AB 9000", 0});
    CHECK(&raw, "00A4030C", "AB 9000", {"00A4030C00", "6101", 0}, {"00C0000001", "AB 9000", 0});
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
    /* A warning behind the data, and data beyond what was announced. */
    CHECK(&t0, "0088000001AA00", "0102 6282", {"0088000001AA", "6102", 0}, {"00C0000002", "0102 6282", 0});
    CHECK(&t0, "0088000001AA02", "01020304 9000", {"0088000001AA", "6102", 0},
          {"00C0000002", "01020304 9000", 0});
    /* A GET RESPONSE that fails closes the reply with its SW. */
    CHECK(&t0, "0088000001AA00", "6985", {"0088000001AA", "6102", 0}, {"00C0000002", "6985", 0});
    CHECK(&t0, "0088000001AA00", "01 6F00", {"0088000001AA", "6102", 0}, {"00C0000002", "01 6101", 0},
          {"00C0000001", "6F00", 0});
    CHECK(&t0, "0088000001AA00", "6C02", {"0088000001AA", "6102", 0}, {"00C0000002", "6C03", 0},
          {"00C0000003", "6C02", 0});
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
        cmocka_unit_test(test_t1__sends_the_callers_bytes_into_the_callers_room),
        cmocka_unit_test(test_run__receive_size_comes_from_le),
        cmocka_unit_test(test_t1__61xx_is_collected),
        cmocka_unit_test(test_t1__61xx_with_the_alternate_class),
        cmocka_unit_test(test_t1__6cxx_is_sent_again_once),
        cmocka_unit_test(test_t1__6cxx_without_le_is_a_result),
        cmocka_unit_test(test_t1__raw_mode_leaves_both),
        cmocka_unit_test(test_t0__case_1_has_a_p3),
        cmocka_unit_test(test_t0__case_2),
        cmocka_unit_test(test_t0__case_3),
        cmocka_unit_test(test_t0__case_4_is_answered_by_get_response),
        cmocka_unit_test(test_t0__case_4_pieces_are_joined),
        cmocka_unit_test(test_t0__case_4_accepted_at_once),
    };
    return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
