/* Answers to reset: published ones taken apart, broken ones refused with the reason, built ones read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "apdu/atr.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct atr parsed(const uint8_t *bytes, size_t size) {
    struct atr atr;
    const enum atr_fault fault = atr_parse(bytes, size, &atr);
    if (fault != ATR_OK)
        fail_msg("%s", atr_fault_text(fault));
    return atr;
}
#define PARSED(...) parsed((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static void test_parse__least_atr_has_the_defaults(void **state) {
    (void)state;
    const struct atr atr = PARSED(0x3B, 0x00);
    assert_false(atr.inverse);
    assert_int_equal(atr.level_count, 0);
    assert_int_equal(atr.protocol_count, 1);
    assert_int_equal(atr.protocols[0], 0);
    assert_true(atr_offers(&atr, 0));
    assert_false(atr_offers(&atr, 1));
    assert_false(atr.specific);
    assert_int_equal(atr.fi, 372);
    assert_int_equal(atr.di, 1);
    assert_int_equal(atr.fmax_khz, 5000);
    assert_int_equal(atr.extra_guard, 0);
    assert_int_equal(atr.wi, 10);
    assert_int_equal(atr.ifsc, 32);
    assert_int_equal(atr.bwi, 4);
    assert_int_equal(atr.cwi, 13);
    assert_false(atr.crc);
    assert_int_equal(atr.classes, ATR_CLASS_A);
    assert_int_equal(atr.clock_stop, 0);
    assert_int_equal(atr.historical_size, 0);
    assert_false(atr.tck_present);
}

static void test_parse__inverse_with_global_bytes_and_history(void **state) {
    (void)state;
    const struct atr atr = PARSED(0x3F, 0x77, 0x95, 0x12, 0xFF, 1, 2, 3, 4, 5, 6, 7);
    assert_true(atr.inverse);
    assert_int_equal(atr.level_count, 1);
    assert_int_equal(atr.levels[0].present, ATR_TA | ATR_TB | ATR_TC);
    assert_int_equal(atr.levels[0].ta, 0x95);
    assert_int_equal(atr.levels[0].tb, 0x12);
    assert_int_equal(atr.levels[0].tc, 0xFF);
    assert_int_equal(atr.levels[0].td, 0);
    assert_int_equal(atr.fi, 512);
    assert_int_equal(atr.di, 16);
    assert_int_equal(atr.fmax_khz, 5000);
    assert_int_equal(atr.extra_guard, 255);
    assert_int_equal(atr.historical_size, 7);
    assert_memory_equal(atr.historical, ((uint8_t[]){1, 2, 3, 4, 5, 6, 7}), 7);
    assert_false(atr.tck_present);
}

/* A JCOP card: T=1 alone, IFSC 254, BWI 4, CWI 5, TCK. */
static void test_parse__t1_only(void **state) {
    (void)state;
    const struct atr atr = PARSED(0x3B, 0xF8, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x45, 0x4A, 0x43, 0x4F,
                                  0x50, 0x76, 0x32, 0x34, 0x31, 0xB7);
    assert_int_equal(atr.level_count, 3);
    assert_int_equal(atr.protocol_count, 1);
    assert_int_equal(atr.protocols[0], 1);
    assert_false(atr_offers(&atr, 0));
    assert_int_equal(atr.levels[0].protocol, 0);
    assert_int_equal(atr.levels[1].protocol, 1);
    assert_int_equal(atr.levels[1].present, ATR_TD);
    assert_int_equal(atr.levels[1].td, 0x31);
    assert_int_equal(atr.levels[2].protocol, 1);
    assert_int_equal(atr.levels[2].present, ATR_TA | ATR_TB);
    assert_int_equal(atr.ifsc, 254);
    assert_int_equal(atr.bwi, 4);
    assert_int_equal(atr.cwi, 5);
    assert_int_equal(atr.di, 4);
    assert_memory_equal(atr.historical, "JCOPv241", 8);
    assert_true(atr.tck_present);
    assert_int_equal(atr.tck, 0xB7);
}

/* Specific mode (TA2), WI (TC2), the first TC for T=1 only, T=15 with classes and clock stop. */
static void test_parse__all_kinds_of_interface_bytes(void **state) {
    (void)state;
    static const uint8_t bytes[] = {0x3B, 0xC0, 0x05, 0xD1, /* T0: TC1 TD1 */
                                    0x91, 0x14, 0xF1,       /* TA2 TC2 TD2, T=1 */
                                    0x20, 0x52, 0x01, 0xF1, /* TA3 TB3 TC3 TD3, T=1 */
                                    0x33, 0x61, 0x00, 0x83, /* TA4 TB4 TC4 TD4, T=1 again */
                                    0x9F,                   /* TD5, T=3 */
                                    0x67, 0x1F,             /* TA6 TD6, T=15 */
                                    0x01,                   /* TA7, T=15 again */
                                    0xD5};
    const struct atr atr = parsed(bytes, sizeof bytes);
    assert_int_equal(atr.level_count, 7);
    assert_int_equal(atr.extra_guard, 5);
    assert_true(atr.specific);
    assert_int_equal(atr.specific_protocol, 1);
    assert_false(atr.specific_changeable);
    assert_true(atr.specific_implicit);
    assert_int_equal(atr.wi, 0x14);
    assert_int_equal(atr.ifsc, 0x20);
    assert_int_equal(atr.bwi, 5);
    assert_int_equal(atr.cwi, 2);
    assert_true(atr.crc);
    assert_int_equal(atr.protocol_count, 2);
    assert_int_equal(atr.protocols[0], 1);
    assert_int_equal(atr.protocols[1], 3);
    assert_int_equal(atr.classes, 0x27);
    assert_int_equal(atr.clock_stop, 1);
}

static void test_parse__specific_mode_that_can_change(void **state) {
    (void)state;
    const struct atr atr = PARSED(0x3B, 0x80, 0x10, 0x00);
    assert_true(atr.specific);
    assert_int_equal(atr.specific_protocol, 0);
    assert_true(atr.specific_changeable);
    assert_false(atr.specific_implicit);
}

static void test_parse__both_protocols_in_order(void **state) {
    (void)state;
    const struct atr atr = PARSED(0x3B, 0x80, 0x80, 0x01, 0x01);
    assert_int_equal(atr.protocol_count, 2);
    assert_int_equal(atr.protocols[0], 0);
    assert_int_equal(atr.protocols[1], 1);
}

/* T=15 behind T=0 brings classes and a TCK, but no protocol. */
static void test_parse__t0_with_global_level(void **state) {
    (void)state;
    const struct atr atr = PARSED(0x3B, 0x80, 0x80, 0x1F, 0xC7, 0xD8);
    assert_int_equal(atr.protocol_count, 1);
    assert_int_equal(atr.protocols[0], 0);
    assert_int_equal(atr.classes, ATR_CLASS_A | ATR_CLASS_B | ATR_CLASS_C);
    assert_int_equal(atr.clock_stop, 3);
    assert_true(atr.tck_present);
}

static void test_parse__reserved_rates(void **state) {
    (void)state;
    const struct atr atr = PARSED(0x3B, 0x10, 0x7A);
    assert_int_equal(atr.fi, 0);
    assert_int_equal(atr.fmax_khz, 0);
    assert_int_equal(atr.di, 0);
}

static void test_parse__faults(void **state) {
    static const struct {
        enum atr_fault fault;
        size_t size;
        uint8_t bytes[40];
    } rows[] = {
        {ATR_TOO_SHORT, 0, {0}},
        {ATR_TOO_SHORT, 1, {0x3B}},
        {ATR_TOO_LONG, 34, {0x3B, 0x0F}},
        {ATR_BAD_TS, 2, {0x3C, 0x00}},
        {ATR_BAD_TD1, 4, {0x3B, 0x80, 0x0F, 0x8F}},
        {ATR_CUT_INTERFACE, 2, {0x3B, 0x10}},
        {ATR_CUT_INTERFACE, 4, {0x3B, 0xF0, 0x11, 0x00}},
        {ATR_CUT_INTERFACE, 3, {0x3B, 0x80, 0x80}},
        {ATR_CUT_HISTORICAL, 2, {0x3B, 0x01}},
        {ATR_CUT_HISTORICAL, 6, {0x3B, 0x05, 1, 2, 3, 4}},
        {ATR_NO_TCK, 3, {0x3B, 0x80, 0x01}},
        {ATR_BAD_TCK, 4, {0x3B, 0x80, 0x01, 0x80}},
        {ATR_TRAILING, 3, {0x3B, 0x00, 0x00}},
        {ATR_TRAILING, 5, {0x3B, 0x80, 0x01, 0x81, 0x00}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        struct atr atr, before;
        memset(&atr, 0xEE, sizeof atr);
        memcpy(&before, &atr, sizeof atr);
        assert_int_equal(atr_parse(rows[i].bytes, rows[i].size, &atr), rows[i].fault);
        assert_memory_equal(&atr, &before, sizeof atr);
    }
    assert_int_equal(atr_parse((uint8_t[]){0x3B, 0x80, 0x01, 0x81}, 4, &(struct atr){0}), ATR_OK);
}

/* A chain of TDs as long as an ATR can be, cut and whole. */
static void test_parse__longest_chain(void **state) {
    uint8_t bytes[ATR_MAX];
    struct atr atr;
    (void)state;
    memset(bytes, 0x80, sizeof bytes);
    bytes[0] = 0x3B;
    assert_int_equal(atr_parse(bytes, sizeof bytes, &atr), ATR_CUT_INTERFACE);
    bytes[ATR_MAX - 1] = 0x00;
    assert_int_equal(atr_parse(bytes, sizeof bytes, &atr), ATR_OK);
    assert_int_equal(atr.level_count, 31);
    assert_int_equal(atr.protocol_count, 1);
}

static void test_fault_text__each_has_its_own(void **state) {
    (void)state;
    for (int a = ATR_OK; a <= ATR_TRAILING; ++a)
        for (int b = ATR_OK; b < a; ++b)
            assert_string_not_equal(atr_fault_text((enum atr_fault)a), atr_fault_text((enum atr_fault)b));
    assert_string_equal(atr_fault_text((enum atr_fault)99), "unknown fault");
}

static void test_build__bytes(void **state) {
    static const struct {
        unsigned protocols;
        const char *historical;
        size_t size;
        uint8_t bytes[16];
    } rows[] = {
        {ATR_BUILD_T0, "", 2, {0x3B, 0x00}},
        {ATR_BUILD_T0, "sim", 5, {0x3B, 0x03, 's', 'i', 'm'}},
        {ATR_BUILD_T1, "", 7, {0x3B, 0x80, 0x81, 0x31, 0xFE, 0x45, 0x8B}},
        {ATR_BUILD_T0 | ATR_BUILD_T1, "A", 8, {0x3B, 0x81, 0x80, 0x31, 0xFE, 0x45, 'A', 0xCA}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        uint8_t out[ATR_MAX];
        const size_t historical_size = strlen(rows[i].historical);
        const size_t size =
            atr_build(rows[i].protocols, (const uint8_t *)rows[i].historical, historical_size, out);
        assert_int_equal(size, rows[i].size);
        assert_memory_equal(out, rows[i].bytes, size);
    }
}

static void test_build__reads_back(void **state) {
    static const uint8_t historical[ATR_HISTORICAL_MAX] = {0x80, 1, 2,  3,  4,  5,  6, 7,
                                                           8,    9, 10, 11, 12, 13, 14};
    (void)state;
    for (unsigned protocols = 1; protocols <= 3; ++protocols)
        for (size_t count = 0; count <= ATR_HISTORICAL_MAX; ++count) {
            uint8_t out[ATR_MAX];
            const size_t size = atr_build(protocols, count ? historical : NULL, count, out);
            const struct atr atr = parsed(out, size);
            assert_int_equal(atr_offers(&atr, 0), (protocols & ATR_BUILD_T0) != 0);
            assert_int_equal(atr_offers(&atr, 1), (protocols & ATR_BUILD_T1) != 0);
            assert_int_equal(atr.protocols[0], (protocols & ATR_BUILD_T0) ? 0 : 1);
            assert_int_equal(atr.historical_size, count);
            assert_memory_equal(atr.historical, historical, count);
            assert_int_equal(atr.tck_present, (protocols & ATR_BUILD_T1) != 0);
            assert_int_equal(atr.ifsc, (protocols & ATR_BUILD_T1) ? 254 : 32);
        }
}

static void test_build__refused(void **state) {
    uint8_t out[ATR_MAX];
    static const uint8_t historical[16] = {0};
    (void)state;
    assert_int_equal(atr_build(0, NULL, 0, out), 0);
    assert_int_equal(atr_build(4, NULL, 0, out), 0);
    assert_int_equal(atr_build(ATR_BUILD_T0 | 4, NULL, 0, out), 0);
    assert_int_equal(atr_build(ATR_BUILD_T0, historical, 16, out), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse__least_atr_has_the_defaults),
        cmocka_unit_test(test_parse__inverse_with_global_bytes_and_history),
        cmocka_unit_test(test_parse__t1_only),
        cmocka_unit_test(test_parse__all_kinds_of_interface_bytes),
        cmocka_unit_test(test_parse__specific_mode_that_can_change),
        cmocka_unit_test(test_parse__both_protocols_in_order),
        cmocka_unit_test(test_parse__t0_with_global_level),
        cmocka_unit_test(test_parse__reserved_rates),
        cmocka_unit_test(test_parse__faults),
        cmocka_unit_test(test_parse__longest_chain),
        cmocka_unit_test(test_fault_text__each_has_its_own),
        cmocka_unit_test(test_build__bytes),
        cmocka_unit_test(test_build__reads_back),
        cmocka_unit_test(test_build__refused),
    };
    return cmocka_run_group_tests_name("atr", tests, NULL, NULL);
}
