/* Status codes: every number under its WinSCard name, advice for each, and silence about strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rm/status.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define STRANGER "The layer below returned a code that has no meaning here."

/* The numbers as WinSCard publishes them, not by our own constants. */
static const struct {
    uint32_t code;
    const char *name;
} codes[] = {
    {0x00000000, "SCARD_S_SUCCESS"},
    {0x80100001, "SCARD_F_INTERNAL_ERROR"},
    {0x80100002, "SCARD_E_CANCELLED"},
    {0x80100003, "SCARD_E_INVALID_HANDLE"},
    {0x80100004, "SCARD_E_INVALID_PARAMETER"},
    {0x80100005, "SCARD_E_INVALID_TARGET"},
    {0x80100006, "SCARD_E_NO_MEMORY"},
    {0x80100007, "SCARD_F_WAITED_TOO_LONG"},
    {0x80100008, "SCARD_E_INSUFFICIENT_BUFFER"},
    {0x80100009, "SCARD_E_UNKNOWN_READER"},
    {0x8010000A, "SCARD_E_TIMEOUT"},
    {0x8010000B, "SCARD_E_SHARING_VIOLATION"},
    {0x8010000C, "SCARD_E_NO_SMARTCARD"},
    {0x8010000D, "SCARD_E_UNKNOWN_CARD"},
    {0x8010000E, "SCARD_E_CANT_DISPOSE"},
    {0x8010000F, "SCARD_E_PROTO_MISMATCH"},
    {0x80100010, "SCARD_E_NOT_READY"},
    {0x80100011, "SCARD_E_INVALID_VALUE"},
    {0x80100012, "SCARD_E_SYSTEM_CANCELLED"},
    {0x80100013, "SCARD_F_COMM_ERROR"},
    {0x80100014, "SCARD_F_UNKNOWN_ERROR"},
    {0x80100015, "SCARD_E_INVALID_ATR"},
    {0x80100016, "SCARD_E_NOT_TRANSACTED"},
    {0x80100017, "SCARD_E_READER_UNAVAILABLE"},
    {0x80100018, "SCARD_P_SHUTDOWN"},
    {0x80100019, "SCARD_E_PCI_TOO_SMALL"},
    {0x8010001A, "SCARD_E_READER_UNSUPPORTED"},
    {0x8010001B, "SCARD_E_DUPLICATE_READER"},
    {0x8010001C, "SCARD_E_CARD_UNSUPPORTED"},
    {0x8010001D, "SCARD_E_NO_SERVICE"},
    {0x8010001E, "SCARD_E_SERVICE_STOPPED"},
    {0x8010001F, "SCARD_E_UNEXPECTED"},
    {0x80100020, "SCARD_E_ICC_INSTALLATION"},
    {0x80100021, "SCARD_E_ICC_CREATEORDER"},
    {0x80100022, "SCARD_E_UNSUPPORTED_FEATURE"},
    {0x80100023, "SCARD_E_DIR_NOT_FOUND"},
    {0x80100024, "SCARD_E_FILE_NOT_FOUND"},
    {0x80100025, "SCARD_E_NO_DIR"},
    {0x80100026, "SCARD_E_NO_FILE"},
    {0x80100027, "SCARD_E_NO_ACCESS"},
    {0x80100028, "SCARD_E_WRITE_TOO_MANY"},
    {0x80100029, "SCARD_E_BAD_SEEK"},
    {0x8010002A, "SCARD_E_INVALID_CHV"},
    {0x8010002B, "SCARD_E_UNKNOWN_RES_MNG"},
    {0x8010002C, "SCARD_E_NO_SUCH_CERTIFICATE"},
    {0x8010002D, "SCARD_E_CERTIFICATE_UNAVAILABLE"},
    {0x8010002E, "SCARD_E_NO_READERS_AVAILABLE"},
    {0x8010002F, "SCARD_E_COMM_DATA_LOST"},
    {0x80100030, "SCARD_E_NO_KEY_CONTAINER"},
    {0x80100031, "SCARD_E_SERVER_TOO_BUSY"},
    {0x80100032, "SCARD_E_PIN_CACHE_EXPIRED"},
    {0x80100033, "SCARD_E_NO_PIN_CACHE"},
    {0x80100034, "SCARD_E_READ_ONLY_CARD"},
    {0x80100065, "SCARD_W_UNSUPPORTED_CARD"},
    {0x80100066, "SCARD_W_UNRESPONSIVE_CARD"},
    {0x80100067, "SCARD_W_UNPOWERED_CARD"},
    {0x80100068, "SCARD_W_RESET_CARD"},
    {0x80100069, "SCARD_W_REMOVED_CARD"},
    {0x8010006A, "SCARD_W_SECURITY_VIOLATION"},
    {0x8010006B, "SCARD_W_WRONG_CHV"},
    {0x8010006C, "SCARD_W_CHV_BLOCKED"},
    {0x8010006D, "SCARD_W_EOF"},
    {0x8010006E, "SCARD_W_CANCELLED_BY_USER"},
    {0x8010006F, "SCARD_W_CARD_NOT_AUTHENTICATED"},
    {0x80100070, "SCARD_W_CACHE_ITEM_NOT_FOUND"},
    {0x80100071, "SCARD_W_CACHE_ITEM_STALE"},
    {0x80100072, "SCARD_W_CACHE_ITEM_TOO_BIG"},
};

/* As many as the page on return values has (without ERROR_BROKEN_PIPE, which is none of WinSCard's own). */
_Static_assert(COUNT(codes) == 67, "every code of the page");

static void test_name__every_code(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(codes); ++i) {
        assert_non_null(rm_status_name(codes[i].code));
        assert_string_equal(rm_status_name(codes[i].code), codes[i].name);
    }
}

static void test_name__nothing_beside_the_table(void **state) {
    size_t found = 0;
    (void)state;
    for (uint32_t code = 0x80100000u; code <= 0x80100FFFu; ++code)
        found += rm_status_name(code) != NULL;
    assert_int_equal(found, COUNT(codes) - 1); /* without SCARD_S_SUCCESS */
    assert_null(rm_status_name(1));
    assert_null(rm_status_name(0x80100035u));
    assert_null(rm_status_name(0x80004005u));
    assert_null(rm_status_name(UINT32_MAX));
}

static void test_advice__a_sentence_of_its_own_for_each(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(codes); ++i) {
        const char *const advice = rm_status_advice(codes[i].code);
        const size_t size = strlen(advice);
        assert_true(size > 5);
        assert_int_equal(advice[size - 1], '.');
        assert_true(advice[0] >= 'A' && advice[0] <= 'Z');
        assert_string_not_equal(advice, STRANGER);
    }
    assert_non_null(strstr(rm_status_advice(RM_W_RESET_CARD), "re-attach"));
    /*
     * Whoever attached shared is not told to attach shared; a RAW connection is named as the cause that it
     * is.
     */
    assert_null(strstr(rm_status_advice(RM_E_SHARING_VIOLATION), "shared mode"));
    assert_non_null(strstr(rm_status_advice(RM_E_SHARING_VIOLATION), "exclusively"));
    assert_non_null(strstr(rm_status_advice(RM_E_PROTO_MISMATCH), "a RAW connection left the card unreset"));
    static const char *const refused[] = {"polkit", "/etc/polkit-1/rules.d", "group", "--disable-polkit",
                                          "200 clients"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; ++i)
        assert_non_null(strstr(rm_status_advice(RM_W_SECURITY_VIOLATION), refused[i]));
    assert_non_null(strstr(rm_status_advice(RM_E_NO_SERVICE), "systemctl start pcscd"));
    assert_non_null(strstr(rm_status_advice(RM_E_NO_SERVICE), "net start SCardSvr"));
}

static void test_advice__never_null(void **state) {
    (void)state;
    assert_string_equal(rm_status_advice(1), STRANGER);
    assert_string_equal(rm_status_advice(UINT32_MAX), STRANGER);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_name__every_code),
        cmocka_unit_test(test_name__nothing_beside_the_table),
        cmocka_unit_test(test_advice__a_sentence_of_its_own_for_each),
        cmocka_unit_test(test_advice__never_null),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
