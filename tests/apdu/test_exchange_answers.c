/*
 * The exchange engine and what real cards answer: how much of it is fetched, in which class, what becomes of
 * a GET RESPONSE that is refused, and what happens between the links of a chain.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/exchange.h"
#include "script.h"

static const struct setting *const all[] = {&t0, &t1, &raw_protocol};

/*
 * Never more than Ne: P3 of GET RESPONSE is the smaller of what is still wanted and xx; when Ne bytes are
 * there and the card has more, the status word is the 61xx last seen. A part of a PIV object was read and all
 * of it came (OpenSC 1274, pcsc-sharp PR 9 and 28).
 */
static void test_ne__no_more_is_fetched(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(all); ++i) {
        const struct setting *const any = all[i];
        CHECK(any, "00CA000003", "010203 6100", {"00CA000003", "010203 6100", 0});
        CHECK(any, "00CA000003", "010203 6102", {"00CA000003", "01 6104", 0}, {"00C0000002", "0203 6102", 0});
        CHECK(any, "00CA000003", "010203 9000", {"00CA000003", "01 6101", 0}, {"00C0000001", "02 6101", 0},
              {"00C0000001", "03 9000", 0});
        CHECK(any, "00CA000003", "010203 6200", {"00CA000003", "6100", 0}, {"00C0000003", "010203 6200", 0});
        CHECK(any, "00CA00000000FF", "AA BB 9000",
              {any == &t0 ? "00CA0000FF" : "00CA00000000FF", "AA 6100", 0}, {"00C00000FE", "BB 9000", 0});
        /* Extended, so that 256 means 256, of which one is there. */
        CHECK(any, "00CA0000000100", "AA BB 9000",
              {any == &t0 ? "00CA000000" : "00CA0000000100", "AA 6100", 0}, {"00C00000FF", "BB 9000", 0});
    }
    CHECK(&t0, "0088000001AA02", "0102 6103", {"0088000001AA", "6105", 0}, {"00C0000002", "0102 6103", 0});
    CHECK(&t0, "0088000001AA02", "0102 61FF", {"0088000001AA", "9000", 0}, {"00C0000002", "01 6103", 0},
          {"00C0000001", "02 61FF", 0});
    CHECK(&t1, "0088000001AA02", "0102 6103", {"0088000001AA02", "6105", 0}, {"00C0000002", "0102 6103", 0});
}

/* A re-send asks for xx, and the caller gets the first Ne bytes (ISO/IEC 7816-3 12.2.3, case 2S.3). */
static void test_ne__of_a_resend_the_first_bytes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(all); ++i) {
        CHECK(all[i], "00B0000002", "0102 9000", {"00B0000002", "6C05", 0},
              {"00B0000005", "0102030405 9000", 0});
        CHECK(all[i], "00B0000002", "0102 6282", {"00B0000002", "6C00", 0}, {"00B0000000", "010203 6282", 0});
        CHECK(all[i], "00B0000002", "0102 6107", {"00B0000002", "6C05", 0}, {"00B0000005", "010203 6107", 0});
        CHECK(all[i], "00B0000005", "0102 9000", {"00B0000005", "6C02", 0}, {"00B0000002", "0102 9000", 0});
        CHECK(all[i], "00B0000000", "0102 9000", {"00B0000000", "6C02", 0}, {"00B0000002", "0102 9000", 0});
        /* ... of a GET RESPONSE likewise. */
        CHECK(all[i], "00B0000003", "010203 9000", {"00B0000003", "01 6104", 0}, {"00C0000002", "6C04", 0},
              {"00C0000004", "02030405 9000", 0});
        CHECK(all[i], "00B0000003", "0102 9000", {"00B0000003", "01 6104", 0}, {"00C0000002", "6C01", 0},
              {"00C0000001", "02 9000", 0});
    }
    CHECK(&t1, "0088000001AA02", "0102 9000", {"0088000001AA02", "6C03", 0},
          {"0088000001AA03", "010203 9000", 0});
    CHECK(&t1, "00B00000000002", "0102 9000", {"00B00000000002", "6C03", 0},
          {"00B00000000003", "010203 9000", 0});
}

/* No Le, or Le 00: everything, joined. What a card gives unasked is kept. */
static void test_ne__everything(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(all); ++i) {
        CHECK(all[i], "00CA000000", "01 02 03 9000", {"00CA000000", "01 6101", 0},
              {"00C0000001", "02 6100", 0}, {"00C0000000", "03 9000", 0});
        CHECK(all[i], "00A40000023F00", "01 02 9000", {"00A40000023F00", "6101", 0},
              {"00C0000001", "01 6101", 0}, {"00C0000001", "02 9000", 0});
        CHECK(all[i], "00A4030C", "01 9000", {all[i] == &t0 ? "00A4030C00" : "00A4030C", "6101", 0},
              {"00C0000001", "01 9000", 0});
        CHECK(all[i], "00CA000002", "01020304 9000", {"00CA000002", "01020304 9000", 0});
        CHECK(all[i], "00CA000002", "01020304 6110", {"00CA000002", "01020304 6110", 0});
        CHECK(all[i], "00CA000002", "01020304 9000", {"00CA000002", "01 6101", 0},
              {"00C0000001", "020304 9000", 0});
    }
}

/*
 * The class of GET RESPONSE: the command's without secure messaging and chaining, channel kept. In the class
 * of a protected command it is an unprotected one, and ends the session (OpenSC 3777, 970, 1313).
 */
static void test_class__of_get_response(void **state) {
    static const uint8_t rows[][2] = {{0x00, 0x00}, {0x01, 0x01}, {0x03, 0x03}, {0x04, 0x00}, {0x08, 0x00},
                                      {0x0C, 0x00}, {0x0D, 0x01}, {0x0F, 0x03}, {0x20, 0x20}, {0x3F, 0x3F},
                                      {0x40, 0x40}, {0x41, 0x41}, {0x4F, 0x4F}, {0x60, 0x40}, {0x65, 0x45},
                                      {0x6F, 0x4F}, {0x80, 0x80}, {0x83, 0x83}, {0x84, 0x80}, {0x8C, 0x80},
                                      {0x8F, 0x83}, {0x90, 0x80}, {0x94, 0x80}, {0x9F, 0x83}, {0xA0, 0xA0},
                                      {0xB0, 0xB0}, {0xC0, 0xC0}, {0xE0, 0xE0}, {0xFE, 0xFE}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i)
        for (size_t k = 0; k < COUNT(all); ++k) {
            char command[20], fetch[20], again[20];
            (void)snprintf(command, sizeof command, "%02XCA000000", rows[i][0]);
            (void)snprintf(fetch, sizeof fetch, "%02XC0000002", rows[i][1]);
            (void)snprintf(again, sizeof again, "%02XC0000001", rows[i][1]);
            const struct setting alternate = {all[k]->protocol, false, 0xA5};
            CHECK(all[k], command, "0102 03 9000", {command, "6102", 0}, {fetch, "0102 6101", 0},
                  {again, "03 9000", 0});
            CHECK(&alternate, command, "01 9000", {command, "6101", 0}, {"A5C0000001", "01 9000", 0});
        }
}

/*
 * Channels 0 to 3 of the first interindustry classes, 4 to 19 of the further ones (ISO/IEC 7816-4:2005 5.1.1,
 * tables 2 and 3).
 */
static void test_class__keeps_the_channel(void **state) {
    (void)state;
    for (unsigned channel = 0; channel < 20; ++channel)
        for (unsigned secured = 0; secured < (channel < 4 ? 4u : 2u); ++secured) {
            const unsigned plain = channel < 4 ? channel : 0x40 + channel - 4;
            const unsigned cla = plain | (channel < 4 ? secured << 2 : secured << 5);
            char command[20], fetch[20], link[20];
            (void)snprintf(command, sizeof command, "%02XCB3FFF01AA00", cla);
            (void)snprintf(fetch, sizeof fetch, "%02XC0000002", plain);
            (void)snprintf(link, sizeof link, "%02XCB3FFF01AA00", cla | 0x10);
            CHECK(&t1, command, "0102 9000", {command, "6102", 0}, {fetch, "0102 9000", 0});
            CHECK(&t1, link, "6102", {link, "6102", 0});
            command[12] = '\0'; /* over T=0 the Le stays behind */
            CHECK(&t0, command, "0102 9000", {command, "6102", 0}, {fetch, "0102 9000", 0});
        }
}

/* Refused by 6D00 or 6E00 in a class of 80..FF: once more in class 00 (GlobalPlatformPro 15). */
static void test_class__once_more_in_class_00(void **state) {
    static const uint8_t classes[] = {0x80, 0x84, 0x90, 0xA0, 0xB0, 0xFE};
    static const struct setting alternate = {EXCHANGE_T1, false, 0xA0};
    (void)state;
    for (size_t i = 0; i < COUNT(classes); ++i)
        for (size_t k = 0; k < COUNT(all); ++k)
            for (int sw = 0x6D; sw <= 0x6E; ++sw) {
                const uint8_t cla = classes[i] < 0xA0 ? 0x80 : classes[i];
                char command[20], fetch[20], refusal[8];
                (void)snprintf(command, sizeof command, "%02X50000000", classes[i]);
                (void)snprintf(fetch, sizeof fetch, "%02XC0000002", cla);
                (void)snprintf(refusal, sizeof refusal, "%02X00", sw);
                CHECK(all[k], command, "0102 03 9000", {command, "6102", 0}, {fetch, refusal, 0},
                      {"00C0000002", "0102 6101", 0}, {"00C0000001", "03 9000", 0});
                CHECK(all[k], command, "0102 9000", {command, "6102", 0}, {fetch, refusal, 0},
                      {"00C0000002", "6C03", 0}, {"00C0000003", "0102 9000", 0});
                CHECK(all[k], command, "6102", {command, "6102", 0}, {fetch, refusal, 0},
                      {"00C0000002", refusal, 0});
                CHECK(all[k], command, "6102", {command, "6102", 0}, {fetch, "6985", 0});
            }
    CHECK(&alternate, "00A40400", "01 9000", {"00A40400", "6101", 0}, {"A0C0000001", "6D00", 0},
          {"00C0000001", "01 9000", 0});
    CHECK(&t1, "00A40400", "6101", {"00A40400", "6101", 0}, {"00C0000001", "6D00", 0});
    CHECK(&t1, "41A40400", "6101", {"41A40400", "6101", 0}, {"41C0000001", "6E00", 0});
    CHECK(&t0, "8050000001AA1C", "01 9000", {"8050000001AA", "611C", 0}, {"80C000001C", "6D00", 0},
          {"00C000001C", "01 9000", 0});
}

/*
 * The command's own verdict is never lost: a GET RESPONSE that is refused leaves what came so far and the
 * status word that announced the rest (mdd-sim-gateway PR 64).
 */
static void test_verdict__outlives_a_refusal(void **state) {
    static const char *const refusals[] = {"6985", "6F00", "6881", "6400", "6581",
                                           "6A86", "6700", "6988", "9404"};
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); ++i) {
        const char *const no = refusals[i];
        for (size_t k = 0; k < COUNT(all); ++k) {
            CHECK(all[k], "00CA000000", "6122", {"00CA000000", "6122", 0}, {"00C0000022", no, 0});
            CHECK(all[k], "00CA000000", "0102 6101", {"00CA000000", "01 6101", 0},
                  {"00C0000001", "02 6101", 0}, {"00C0000001", no, 0});
            CHECK(all[k], "00CA000000", "01 6105", {"00CA000000", "01 6105", 0}, {"00C0000005", "6C02", 0},
                  {"00C0000002", no, 0});
            CHECK(all[k], "00CA000000", "01 6105", {"00CA000000", "01 6105", 0}, {"00C0000005", "6C02", 0},
                  {"00C0000002", "6C03", 0});
        }
        CHECK(&t0, "00A4040001AA", "6122", {"00A4040001AA", "6122", 0}, {"00C0000022", no, 0});
        CHECK(&t0, "0088000001AA00", "9000", {"0088000001AA", "9000", 0}, {"00C0000000", no, 0});
        CHECK(&t0, "0088000001AA00", "63C1", {"0088000001AA", "63C1", 0}, {"00C0000000", no, 0});
        CHECK(&t0, "00A40400023F0000", "6F 6105", {"00A40400023F00", "6283", 0}, {"00C0000000", "6F 6105", 0},
              {"00C0000005", no, 0});
    }
}

/* What closes a reply is the last status word, a warning too, with data or without. */
static void test_verdict__closing_words(void **state) {
    (void)state;
    for (size_t k = 0; k < COUNT(all); ++k) {
        CHECK(all[k], "00CA000000", "01 02 6282", {"00CA000000", "01 6101", 0}, {"00C0000001", "02 6282", 0});
        CHECK(all[k], "00CA000000", "01 9000", {"00CA000000", "01 6100", 0}, {"00C0000000", "9000", 0});
        CHECK(all[k], "00CA000000", "01 6282", {"00CA000000", "01 6100", 0}, {"00C0000000", "6282", 0});
        CHECK(all[k], "00CA000000", "01 02 9110", {"00CA000000", "01 6101", 0}, {"00C0000001", "02 9110", 0});
        CHECK(all[k], "00CA000000", "01 02 6F00", {"00CA000000", "01 6101", 0}, {"00C0000001", "02 6F00", 0});
    }
    /* T=0, case 4: the warning with which the card accepted is the command's, whatever fetches the data. */
    CHECK(&t0, "00A40400023F0000", "6F00 84 6283", {"00A40400023F00", "6283", 0},
          {"00C0000000", "6F00 6101", 0}, {"00C0000001", "84 9000", 0});
    CHECK(&t0, "00A40400023F0002", "6F00 6103", {"00A40400023F00", "6283", 0},
          {"00C0000002", "6F00 6103", 0});
}

/*
 * Between the links of a chain (ISO/IEC 7816-4 5.1.1.1) nothing is fetched, also when each link has an Le
 * (PivApplet's test/apdu.script, OpenFIPS201 4).
 */
static void test_chain__nothing_is_fetched_between_the_links(void **state) {
    static const uint8_t classes[] = {0x10, 0x11, 0x13, 0x1C, 0x50, 0x5F, 0x70, 0x7F};
    static const char *const answers[] = {"9000", "6110", "01 6110", "6283", "6985"};
    static const struct setting alternate = {EXCHANGE_T0, false, 0x00};
    (void)state;
    for (size_t i = 0; i < COUNT(classes); ++i)
        for (size_t k = 0; k < COUNT(answers); ++k) {
            char link[20], tpdu[20];
            (void)snprintf(link, sizeof link, "%02XDB3FFF01AA00", classes[i]);
            (void)snprintf(tpdu, sizeof tpdu, "%02XDB3FFF01AA", classes[i]);
            CHECK(&t0, link, answers[k], {tpdu, answers[k], 0});
            CHECK(&alternate, link, answers[k], {tpdu, answers[k], 0});
            CHECK(&t0, tpdu, answers[k], {tpdu, answers[k], 0});
            CHECK(&t1, link, answers[k], {link, answers[k], 0});
            CHECK(&raw_protocol, tpdu, answers[k], {tpdu, answers[k], 0});
        }
    /* The last link is an ordinary command; in other classes the bit means nothing that is known here. */
    CHECK(&t0, "00DB3FFF01AA00", "01 9000", {"00DB3FFF01AA", "9000", 0}, {"00C0000000", "01 9000", 0});
    CHECK(&t0, "905A000001AA00", "01 9000", {"905A000001AA", "9000", 0}, {"80C0000000", "01 9000", 0});
    CHECK(&t0, "30DB3FFF01AA00", "01 9000", {"30DB3FFF01AA", "9000", 0}, {"30C0000000", "01 9000", 0});
}

/* GSM 11.11 9.4.1: 9Fxx is passed through, whatever the command. */
static void test_verdict__9fxx_is_the_callers(void **state) {
    (void)state;
    CHECK(&t0, "A0A40000023F00", "9F16", {"A0A40000023F00", "9F16", 0});
    CHECK(&t0, "A0A40000023F0016", "9F16", {"A0A40000023F00", "9F16", 0});
    CHECK(&t0, "A088000010000102030405060708090A0B0C0D0E0F", "9F0C",
          {"A088000010000102030405060708090A0B0C0D0E0F", "9F0C", 0});
    CHECK(&t1, "A0C0000016", "AA 9F02", {"A0C0000016", "AA 9F02", 0});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ne__no_more_is_fetched),
        cmocka_unit_test(test_ne__of_a_resend_the_first_bytes),
        cmocka_unit_test(test_ne__everything),
        cmocka_unit_test(test_class__of_get_response),
        cmocka_unit_test(test_class__keeps_the_channel),
        cmocka_unit_test(test_class__once_more_in_class_00),
        cmocka_unit_test(test_verdict__outlives_a_refusal),
        cmocka_unit_test(test_verdict__closing_words),
        cmocka_unit_test(test_chain__nothing_is_fetched_between_the_links),
        cmocka_unit_test(test_verdict__9fxx_is_the_callers),
    };
    return cmocka_run_group_tests_name("exchange, answers", tests, NULL, NULL);
}
