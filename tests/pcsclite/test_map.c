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

static void test_towards_a_program__status(void **state) {
    (void)state;
    assert_true(pcsc_status_to(RM_OK) == SCARD_S_SUCCESS);
    assert_true(pcsc_status_to(RM_E_UNSUPPORTED_FEATURE) == SCARD_E_UNSUPPORTED_FEATURE);
    assert_true(pcsc_status_to(RM_W_REMOVED_CARD) == SCARD_W_REMOVED_CARD);
    assert_true(pcsc_status_to(RM_E_NO_READERS_AVAILABLE) == SCARD_E_NO_READERS_AVAILABLE);
}

static void test_towards_a_program__protocols(void **state) {
    (void)state;
    assert_int_equal(pcsc_protocols_from(0), 0);
    assert_int_equal(pcsc_protocols_from(SCARD_PROTOCOL_ANY), RM_PROTOCOL_T0 | RM_PROTOCOL_T1);
    assert_int_equal(pcsc_protocols_from(0x1000), RM_PROTOCOL_T0 | RM_PROTOCOL_T1); /* of long ago */
    assert_int_equal(pcsc_protocols_from(SCARD_PROTOCOL_RAW | SCARD_PROTOCOL_T1),
                     RM_PROTOCOL_RAW | RM_PROTOCOL_T1);
    assert_int_equal(pcsc_protocols_from(SCARD_PROTOCOL_T15), 0);
    assert_int_equal(pcsc_protocols_from(0x10000), 0); /* WinSCard's number for RAW */
}

static void test_towards_a_program__card_state(void **state) {
    static const DWORD masks[] = {
        [RM_CARD_UNKNOWN] = 0x01,   [RM_CARD_ABSENT] = 0x02,  [RM_CARD_PRESENT] = 0x04,
        [RM_CARD_SWALLOWED] = 0x0C, [RM_CARD_POWERED] = 0x14, [RM_CARD_NEGOTIABLE] = 0x34,
        [RM_CARD_SPECIFIC] = 0x34};
    (void)state;
    for (unsigned i = 0; i < sizeof masks / sizeof *masks; i++)
        assert_int_equal(pcsc_card_state_to((enum rm_card_state)i), masks[i]);
}

static void test_towards_a_program__control(void **state) {
    (void)state;
    assert_int_equal(pcsc_control_from(0x42000D48), 0x313520); /* CM_IOCTL_GET_FEATURE_REQUEST */
    assert_int_equal(pcsc_control_from(0x42000000), 0x310000);
    assert_int_equal(pcsc_control_from(0x42003FFF), 0x31FFFC);
    assert_int_equal(pcsc_control_from(0x42004000), 0x42004000); /* a driver's own */
    assert_int_equal(pcsc_control_from(0x42330001), 0x42330001);
    assert_int_equal(pcsc_control_from(1), 1);
    for (uint32_t code = 0x42000000; code < 0x42005000; code += 7)
        assert_int_equal(pcsc_control_to(pcsc_control_from(code)), code);
}

static void test_towards_a_program__reader_state(void **state) {
    (void)state;
    assert_int_equal(pcsc_reader_state_to(0x00030122), 0x00030122);
    assert_int_equal(pcsc_reader_state_to(0x000301A2), 0x000300A2); /* kept by one: not in use beside */
    assert_int_equal(pcsc_reader_state_to(0x00030422), 0x00030022); /* no word for a card without power */
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
        cmocka_unit_test(test_towards_a_program__status),
        cmocka_unit_test(test_towards_a_program__protocols),
        cmocka_unit_test(test_towards_a_program__card_state),
        cmocka_unit_test(test_towards_a_program__control),
        cmocka_unit_test(test_towards_a_program__reader_state),
    };
    return cmocka_run_group_tests_name("pcsc_map", tests, NULL, NULL);
}
