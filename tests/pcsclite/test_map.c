/* The dialect table: one case per row of the specification's list of constants that differ. */
#include "pcsclite/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void test_raw_protocol(void **state) {
    (void)state;
    assert_int_equal(pcsc_protocol_from(4), 0x10000);
    assert_int_equal(pcsc_protocols_to(0x10000), 4);
    assert_int_equal(pcsc_protocol_from(1), RM_PROTOCOL_T0);
    assert_int_equal(pcsc_protocol_from(2), RM_PROTOCOL_T1);
    assert_int_equal(pcsc_protocol_from(0), RM_PROTOCOL_UNDEFINED);
    assert_int_equal(pcsc_protocol_from(8), RM_PROTOCOL_UNDEFINED); /* T=15 is no transmission protocol */
    assert_int_equal(pcsc_protocols_to(RM_PROTOCOL_T0 | RM_PROTOCOL_T1), 3);
    assert_int_equal(pcsc_protocols_to(RM_PROTOCOL_T0 | RM_PROTOCOL_RAW), 5);
    assert_int_equal(pcsc_protocols_to(0), 0);
}

static void test_card_state(void **state) {
    static const struct {
        DWORD mask, protocol;
        enum rm_card_state expected;
    } rows[] = {
        {0x0001, 0, RM_CARD_UNKNOWN},      {0x0002, 0, RM_CARD_ABSENT},
        {0x0004, 0, RM_CARD_PRESENT},      {0x000C, 0, RM_CARD_SWALLOWED},
        {0x0014, 0, RM_CARD_POWERED},      {0x0034, 0, RM_CARD_NEGOTIABLE},
        {0x0034, 1, RM_CARD_SPECIFIC},     {0x0034, 4, RM_CARD_SPECIFIC},
        {0x0054, 2, RM_CARD_SPECIFIC},     {0x0054, 0, RM_CARD_SPECIFIC},
        {0x00070034, 2, RM_CARD_SPECIFIC}, {0x00050002, 0, RM_CARD_ABSENT}, /* with a count of events */
        {0, 0, RM_CARD_UNKNOWN},           {0x000C, 2, RM_CARD_SWALLOWED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(pcsc_card_state_from(rows[i].mask, rows[i].protocol), rows[i].expected);
}

static void test_card_state__unpowered(void **state) {
    (void)state;
    assert_true(pcsc_card_unpowered(SCARD_PRESENT));
    assert_true(pcsc_card_unpowered(0x00090000 | SCARD_PRESENT));
    assert_false(pcsc_card_unpowered(SCARD_PRESENT | SCARD_POWERED | SCARD_NEGOTIABLE));
    assert_false(pcsc_card_unpowered(SCARD_PRESENT | SCARD_SWALLOWED));
    assert_false(pcsc_card_unpowered(SCARD_ABSENT));
}

static void test_unsupported_feature(void **state) {
    (void)state;
    assert_int_equal(pcsc_status_from(SCARD_E_UNSUPPORTED_FEATURE), 0x80100022);
    assert_int_equal(pcsc_status_from((LONG)0x8010001F), RM_E_UNSUPPORTED_FEATURE);
    assert_int_equal(pcsc_status_from((LONG)(int32_t)0x8010001F), RM_E_UNSUPPORTED_FEATURE);
}

static void test_status(void **state) {
    static const struct {
        LONG code;
        rm_status expected;
    } rows[] = {
        {SCARD_S_SUCCESS, RM_OK},
        {1, RM_F_UNKNOWN_ERROR},
        {0x6A82, RM_F_UNKNOWN_ERROR},
        {SCARD_W_RESET_CARD, RM_W_RESET_CARD},
        {SCARD_W_REMOVED_CARD, RM_W_REMOVED_CARD},
        {SCARD_E_NO_SERVICE, RM_E_NO_SERVICE},
        {SCARD_F_COMM_ERROR, RM_E_SERVICE_STOPPED},
        {SCARD_E_SHARING_VIOLATION, RM_E_SHARING_VIOLATION},
        {SCARD_E_PROTO_MISMATCH, RM_E_PROTO_MISMATCH},
        {SCARD_E_NO_READERS_AVAILABLE, RM_E_NO_READERS_AVAILABLE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(pcsc_status_from(rows[i].code), rows[i].expected);
        assert_int_equal(pcsc_status_from((LONG)(int32_t)rows[i].code), rows[i].expected);
    }
}

static void test_atr(void **state) {
    unsigned char from[64];
    uint8_t out[RM_ATR_MAX];

    (void)state;
    memset(from, 0x3B, sizeof from);
    assert_int_equal(pcsc_atr_from(from, 33, out), 33);
    assert_int_equal(out[32], 0x3B);
    assert_int_equal(pcsc_atr_from(from, 0, out), 0);
    assert_int_equal(pcsc_atr_from(from, 34, out), 0);
    assert_int_equal(pcsc_atr_from(from, 0xFFFFFFFF, out), 0);
}

static void test_receive_buffer(void **state) {
    (void)state;
    assert_int_equal(PCSC_RECEIVE_MAX, MAX_BUFFER_SIZE_EXTENDED);
    assert_int_equal(PCSC_RECEIVE_MAX, 65548);
    assert_int_equal(PCSC_ATTRIB_MAX, MAX_BUFFER_SIZE);
}

static void test_control_code(void **state) {
    (void)state;
    assert_int_equal(pcsc_control_to(0x00313520), 0x42000D48); /* 3400: the features of a reader */
    assert_int_equal(pcsc_control_to(0x00310004), 0x42000001);
    assert_int_equal(pcsc_control_to(0x0031FFFC), 0x42003FFF);
    assert_int_equal(pcsc_control_to(0x00313521), 0x00313521); /* another transfer method: nobody's */
    assert_int_equal(pcsc_control_to(0x42330006),
                     0x42330006); /* a feature's own code, as the reader gave it */
    assert_int_equal(pcsc_control_to(1), 1);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_raw_protocol),
        cmocka_unit_test(test_card_state),
        cmocka_unit_test(test_card_state__unpowered),
        cmocka_unit_test(test_unsupported_feature),
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_atr),
        cmocka_unit_test(test_receive_buffer),
        cmocka_unit_test(test_control_code),
    };
    return cmocka_run_group_tests_name("pcsc_map", tests, NULL, NULL);
}
