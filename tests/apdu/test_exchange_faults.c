/*
 * The exchange engine and everything that goes wrong: commands, links, hostile cards; and its reply buffer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/apdu.h"
#include "apdu/exchange.h"
#include "script.h"

static const enum exchange_protocol protocols[] = {EXCHANGE_T0, EXCHANGE_T1, EXCHANGE_RAW};

static void test_run__malformed_command_sends_nothing(void **state) {
    static const char *const bad[] = {"", "00", "00A400", "00A400000001", "00A40000023F", "00A400000000"};
    (void)state;
    for (size_t i = 0; i < COUNT(bad); ++i)
        for (size_t k = 0; k < COUNT(protocols); ++k) {
            const struct setting setting = {protocols[k], false, -1};
            check(&setting, bad[i], NULL, 0, NULL, EXCHANGE_MALFORMED);
        }
}

static void test_run__link_error_passes_through(void **state) {
    (void)state;
    CHECK_FAILS(&t1, "0084000008", LINK_ERROR, {"0084000008", NULL, LINK_ERROR});
    CHECK_FAILS(&t1, "0084000008", LINK_ERROR, {"0084000008", "6C02", 0}, {"0084000002", NULL, LINK_ERROR});
    CHECK_FAILS(&t1, "0084000008", LINK_ERROR, {"0084000008", "AA 6102", 0},
                {"00C0000002", NULL, LINK_ERROR});
    CHECK_FAILS(&t0, "00A4030C", LINK_ERROR, {"00A4030C00", NULL, LINK_ERROR});
    CHECK_FAILS(&t0, "00B0000000", LINK_ERROR, {"00B0000000", "6C01", 0}, {"00B0000001", NULL, LINK_ERROR});
    CHECK_FAILS(&t0, "00D6000001AA", LINK_ERROR, {"00D6000001AA", NULL, LINK_ERROR});
    CHECK_FAILS(&t0, "0088000001AA00", LINK_ERROR, {"0088000001AA", "6102", 0},
                {"00C0000002", NULL, LINK_ERROR});
    CHECK_FAILS(&t0, "0088000001AA00", LINK_ERROR, {"0088000001AA", "9000", 0},
                {"00C0000000", NULL, LINK_ERROR});
    CHECK_FAILS(&t0, "0088000001AA00", LINK_ERROR, {"0088000001AA", "9000", 0}, {"00C0000000", "AA 6101", 0},
                {"00C0000001", NULL, LINK_ERROR});
}

static void test_run__too_short_a_reply(void **state) {
    (void)state;
    CHECK_FAILS(&t1, "0084000008", EXCHANGE_BAD_REPLY, {"0084000008", "", 0});
    CHECK_FAILS(&t1, "0084000008", EXCHANGE_BAD_REPLY, {"0084000008", "90", 0});
    CHECK_FAILS(&t0, "0084000008", EXCHANGE_BAD_REPLY, {"0084000008", "90", 0});
    CHECK_FAILS(&t0, "0084000008", EXCHANGE_BAD_REPLY, {"0084000008", "AA 6110", 0}, {"00C0000007", "90", 0});
    CHECK_FAILS(&t0, "0088000001AA00", EXCHANGE_BAD_REPLY, {"0088000001AA", "9000", 0},
                {"00C0000000", "", 0});
}

/* Units that go as they are, whatever they are. */
static void test_raw__link_error_passes_through(void **state) {
    static const struct setting raw = {EXCHANGE_T1, true, -1};
    (void)state;
    CHECK_FAILS(&raw, "FFEE", LINK_ERROR, {"FFEE", NULL, LINK_ERROR});
}

/* "A GET RESPONSE that brings nothing new ends it." */
static void test_run__announcing_without_giving(void **state) {
    (void)state;
    CHECK(&t0, "0084000000", "6111", {"0084000000", "6110", 0}, {"00C0000010", "6111", 0});
    CHECK(&t1, "0084000000", "6111", {"0084000000", "6110", 0}, {"00C0000010", "6C01", 0},
          {"00C0000001", "6111", 0});
    CHECK(&t1, "0084000000", "AABB CC 6105", {"0084000000", "AABB 6110", 0}, {"00C0000010", "CC 6104", 0},
          {"00C0000004", "6105", 0});
    CHECK(&t0, "0088000001AA00", "9000", {"0088000001AA", "9000", 0}, {"00C0000000", "6110", 0},
          {"00C0000010", "6F00", 0});
}

/*
 * A card that always has more to say keeps the caller only as long as the caller likes: whether to go on is
 * asked before each unit but the first, of whatever kind.
 */
static void test_run__asks_before_every_further_unit(void **state) {
    (void)state;
    for (size_t stop = 1; stop <= 3; ++stop)
        CHECK_STOPS(&t1, "00CA000000", stop, {"00CA000000", "AA 6110", 0}, {"00C0000010", "AA 6110", 0},
                    {"00C0000010", "AA 6110", 0});
    CHECK_STOPS(&t1, "00CA000000", 1, {"00CA000000", "6C10", 0});
    CHECK_STOPS(&raw_protocol, "00CA000000", 2, {"00CA000000", "6C10", 0}, {"00CA000010", "AA 6110", 0});
    CHECK_STOPS(&t0, "00CA000000", 1, {"00CA000000", "6C10", 0});
    CHECK_STOPS(&t0, "80CA000000", 2, {"80CA000000", "6110", 0}, {"80C0000010", "6D00", 0});
    CHECK_STOPS(&t0, "00CA000000", 2, {"00CA000000", "6110", 0}, {"00C0000010", "6C08", 0});
    CHECK_STOPS(&t0, "0088000001AA00", 1, {"0088000001AA", "9000", 0});
}

/* A hostile card: answers every unit with the same bytes. */
struct parrot {
    size_t data;
    uint8_t sw1, sw2;
    size_t units;
    bool overclaims;
};

static uint32_t parrot_transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                                size_t *receive_size) {
    struct parrot *card = link;
    assert_true(send_size >= 5 && send[0] == 0x00);
    ++card->units;
    assert_true(card->data + 2 <= *receive_size);
    memset(receive, 0x5A, card->data);
    receive[card->data] = card->sw1;
    receive[card->data + 1] = card->sw2;
    *receive_size = card->overclaims ? *receive_size + 1 : card->data + 2;
    return 0;
}

static uint32_t parrot_run(struct parrot *card, enum exchange_protocol protocol, uint8_t le,
                           struct exchange_reply *reply) {
    const uint8_t command[] = {0x00, 0xB0, 0, 0, le};
    const struct setting setting = {protocol, false, -1};
    struct exchange exchange = exchange_begin(&setting, parrot_transmit, always_on, card);
    const uint32_t code = exchange_run(&exchange, command, sizeof command, reply);
    (void)exchange_end(&exchange);
    return code;
}

/*
 * With Le 00 "the answer has no more than 65536 bytes": the first of them, and the 61xx last seen. With a
 * number it has that many: a card that says `AA BB 61 10` to everything is cured by that.
 */
static void test_run__endless_61xx_ends(void **state) {
    static const size_t data[] = {1, 2, 255, 256};
    struct exchange_reply reply = {0};
    (void)state;
    for (size_t i = 0; i < COUNT(data); ++i)
        for (size_t k = 0; k < COUNT(protocols); ++k) {
            struct parrot card = {.data = data[i], .sw1 = 0x61, .sw2 = 0x00};
            assert_int_equal(parrot_run(&card, protocols[k], 0, &reply), EXCHANGE_OK);
            assert_int_equal(card.units, (65536 + data[i] - 1) / data[i]);
            assert_int_equal(reply.size, APDU_REPLY_MAX);
            assert_int_equal(reply.bytes[0], 0x5A);
            assert_int_equal(reply.bytes[65535], 0x5A);
            assert_memory_equal(reply.bytes + 65536, ((uint8_t[]){0x61, 0x00}), 2);
            struct parrot eight = {.data = data[i], .sw1 = 0x61, .sw2 = 0x10};
            assert_int_equal(parrot_run(&eight, protocols[k], 8, &reply), EXCHANGE_OK);
            assert_int_equal(eight.units, data[i] < 8 ? 8 / data[i] : 1);
            assert_int_equal(reply.size, data[i] < 8 ? 10 : data[i] + 2);
            assert_memory_equal(reply.bytes + reply.size - 2, ((uint8_t[]){0x61, 0x10}), 2);
        }
    /* The buffer is as good as before. */
    struct parrot good = {.data = 3, .sw1 = 0x90};
    assert_int_equal(parrot_run(&good, EXCHANGE_T0, 0, &reply), EXCHANGE_OK);
    assert_int_equal(reply.size, 5);
    exchange_reply_clear(&reply);
}

static void test_run__endless_6cxx_ends(void **state) {
    struct exchange_reply reply = {0};
    (void)state;
    for (size_t k = 0; k < COUNT(protocols); ++k) {
        struct parrot card = {.sw1 = 0x6C, .sw2 = 0x05};
        assert_int_equal(parrot_run(&card, protocols[k], 0, &reply), EXCHANGE_OK);
        assert_int_equal(card.units, 2);
        assert_int_equal(reply.size, 2);
        assert_memory_equal(reply.bytes, ((uint8_t[]){0x6C, 0x05}), 2);
    }
    exchange_reply_clear(&reply);
}

static void test_run__link_claims_more_than_the_room(void **state) {
    struct parrot card = {.sw1 = 0x90, .overclaims = true};
    struct exchange_reply reply = {0};
    (void)state;
    assert_int_equal(parrot_run(&card, EXCHANGE_T1, 0, &reply), EXCHANGE_BAD_REPLY);
    assert_int_equal(reply.size, 0);
    exchange_reply_clear(&reply);
}

/* The largest reply there is comes through piece by piece: 256 pieces of 256 bytes. */
struct feeder {
    size_t left;
    uint8_t next;
};

static uint32_t feeder_transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                                size_t *receive_size) {
    struct feeder *card = link;
    (void)send;
    (void)send_size;
    assert_true(*receive_size >= 258);
    for (size_t i = 0; i < 256; ++i)
        receive[i] = card->next++;
    card->left -= 256;
    ++card->next; /* no two pieces alike */
    receive[256] = card->left ? 0x61 : 0x90;
    receive[257] = 0x00;
    *receive_size = 258;
    return 0;
}

static void test_t0__largest_reply(void **state) {
    static const uint8_t command[] = {0x00, 0xB0, 0, 0, 0x00};
    struct feeder card = {.left = 65536};
    struct exchange exchange = exchange_begin(&t0, feeder_transmit, always_on, &card);
    struct exchange_reply reply = {0};
    (void)state;
    assert_int_equal(exchange_run(&exchange, command, sizeof command, &reply), EXCHANGE_OK);
    assert_int_equal(reply.size, APDU_REPLY_MAX);
    for (size_t i = 0; i < 65536; ++i)
        if (reply.bytes[i] != (uint8_t)(i + i / 256))
            fail_msg("byte %zu", i);
    assert_memory_equal(reply.bytes + 65536, ((uint8_t[]){0x90, 0x00}), 2);
    (void)exchange_end(&exchange);
    exchange_reply_clear(&reply);
}

/* Answers GET RESPONSE by 9000 without data, and leaves something of its own behind each answer. */
static uint32_t untidy_transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                                size_t *receive_size) {
    static const uint8_t first[] = {0x01, 0x61, 0x02, 0xAA}, second[] = {0x90, 0x00, 0xAA, 0xAA};
    (void)link;
    (void)send_size;
    const bool fetched = send[1] == 0xC0;
    memcpy(receive, fetched ? second : first, 4);
    *receive_size = fetched ? 2 : 3;
    return 0;
}

static void test_run__what_lies_behind_an_answer_is_not_read(void **state) {
    static const uint8_t command[] = {0x00, 0xB0, 0, 0, 0x00};
    struct exchange exchange = exchange_begin(&t1, untidy_transmit, always_on, NULL);
    struct exchange_reply reply = {0};
    (void)state;
    assert_int_equal(exchange_run(&exchange, command, sizeof command, &reply), EXCHANGE_OK);
    assert_int_equal(reply.size, 3);
    assert_memory_equal(reply.bytes, ((uint8_t[]){0x01, 0x90, 0x00}), 3);
    memset(exchange.receive, 0, 4);
    (void)exchange_end(&exchange);
    exchange_reply_clear(&reply);
}

/* A command that cannot be sent has no reply, not the one that was there before. */
static void test_run_parsed__refusal_has_no_reply(void **state) {
    uint8_t command[7 + 256] = {0x80, 0xDA, 0, 0, 0x00, 0x01, 0x00};
    struct apdu apdu = {0};
    struct script script = {0};
    struct exchange exchange = exchange_begin(&t0, script_transmit, always_on, &script);
    struct exchange_reply reply = {0};
    (void)state;
    assert_true(apdu_parse(command, sizeof command, &apdu));
    assert_true(exchange_reply_reserve(&reply, 16));
    reply.size = 16;
    assert_int_equal(exchange_run_parsed(&exchange, &apdu, command, sizeof command, &reply),
                     EXCHANGE_UNSUPPORTED);
    assert_int_equal(reply.size, 0);
    (void)exchange_end(&exchange);
    exchange_reply_clear(&reply);
}

static void test_reply__reserve_keeps_the_content(void **state) {
    struct exchange_reply reply = {0};
    (void)state;
    assert_true(exchange_reply_reserve(&reply, 0));
    assert_null(reply.bytes);
    assert_true(exchange_reply_reserve(&reply, 4));
    assert_true(reply.room >= 4);
    memcpy(reply.bytes, "abcd", 4);
    reply.size = 4;
    assert_true(exchange_reply_reserve(&reply, 100000));
    assert_true(reply.room >= 100000);
    assert_int_equal(reply.size, 4);
    assert_memory_equal(reply.bytes, "abcd", 4);
    const uint8_t *const bytes = reply.bytes;
    assert_true(exchange_reply_reserve(&reply, 10));
    assert_ptr_equal(reply.bytes, bytes);
    exchange_reply_clear(&reply);
    exchange_reply_clear(&reply);
    assert_null(reply.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run__malformed_command_sends_nothing),
        cmocka_unit_test(test_run__link_error_passes_through),
        cmocka_unit_test(test_run__too_short_a_reply),
        cmocka_unit_test(test_run__announcing_without_giving),
        cmocka_unit_test(test_run__asks_before_every_further_unit),
        cmocka_unit_test(test_run__endless_61xx_ends),
        cmocka_unit_test(test_run__endless_6cxx_ends),
        cmocka_unit_test(test_raw__link_error_passes_through),
        cmocka_unit_test(test_run__link_claims_more_than_the_room),
        cmocka_unit_test(test_t0__largest_reply),
        cmocka_unit_test(test_run__what_lies_behind_an_answer_is_not_read),
        cmocka_unit_test(test_run_parsed__refusal_has_no_reply),
        cmocka_unit_test(test_reply__reserve_keeps_the_content),
    };
    return cmocka_run_group_tests_name("exchange, faults", tests, NULL, NULL);
}
