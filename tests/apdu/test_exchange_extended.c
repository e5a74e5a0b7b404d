/*
 * The exchange engine with extended commands over T=0: as short ones where Nc allows that, else by ENVELOPE.
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

static void test_t0__extended_that_fits_goes_short(void **state) {
    (void)state;
    CHECK(&t0, "00B00000000010", "AA 9000", {"00B0000010", "AA 9000", 0});
    CHECK(&t0, "00B00000000100", "AA 9000", {"00B0000000", "6C01", 0}, {"00B0000001", "AA 9000", 0});
    CHECK(&t0, "00D60000000002ABCD", "9000", {"00D6000002ABCD", "9000", 0});
    CHECK(&t0, "00880000000002ABCD0100", "0102 9000", {"0088000002ABCD", "6102", 0},
          {"00C0000002", "0102 9000", 0});
    CHECK(&t0, "00880000000002ABCD0003", "010203 9000", {"0088000002ABCD", "9000", 0},
          {"00C0000003", "010203 9000", 0});
}

/*
 * Ne above 256 with Nc up to 255 (cases 2E.2 and 4E.1; ISO/IEC 7816-3 12.2.6, 12.2.8): P3 00, then GET
 * RESPONSE until Ne is there or the card has no more. A UICC gives its template to the right length only
 * (onomondo-uicc PR 70).
 */
static void test_t0__long_answer(void **state) {
    static const struct setting alternate = {EXCHANGE_T0, false, 0xA0};
    (void)state;
    CHECK(&t0, "80F20000000168", "6229 9000", {"80F2000000", "6C02", 0}, {"80F2000002", "6229 9000", 0});
    CHECK(&t0, "00B00000001000", "0102 03 9000", {"00B0000000", "0102 6101", 0},
          {"00C0000001", "03 9000", 0});
    CHECK(&t0, "00B00000001000", "0102 9000", {"00B0000000", "0102 9000", 0});
    CHECK(&t0, "00B00000000000", "0102 6282", {"00B0000000", "0102 6282", 0});
    CHECK(&t0, "00B00000001000", "6A86", {"00B0000000", "6A86", 0});
    CHECK(&t0, "00B00000001000", "0102 9000", {"00B0000000", "6102", 0}, {"00C0000002", "0102 9000", 0});
    CHECK(&t0, "00880000000001AA0000", "03 9000", {"0088000001AA", "6101", 0}, {"00C0000001", "03 9000", 0});
    CHECK(&t0, "80880000000001AA1000", "03 04 9000", {"8088000001AA", "9000", 0},
          {"80C0000000", "03 6101", 0}, {"80C0000001", "04 9000", 0});
    CHECK(&alternate, "80B00000001000", "03 9000", {"80B0000000", "6101", 0}, {"A0C0000001", "03 9000", 0});
    CHECK_FAILS(&t0, "00B00000001000", LINK_ERROR, {"00B0000000", NULL, LINK_ERROR});
}

/* A card that puts ENVELOPEs together by the rule of exchange.h. */
struct collector {
    uint8_t bytes[2048];
    size_t size;
    size_t units;
    bool ended;
    uint16_t refuse; /* SW to the unit number `refuse_at`, 0: none */
    size_t refuse_at;
    const char *answer; /* to the block that ends the string */
    uint8_t cla;        /* of the ENVELOPEs */
};

static uint32_t collector_transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                                   size_t *receive_size) {
    struct collector *card = link;
    if (send[1] == 0xC0) {
        assert_true(card->ended);
        assert_int_equal(send_size, 5);
        *receive_size = unhex("A1A2 9000", receive, *receive_size);
        return 0;
    }
    assert_false(card->ended);
    assert_memory_equal(send, ((uint8_t[]){card->cla, 0xC2, 0, 0}), 4);
    assert_int_equal(send_size, 5u + send[4]);
    assert_true(card->size + send[4] <= sizeof card->bytes);
    memcpy(card->bytes + card->size, send + 5, send[4]);
    card->size += send[4];
    card->ended = send[4] < 255;
    if (card->refuse && card->units == card->refuse_at) {
        receive[0] = (uint8_t)(card->refuse >> 8);
        receive[1] = (uint8_t)card->refuse;
        *receive_size = 2;
        card->ended = true;
    } else {
        *receive_size = unhex(card->ended ? card->answer : "9000", receive, *receive_size);
    }
    ++card->units;
    return 0;
}

/* Runs a command of class `cla`, `nc` data bytes and Ne `ne` against the collecting card. */
static void collect_class(uint8_t cla, uint32_t nc, uint32_t ne, struct collector *card,
                          const char *reply_hex) {
    static uint8_t data[1024];
    uint8_t command[2048], expected[16];
    for (size_t i = 0; i < sizeof data; ++i)
        data[i] = (uint8_t)(i * 7);
    const struct apdu apdu = {.cla = cla, .ins = 0xD6, .data = data, .nc = nc, .ne = ne};
    const size_t size = apdu_encode(&apdu, command, sizeof command);
    struct exchange exchange = exchange_begin(&t0, collector_transmit, always_on, card);
    struct exchange_reply reply = {0};
    assert_true(size > 0);
    assert_int_equal(exchange_run(&exchange, command, size, &reply), EXCHANGE_OK);
    const size_t expected_size = unhex(reply_hex, expected, sizeof expected);
    assert_int_equal(reply.size, expected_size);
    assert_memory_equal(reply.bytes, expected, expected_size);
    if (!card->refuse)
        assert_int_equal(card->size, size);
    assert_memory_equal(card->bytes, command, card->size);
    (void)exchange_end(&exchange);
    exchange_reply_clear(&reply);
}

static void collect_check(uint32_t nc, uint32_t ne, struct collector *card, const char *reply_hex) {
    collect_class(0x00, nc, ne, card, reply_hex);
}

static void test_t0__envelopes_carry_the_whole_apdu(void **state) {
    static const struct {
        uint32_t nc, ne;
        size_t units;
        const char *answer, *reply;
    } rows[] = {
        {256, 0, 2, "9000", "9000"},          /* 263 bytes */
        {502, 0, 2, "6A84", "6A84"},          /* 509: the last block has 254 */
        {503, 0, 3, "9000", "9000"},          /* 510: two full blocks and an empty one */
        {504, 0, 3, "9000", "9000"},          /* 511 */
        {501, 65536, 3, "6102", "A1A2 9000"}, /* 510 with Le */
        {300, 1, 2, "9000", "A1A2 9000"},     /* accepted, then asked for */
        {1000, 256, 4, "A5 9000", "A5 9000"}, /* data at once */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct collector card = {.answer = rows[i].answer};
        collect_check(rows[i].nc, rows[i].ne, &card, rows[i].reply);
        assert_int_equal(card.units, rows[i].units);
        assert_true(card.ended);
    }
}

static void test_t0__envelope_refused_on_the_way(void **state) {
    (void)state;
    struct collector first = {.answer = "9000", .refuse = 0x6D00, .refuse_at = 0};
    collect_check(300, 0, &first, "6D00");
    assert_int_equal(first.units, 1);
    struct collector second = {.answer = "9000", .refuse = 0x6700, .refuse_at = 1};
    collect_check(1000, 16, &second, "6700");
    assert_int_equal(second.units, 2);
    /* A warning on the way is the end too, and there is no answer to ask for. */
    struct collector warned = {.answer = "9000", .refuse = 0x6300, .refuse_at = 1};
    collect_check(1000, 16, &warned, "6300");
    /* A card that knows the end of a full last block without the empty one. */
    struct collector knows = {.answer = "9000", .refuse = 0x6102, .refuse_at = 1};
    collect_check(501, 65536, &knows, "A1A2 9000");
    assert_int_equal(knows.units, 2);
}

/* What carries a command is itself neither protected nor a link of a chain; the channel is the command's. */
static void test_t0__class_of_envelopes(void **state) {
    static const struct {
        uint8_t cla, envelope;
        bool chained;
    } rows[] = {{0x00, 0x00, false}, {0x03, 0x03, false}, {0x0C, 0x00, false}, {0x0D, 0x01, false},
                {0x10, 0x00, true},  {0x45, 0x45, false}, {0x6F, 0x4F, false}, {0x71, 0x41, true}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct collector card = {.answer = "6102", .cla = rows[i].envelope};
        collect_class(rows[i].cla, 300, 256, &card, rows[i].chained ? "6102" : "A1A2 9000");
        assert_true(card.ended);
    }
}

/*
 * In classes 80..FF C2 is somebody's own command: the card application toolkit's, for one (TS 102 221
 * 11.2.2).
 */
static void test_t0__no_envelope_for_classes_of_ones_own(void **state) {
    static uint8_t command[2048], data[256];
    (void)state;
    for (unsigned cla = 0x80; cla <= 0xFF; ++cla)
        for (uint32_t ne = 0; ne <= 65536; ne += 32768) {
            const struct apdu apdu = {.cla = (uint8_t)cla, .ins = 0xD6, .data = data, .nc = 256, .ne = ne};
            const size_t size = apdu_encode(&apdu, command, sizeof command);
            struct script script = {.count = 0};
            struct exchange exchange = exchange_begin(&t0, script_transmit, script_go_on, &script);
            struct exchange_reply reply = {0};
            assert_int_equal(exchange_run(&exchange, command, size, &reply), EXCHANGE_UNSUPPORTED);
            assert_int_equal(reply.size, 0);
            (void)exchange_end(&exchange);
        }
    /* T=1 carries it. */
    struct step step = {.answer = "9000"};
    char hex[2 * (256 + 7) + 1] = "80D60000000100";
    memset(hex + 14, '5', 512);
    step.send = hex;
    check(&t1, hex, &step, 1, "9000", EXCHANGE_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_t0__extended_that_fits_goes_short),
        cmocka_unit_test(test_t0__long_answer),
        cmocka_unit_test(test_t0__envelopes_carry_the_whole_apdu),
        cmocka_unit_test(test_t0__envelope_refused_on_the_way),
        cmocka_unit_test(test_t0__class_of_envelopes),
        cmocka_unit_test(test_t0__no_envelope_for_classes_of_ones_own),
    };
    return cmocka_run_group_tests_name("exchange, extended", tests, NULL, NULL);
}
