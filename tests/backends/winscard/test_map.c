/* The dialects of Windows' smart card functions, number by number. */
#include "backends/winscard/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct row {
    LONG code;
    rm_status expected;
};

static void assert_rows(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (winscard_status_from(rows[i].code) != rows[i].expected)
            fail_msg("0x%08lX is 0x%08X, expected 0x%08X", (unsigned long)rows[i].code,
                     winscard_status_from(rows[i].code), rows[i].expected);
}

#define assert_all(rows) assert_rows(rows, sizeof rows / sizeof *rows)

/* Every code of the facility is its own, but for the service's word that it is going. */
static void test_status__of_cards(void **state) {
    (void)state;
    assert_int_equal(winscard_status_from(SCARD_S_SUCCESS), RM_OK);
    for (uint32_t code = 0x80100001u; code <= 0x801000FFu; code++)
        assert_int_equal(winscard_status_from((LONG)code),
                         code == RM_P_SHUTDOWN ? RM_E_SERVICE_STOPPED : code);
    static const struct row rows[] = {
        {SCARD_E_NO_SERVICE, 0x8010001Du},         {SCARD_E_SERVICE_STOPPED, 0x8010001Eu},
        {SCARD_E_INVALID_HANDLE, 0x80100003u},     {SCARD_E_SHARING_VIOLATION, 0x8010000Bu},
        {SCARD_W_RESET_CARD, 0x80100068u},         {SCARD_W_REMOVED_CARD, 0x80100069u},
        {SCARD_W_UNPOWERED_CARD, 0x80100067u},     {SCARD_W_UNRESPONSIVE_CARD, 0x80100066u},
        {SCARD_E_READER_UNAVAILABLE, 0x80100017u}, {SCARD_E_UNEXPECTED, 0x8010001Fu},
        {SCARD_E_SERVER_TOO_BUSY, 0x80100031u},
    };
    assert_all(rows);
}

/* winerror.h's numbers. */
static const struct row of_windows[] = {
    {6, RM_E_INVALID_HANDLE},
    {1775, RM_E_INVALID_HANDLE},
    {1777, RM_E_INVALID_HANDLE},
    {109, RM_E_NO_SERVICE}, /* ERROR_BROKEN_PIPE: a remote session without redirection */
    {230, RM_E_NO_SERVICE},
    {232, RM_E_NO_SERVICE},
    {233, RM_E_NO_SERVICE},
    {64, RM_E_NO_SERVICE},
    {240, RM_E_NO_SERVICE},
    {1053, RM_E_NO_SERVICE},
    {1058, RM_E_NO_SERVICE},
    {1060, RM_E_NO_SERVICE},
    {1062, RM_E_NO_SERVICE},
    {1067, RM_E_NO_SERVICE},
    {1068, RM_E_NO_SERVICE},
    {1077, RM_E_NO_SERVICE},
    {1226, RM_E_NO_SERVICE},
    {1236, RM_E_NO_SERVICE},
    {1702, RM_E_NO_SERVICE},
    {1715, RM_E_NO_SERVICE},
    {1717, RM_E_NO_SERVICE},
    {1718, RM_E_NO_SERVICE},
    {1722, RM_E_NO_SERVICE},
    {1726, RM_E_NO_SERVICE},
    {1727, RM_E_NO_SERVICE},
    {1728, RM_E_NO_SERVICE},
    {1753, RM_E_NO_SERVICE},
    {1820, RM_E_NO_SERVICE},
    {1115, RM_E_SERVICE_STOPPED},
    {1723, RM_E_SERVER_TOO_BUSY},
    {2, RM_E_READER_UNAVAILABLE},
    {20, RM_E_READER_UNAVAILABLE},
    {55, RM_E_READER_UNAVAILABLE},
    {433, RM_E_READER_UNAVAILABLE},
    {1167, RM_E_READER_UNAVAILABLE},
    {1617, RM_E_READER_UNAVAILABLE},
    {21, RM_E_NOT_READY},
    {22, RM_E_NOT_READY},
    {1110, RM_W_REMOVED_CARD},
    {1112, RM_W_REMOVED_CARD},
    {1785, RM_W_UNRESPONSIVE_CARD},
    {23, RM_E_COMM_DATA_LOST},
    {29, RM_E_COMM_DATA_LOST},
    {30, RM_E_COMM_DATA_LOST},
    {31, RM_E_COMM_DATA_LOST},
    {121, RM_E_COMM_DATA_LOST},
    {1117, RM_E_COMM_DATA_LOST},
    {995, RM_E_CANCELLED},
    {1223, RM_E_CANCELLED},
    {1818, RM_E_CANCELLED},
    {258, RM_E_TIMEOUT},
    {1460, RM_E_TIMEOUT},
    {32, RM_E_SHARING_VIOLATION},
    {170, RM_E_SHARING_VIOLATION},
    {5, RM_E_NO_ACCESS},
    {122, RM_E_INSUFFICIENT_BUFFER},
    {234, RM_E_INSUFFICIENT_BUFFER},
    {87, RM_E_INVALID_PARAMETER},
    {1, RM_E_UNSUPPORTED_FEATURE},
    {50, RM_E_UNSUPPORTED_FEATURE},
    {120, RM_E_UNSUPPORTED_FEATURE},
    {8, RM_E_NO_MEMORY},
    {14, RM_E_NO_MEMORY},
    {1450, RM_E_NO_MEMORY},
    {1721, RM_E_NO_MEMORY},
};

static void test_status__of_windows(void **state) {
    (void)state;
    assert_all(of_windows);
}

/* The same in another coat, and what has no meaning here: never a success. */
static void test_status__of_anything(void **state) {
    (void)state;
    static const struct row rows[] = {
        {(LONG)0x80070006, RM_E_INVALID_HANDLE},
        {(LONG)0x8007006D, RM_E_NO_SERVICE},
        {(LONG)0x8007000E, RM_E_NO_MEMORY},
        {(LONG)0x80071234, RM_F_UNKNOWN_ERROR},
        {0x12345, RM_F_UNKNOWN_ERROR},
        {4, RM_F_UNKNOWN_ERROR},
        {-1, RM_F_UNKNOWN_ERROR},
        {(LONG)0x80004005, RM_F_UNKNOWN_ERROR},
        {(LONG)0x80000000, RM_F_UNKNOWN_ERROR},
        {0x7FFFFFFF, RM_F_UNKNOWN_ERROR},
        {(LONG)0x80070000, RM_F_UNKNOWN_ERROR},
        {0x00100003, RM_F_UNKNOWN_ERROR},
    };
    assert_all(rows);
}

static void test_protocol(void **state) {
    (void)state;
    assert_int_equal(winscard_protocol_from(SCARD_PROTOCOL_T0), RM_PROTOCOL_T0);
    assert_int_equal(winscard_protocol_from(SCARD_PROTOCOL_T1), RM_PROTOCOL_T1);
    assert_int_equal(winscard_protocol_from(SCARD_PROTOCOL_RAW), RM_PROTOCOL_RAW);
    assert_int_equal(winscard_protocol_from(SCARD_PROTOCOL_UNDEFINED), RM_PROTOCOL_UNDEFINED);
    assert_int_equal(winscard_protocol_from(3), RM_PROTOCOL_UNDEFINED);
    assert_int_equal(winscard_protocol_from(0x80000000u), RM_PROTOCOL_UNDEFINED);
}

static void test_state(void **state) {
    (void)state;
    for (DWORD known = 0; known <= 6; known++)
        assert_int_equal(winscard_state_from(known, 0), (enum rm_card_state)known);
    static const struct {
        DWORD state, protocol;
        enum rm_card_state expected;
    } rows[] = {
        {0x34, 0, RM_CARD_NEGOTIABLE},     {0x34, 2, RM_CARD_SPECIFIC},
        {0x00070034, 1, RM_CARD_SPECIFIC}, {0x54, 0, RM_CARD_SPECIFIC},
        {0x14, 0, RM_CARD_POWERED},        {0x0C, 0, RM_CARD_SWALLOWED},
        {0x00010004, 0, RM_CARD_PRESENT},  {0x00030002, 0, RM_CARD_ABSENT},
        {0x00030000, 0, RM_CARD_UNKNOWN},  {0x80, 0, RM_CARD_UNKNOWN},
        {0xFFFFFFFF, 0, RM_CARD_SPECIFIC},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(winscard_state_from(rows[i].state, rows[i].protocol), rows[i].expected);
}

static void test_atr(void **state) {
    (void)state;
    BYTE atr[64];
    uint8_t out[RM_ATR_MAX + 1];
    memset(atr, 0x3B, sizeof atr);
    for (DWORD size = 0; size < 64; size++) {
        memset(out, 0xEE, sizeof out);
        const size_t copied = winscard_atr_from(atr, size, out);
        assert_int_equal(copied, size <= RM_ATR_MAX ? size : 0);
        for (size_t i = 0; i < sizeof out; i++)
            assert_int_equal(out[i], i < copied ? 0x3B : 0xEE);
    }
    assert_int_equal(winscard_atr_from(atr, 0xFFFFFFFFu, out), 0);
}

static void test_what_codes_mean(void **state) {
    (void)state;
    assert_true(rm_context_is_lost(RM_E_NO_SERVICE));
    assert_true(rm_context_is_lost(RM_E_SERVICE_STOPPED));
    assert_true(rm_context_is_lost(RM_E_INVALID_HANDLE));
    assert_false(rm_context_is_lost(RM_OK));
    assert_false(rm_context_is_lost(RM_E_READER_UNAVAILABLE));
    assert_true(winscard_is_notice(RM_W_RESET_CARD));
    assert_true(winscard_is_notice(RM_W_REMOVED_CARD));
    assert_true(winscard_is_notice(RM_W_UNPOWERED_CARD));
    assert_false(winscard_is_notice(RM_W_UNRESPONSIVE_CARD));
    assert_false(winscard_is_notice(RM_OK));
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status__of_cards),
        cmocka_unit_test(test_status__of_windows),
        cmocka_unit_test(test_status__of_anything),
        cmocka_unit_test(test_protocol),
        cmocka_unit_test(test_state),
        cmocka_unit_test(test_atr),
        cmocka_unit_test(test_what_codes_mean),
    };
    return cmocka_run_group_tests_name("winscard_map", tests, NULL, NULL);
}
