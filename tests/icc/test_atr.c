/* The card's answer to reset: the one it builds, and those an image gives whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "icc/atr.h"

static void test_atr__built(void **state) {
    (void)state;
    static const struct {
        uint8_t protocols, size, bytes[ATR_MAX];
    } rows[] = {
        {1, 4, {0x3B, 0x02, 0x53, 0x4D}},
        {2, 9, {0x3B, 0x82, 0x81, 0x31, 0xFE, 0x45, 0x53, 0x4D, 0x97}},
        {3, 9, {0x3B, 0x82, 0x80, 0x31, 0xFE, 0x45, 0x53, 0x4D, 0x96}},
    };
    const struct atr_plan plan = {.protocols = 3, .historical_size = 2, .historical = {0x53, 0x4D}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t out[ATR_MAX];
        assert_int_equal(sim_atr_build(&plan, rows[i].protocols, out), rows[i].size);
        assert_memory_equal(out, rows[i].bytes, rows[i].size);
    }
}

static void test_atr__longest(void **state) {
    (void)state;
    struct atr_plan plan = {.protocols = 3, .historical_size = 15};
    struct atr_plan taken;
    uint8_t out[ATR_MAX];
    memset(plan.historical, 0xA5, sizeof plan.historical);
    assert_int_equal(sim_atr_build(&plan, 3, out), 22);
    assert_null(sim_atr_take(out, 22, &taken)); /* what it builds, it also takes */
    assert_int_equal(taken.protocols, 3);
    assert_int_equal(taken.historical_size, 15);
}

static void test_atr__taken(void **state) {
    (void)state;
    static const uint8_t whole[] = {0x3B, 0xF8, 0x13, 0x00, 0x00, 0x81, 0x31, 0xFE, 0x45,
                                    0x4A, 0x43, 0x4F, 0x50, 0x76, 0x32, 0x34, 0x31, 0xB7};
    static const uint8_t only_t0[] = {0x3F, 0x01, 0x55};
    struct atr_plan plan;
    uint8_t out[ATR_MAX];
    assert_null(sim_atr_take(whole, sizeof whole, &plan));
    assert_int_equal(plan.protocols, 2);
    assert_int_equal(sim_atr_build(&plan, 2, out), sizeof whole);
    assert_memory_equal(out, whole, sizeof whole);
    assert_null(sim_atr_take(only_t0, sizeof only_t0, &plan));
    assert_int_equal(plan.protocols, 1);
    assert_int_equal(sim_atr_build(&plan, 1, out), sizeof only_t0);
    assert_memory_equal(out, only_t0, sizeof only_t0);
}

static void test_atr__narrowed(void **state) {
    (void)state;
    /* T=0 and T=1, global TA1; offered as T=1 alone it is built anew from the historical bytes. */
    static const uint8_t both[] = {0x3B, 0x92, 0x95, 0x80, 0x01, 0x31, 0x32, 0x85};
    static const uint8_t t1[] = {0x3B, 0x82, 0x81, 0x31, 0xFE, 0x45, 0x31, 0x32, 0x8A};
    struct atr_plan plan;
    uint8_t out[ATR_MAX];
    assert_null(sim_atr_take(both, sizeof both, &plan));
    assert_int_equal(plan.protocols, 3);
    assert_int_equal(sim_atr_build(&plan, 2, out), sizeof t1);
    assert_memory_equal(out, t1, sizeof t1);
}

static void test_atr__refused(void **state) {
    (void)state;
    static const struct {
        uint8_t size, bytes[36];
        const char *message;
    } rows[] = {
        {1, {0x3B}, "shorter than two bytes"},
        {34, {0x3B, 0x00}, "longer than 33 bytes"},
        {2, {0x3C, 0x00}, "TS is neither 3B nor 3F"},
        {3, {0x3B, 0x30, 0x11}, "ends within the interface bytes"},
        {3, {0x3B, 0x80, 0x81}, "ends within the interface bytes"},
        {4, {0x3B, 0x80, 0x0E, 0x8E}, "offers a protocol other than T=0 and T=1"},
        {3, {0x3B, 0x02, 0x11}, "ends within the historical bytes"},
        {5, {0x3B, 0x02, 0x11, 0x22, 0x33}, "goes on after its end"},
        {3, {0x3B, 0x80, 0x01}, "the check byte TCK is missing"},
        {4, {0x3B, 0x80, 0x01, 0x82}, "the check byte TCK is wrong"},
    };
    struct atr_plan plan;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *message = sim_atr_take(rows[i].bytes, rows[i].size, &plan);
        assert_non_null(message);
        assert_string_equal(message, rows[i].message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_atr__built),   cmocka_unit_test(test_atr__longest),
        cmocka_unit_test(test_atr__taken),   cmocka_unit_test(test_atr__narrowed),
        cmocka_unit_test(test_atr__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
