/*
 * Answers to reset in words: every interface byte by tables, malformed ones as far as they go. Whole cards:
 * tests/tools/commands/atr.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/atrmeaning.h"
#include "telling.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static enum atr_fault tell(const uint8_t *bytes, size_t size, struct telling *out) {
    *out = (struct telling){.size = 0};
    const struct meaning_visitor visitor = {telling_add, out};
    const enum atr_fault fault = atrmeaning_visit(&visitor, bytes, size);
    assert_int_equal(out->size, size);
    assert_memory_equal(out->bytes, bytes, size);
    return fault;
}

struct row {
    uint8_t bytes[16];
    uint8_t size;
    enum atr_fault fault;
    const char *line; /* somewhere in what is told */
};

static void check(const struct row *row) {
    struct telling telling;
    assert_int_equal(tell(row->bytes, row->size, &telling), row->fault);
    if (!strstr(telling.text, row->line))
        fail_msg("'%s' is not in '%s'", row->line, telling.text);
}

static void test_tell__whole(void **state) {
    (void)state;
    struct telling telling;
    const uint8_t least[] = {0x3B, 0x00};
    assert_int_equal(tell(least, sizeof least, &telling), ATR_OK);
    assert_string_equal(telling.text, "TS=3B: direct convention\n"
                                      "T0=00: no interface bytes follow, 0 historical bytes\n"
                                      "protocols=: T=0\n"
                                      "mode=: negotiable, T=0 first\n");
    const uint8_t specific[] = {0x3F, 0x81, 0x91, 0x91, 0x40, 0x00, 'x', 0xB9};
    assert_int_equal(tell(specific, sizeof specific, &telling), ATR_OK);
    assert_string_equal(telling.text,
                        "TS=3F: inverse convention\n"
                        "T0=81: TD1 follows, 1 historical byte\n"
                        "TD1=91: T=1 (blocks), TA2 TD2 follow\n"
                        "TA2=91: specific mode, T=1, parameters that the card implies, unable to change to "
                        "negotiable mode\n"
                        "TD2=40: T=0 (characters), TC3 follows\n"
                        "TC3=00: T=0: no meaning defined\n"
                        "historical bytes=78: proprietary\n"
                        "TCK=B9: right\n"
                        "protocols=: T=1, T=0\n"
                        "mode=: specific, T=1\n");
}

static void test_tell__global_bytes(void **state) {
    (void)state;
    static const struct row rows[] = {
        {{0x3B, 0x10, 0x11},
         3,
         ATR_OK,
         "TA1=11: Fi 372, Di 1, 372 clock cycles per bit, clock up to 5 MHz\n"},
        {{0x3B, 0x10, 0x00}, 3, ATR_OK, "TA1=00: Fi 372, Di reserved, clock up to 4 MHz\n"},
        {{0x3B, 0x10, 0xA9},
         3,
         ATR_OK,
         "TA1=A9: Fi 768, Di 20, 38.40 clock cycles per bit, clock up to 7.5 MHz\n"},
        {{0x3B, 0x10, 0x97}, 3, ATR_OK, "TA1=97: Fi 512, Di 64, 8 clock cycles per bit, clock up to 5 MHz\n"},
        {{0x3B, 0x10, 0x75}, 3, ATR_OK, "TA1=75: Fi reserved, Di 16\n"},
        {{0x3B, 0x20, 0x00}, 3, ATR_OK, "TB1=00: Vpp is not connected, deprecated\n"},
        {{0x3B, 0x20, 0x25}, 3, ATR_OK, "TB1=25: Vpp 5 V, up to 50 mA, deprecated\n"},
        {{0x3B, 0x20, 0x19}, 3, ATR_OK, "TB1=19: Vpp 25 V, up to 25 mA, deprecated\n"},
        {{0x3B, 0x20, 0x45}, 3, ATR_OK, "TB1=45: Vpp 5 V, up to a reserved current, deprecated\n"},
        {{0x3B, 0x20, 0x04}, 3, ATR_OK, "TB1=04: Vpp of a reserved value, deprecated\n"},
        {{0x3B, 0x40, 0x00}, 3, ATR_OK, "TC1=00: no extra guard time: 12 etu from character to character\n"},
        {{0x3B, 0x40, 0xFE},
         3,
         ATR_OK,
         "TC1=FE: extra guard time N = 254: 266 etu from character to character\n"},
        {{0x3B, 0x40, 0xFF},
         3,
         ATR_OK,
         "TC1=FF: guard time as short as the protocol allows: 12 etu for T=0, 11 etu for T=1\n"},
        {{0x3B, 0x80, 0x10, 0x00},
         4,
         ATR_OK,
         "TA2=00: specific mode, T=0, parameters of the interface bytes, able to change to negotiable "
         "mode\n"},
        {{0x3B, 0x80, 0x20, 0x7D}, 4, ATR_OK, "TB2=7D: Vpp 12.5 V, deprecated\n"},
        {{0x3B, 0x80, 0x40, 0x0A}, 4, ATR_OK, "TC2=0A: T=0: waiting time WI 10, 9600 x Fi clock cycles\n"},
        {{0x3B, 0x80, 0x40, 0x00}, 4, ATR_OK, "TC2=00: T=0: WI 0 is reserved\n"},
        {{0x3B, 0x80, 0x0E, 0x8E}, 4, ATR_OK, "TD1=0E: T=14 (not of ISO/IEC), no interface bytes follow\n"},
        {{0x3B, 0x80, 0x05, 0x85},
         4,
         ATR_OK,
         "TD1=05: a reserved protocol, T=5, no interface bytes follow\n"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i)
        check(&rows[i]);
}

/* One byte of level 3, which belongs to protocol `t`; TCK is made right. */
static void check_specific(uint8_t kind, uint8_t t, uint8_t value, const char *line) {
    uint8_t bytes[] = {0x3B, 0x80, 0x81, (uint8_t)(kind << 4 | t), value, 0};
    for (size_t i = 1; i < sizeof bytes - 1; ++i)
        bytes[sizeof bytes - 1] ^= bytes[i];
    struct telling telling;
    assert_int_equal(tell(bytes, sizeof bytes, &telling), ATR_OK);
    if (!strstr(telling.text, line))
        fail_msg("'%s' is not in '%s'", line, telling.text);
}

static void test_tell__bytes_of_a_protocol(void **state) {
    (void)state;
    check_specific(ATR_TA, 1, 0xFE, "TA3=FE: T=1: IFSC, the card takes blocks of up to 254 bytes\n");
    check_specific(ATR_TA, 1, 0x00, "TA3=00: T=1: IFSC of a reserved value\n");
    check_specific(ATR_TA, 1, 0xFF, "TA3=FF: T=1: IFSC of a reserved value\n");
    check_specific(
        ATR_TB, 1, 0x45,
        "TB3=45: T=1: BWI 4, block waiting time 11 etu + 5713920 clock cycles, CWI 5, character waiting "
        "time 43 etu\n");
    check_specific(
        ATR_TB, 1, 0x9F,
        "TB3=9F: T=1: BWI 9, block waiting time 11 etu + 182845440 clock cycles, CWI 15, character "
        "waiting time 32779 etu\n");
    check_specific(ATR_TB, 1, 0xA0, "TB3=A0: T=1: BWI 10 is reserved, CWI 0, 12 etu\n");
    check_specific(ATR_TC, 1, 0x00, "TC3=00: T=1: blocks are checked by LRC\n");
    check_specific(ATR_TC, 1, 0x01, "TC3=01: T=1: blocks are checked by CRC\n");
    check_specific(ATR_TC, 1, 0x02, "TC3=02: T=1: blocks are checked by LRC, other bits reserved\n");
    check_specific(ATR_TA, 15, 0x01, "TA3=01: the clock may not stop, class A (5 V)\n");
    check_specific(ATR_TA, 15, 0x42, "TA3=42: the clock may stop low, class B (3 V)\n");
    check_specific(ATR_TA, 15, 0x84, "TA3=84: the clock may stop high, class C (1.8 V)\n");
    check_specific(ATR_TA, 15, 0xC7,
                   "TA3=C7: the clock may stop low or high, classes A, B and C (5, 3 and 1.8 V)\n");
    check_specific(ATR_TA, 15, 0x05, "TA3=05: the clock may not stop, reserved classes\n");
    check_specific(ATR_TA, 15, 0x08, "TA3=08: the clock may not stop, reserved classes\n");
    check_specific(ATR_TB, 15, 0x00, "TB3=00: contact C6 is not used\n");
    check_specific(ATR_TB, 15, 0x80, "TB3=80: proprietary use of contact C6, or parameters of a UICC\n");
    check_specific(ATR_TB, 15, 0x01, "TB3=01: reserved use of contact C6\n");
    check_specific(ATR_TC, 15, 0x01, "TC3=01: global, reserved\n");
    check_specific(ATR_TA, 2, 0x01, "TA3=01: T=2: no meaning defined\n");
}

static void test_tell__malformed(void **state) {
    (void)state;
    static const struct row rows[] = {
        {{0}, 0, ATR_TOO_SHORT, "fault=: shorter than two bytes\n"},
        {{0x3B}, 1, ATR_TOO_SHORT, "TS=3B: direct convention\nfault=: shorter than two bytes\n"},
        {{0x5A, 0x00, 0x01},
         3,
         ATR_BAD_TS,
         "TS=5A: neither 3B (direct) nor 3F (inverse convention)\nsurplus=0001: 2 bytes\nfault=: TS is "
         "neither"},
        {{0x3B, 0xF0, 0x11},
         3,
         ATR_CUT_INTERFACE,
         "TB1=: missing\nfault=: ends within the interface bytes\n"},
        {{0x3B, 0x03, 0x41},
         3,
         ATR_CUT_HISTORICAL,
         "historical bytes=: 2 missing\nfault=: ends within the historical"},
        {{0x3B, 0x80, 0x01}, 3, ATR_NO_TCK, "TCK=: missing\nfault=: the check byte TCK is missing\n"},
        {{0x3B, 0x80, 0x01, 0x80},
         4,
         ATR_BAD_TCK,
         "TCK=80: wrong, 81 would be right\nfault=: the check byte TCK is wrong\n"},
        {{0x3B, 0x00, 0xAA}, 3, ATR_TRAILING, "surplus=AA: 1 byte\nfault=: goes on after its end\n"},
        {{0x3B, 0x80, 0x0F, 0x8F},
         4,
         ATR_BAD_TD1,
         "TD1=0F: T=15 (global bytes), no interface bytes follow\n"},
    };
    for (size_t i = 0; i < COUNT(rows); ++i)
        check(&rows[i]);
}

/* Whatever the bytes: each is told once and in order (tell() checks it), and a fault comes last. */
static void test_tell__every_byte_once(void **state) {
    (void)state;
    uint32_t random = 7;
    for (unsigned round = 0; round < 20000; ++round) {
        uint8_t bytes[40];
        for (size_t i = 0; i < sizeof bytes; ++i) {
            random = random * 1664525u + 1013904223u;
            bytes[i] = (uint8_t)(random >> 24);
        }
        bytes[0] = round % 8 ? 0x3B : bytes[0];
        struct telling telling;
        const enum atr_fault fault = tell(bytes, round % 41, &telling);
        assert_true((fault == ATR_OK) == (strstr(telling.text, "fault=") == NULL));
    }
    /* A chain that never ends but with the bytes. */
    uint8_t chain[40];
    memset(chain, 0x80, sizeof chain);
    chain[0] = 0x3B;
    struct telling telling;
    assert_int_equal(tell(chain, sizeof chain, &telling), ATR_TOO_LONG);
    assert_non_null(strstr(telling.text, "TD39=: missing\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tell__whole),
        cmocka_unit_test(test_tell__global_bytes),
        cmocka_unit_test(test_tell__bytes_of_a_protocol),
        cmocka_unit_test(test_tell__malformed),
        cmocka_unit_test(test_tell__every_byte_once),
    };
    return cmocka_run_group_tests_name("apdu_atrmeaning", tests, NULL, NULL);
}
