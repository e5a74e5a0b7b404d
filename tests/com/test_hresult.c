/* Status words as HRESULTs: every word in every use and nothing else, with names and advice for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "com/hresult.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The numbers as WinSCard publishes them, not by our own constants. */
#define OK 0u
#define NOTIMPL 0x80004001u
#define INVALIDARG 0x80070057u
#define FILE_EXISTS 0x80070050u
#define UNEXPECTED 0x8010001Fu
#define UNSUPPORTED 0x80100022u
#define DIR_NOT_FOUND 0x80100023u
#define FILE_NOT_FOUND 0x80100024u
#define NO_FILE 0x80100026u
#define NO_ACCESS 0x80100027u
#define TOO_MANY 0x80100028u
#define BAD_SEEK 0x80100029u
#define INVALID_CHV 0x8010002Au
#define VIOLATION 0x8010006Au
#define WRONG_CHV 0x8010006Bu
#define BLOCKED 0x8010006Cu
#define END 0x8010006Du

static const enum sw_use uses[] = {
    SW_USE_OTHER,        SW_USE_READ,   SW_USE_WRITE,          SW_USE_DIRECTORY,
    SW_USE_LIST,         SW_USE_DELETE, SW_USE_GET_PROPERTIES, SW_USE_SET_PROPERTIES,
    SW_USE_REHABILITATE, SW_USE_CODE,   SW_USE_AUTHENTICATION,
};

/* What a word is for every use, in the order above. */
static const struct {
    uint16_t sw;
    uint32_t codes[COUNT(uses)];
} rows[] = {
#define ALL(code)                                                                                            \
    { code, code, code, code, code, code, code, code, code, code, code }
#define LISTED(code)                                                                                         \
    { code, code, code, code, NOTIMPL, NOTIMPL, code, code, code, code, code }
    {0x9000, ALL(OK)},
    {0x6282, {END, OK, END, END, END, END, END, END, END, END, END}},
    {0x6283,
     {NO_ACCESS, NO_ACCESS, NO_ACCESS, NO_ACCESS, NO_ACCESS, NO_ACCESS, OK, NO_ACCESS, OK, NO_ACCESS,
      NO_ACCESS}},
    {0x6300,
     {UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED,
      UNEXPECTED, WRONG_CHV, VIOLATION}},
    {0x63C0, ALL(BLOCKED)},
    {0x63C1,
     {UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED,
      UNEXPECTED, WRONG_CHV, VIOLATION}},
    {0x63CF,
     {UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED,
      UNEXPECTED, WRONG_CHV, VIOLATION}},
    {0x6700,
     {INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG,
      INVALIDARG, INVALID_CHV, INVALIDARG}},
    {0x6881, LISTED(UNSUPPORTED)},
    {0x6882, LISTED(UNSUPPORTED)},
    {0x6981, LISTED(UNSUPPORTED)},
    {0x6982, ALL(VIOLATION)},
    {0x6983, ALL(BLOCKED)},
    {0x6984, ALL(NO_ACCESS)},
    {0x6985, ALL(NO_ACCESS)},
    {0x6986, ALL(NO_FILE)},
    {0x6A80,
     {INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG,
      INVALIDARG, INVALID_CHV, INVALIDARG}},
    {0x6A81, LISTED(UNSUPPORTED)},
    {0x6A82,
     {FILE_NOT_FOUND, FILE_NOT_FOUND, FILE_NOT_FOUND, DIR_NOT_FOUND, FILE_NOT_FOUND, FILE_NOT_FOUND,
      FILE_NOT_FOUND, FILE_NOT_FOUND, FILE_NOT_FOUND, FILE_NOT_FOUND, FILE_NOT_FOUND}},
    {0x6A83,
     {UNEXPECTED, END, TOO_MANY, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED, UNEXPECTED,
      UNEXPECTED, UNEXPECTED}},
    {0x6A84, ALL(TOO_MANY)},
    {0x6A86, ALL(INVALIDARG)},
    {0x6A87, ALL(INVALIDARG)},
    {0x6A88,
     {INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, INVALIDARG, UNSUPPORTED,
      INVALIDARG, INVALIDARG, INVALIDARG}},
    {0x6A89, ALL(FILE_EXISTS)},
    {0x6A8A, ALL(FILE_EXISTS)},
    {0x6B00,
     {BAD_SEEK, END, TOO_MANY, BAD_SEEK, BAD_SEEK, BAD_SEEK, BAD_SEEK, BAD_SEEK, BAD_SEEK, BAD_SEEK,
      BAD_SEEK}},
    {0x6D00, LISTED(UNSUPPORTED)},
    {0x6E00, LISTED(UNSUPPORTED)},
    /* warnings and errors of execution without a meaning of their own, and strangers */
    {0x6200, ALL(UNEXPECTED)},
    {0x6281, ALL(UNEXPECTED)},
    {0x6285, ALL(UNEXPECTED)},
    {0x6381, ALL(UNEXPECTED)},
    {0x63B1, ALL(UNEXPECTED)},
    {0x63D0, ALL(UNEXPECTED)},
    {0x6400, ALL(UNEXPECTED)},
    {0x6581, ALL(UNEXPECTED)},
    {0x6600, ALL(UNEXPECTED)},
    {0x6F00, ALL(UNEXPECTED)},
    {0x6110, ALL(UNEXPECTED)},
    {0x6C10, ALL(UNEXPECTED)},
    {0x6701, ALL(UNEXPECTED)},
    {0x6A8B, ALL(UNEXPECTED)},
    {0x9001, ALL(UNEXPECTED)},
    {0x0000, ALL(UNEXPECTED)},
    {0xFFFF, ALL(UNEXPECTED)},
};

static void test_from_sw__every_word_for_every_use(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i)
        for (size_t use = 0; use < COUNT(uses); ++use)
            if ((uint32_t)hresult_from_sw(rows[i].sw, uses[use]) != rows[i].codes[use])
                fail_msg("%04X for use %zu: %08X", rows[i].sw, use,
                         (unsigned)hresult_from_sw(rows[i].sw, uses[use]));
}

/* 9000 beside, only these go well, and each in its own use only. */
static void test_from_sw__hardly_a_word_is_a_success(void **state) {
    (void)state;
    for (size_t use = 0; use < COUNT(uses); ++use)
        for (unsigned sw = 0; sw <= 0xFFFFu; ++sw) {
            const HRESULT hr = hresult_from_sw((uint16_t)sw, uses[use]);
            const bool fine = sw == 0x9000 || (sw == 0x6282 && uses[use] == SW_USE_READ) ||
                              (sw == 0x6283 && (uses[use] & (SW_USE_GET_PROPERTIES | SW_USE_REHABILITATE)));
            assert_int_equal(fine, SUCCEEDED(hr));
            assert_true(hr == S_OK || FAILED(hr));
        }
}

static void test_words__whatever_comes_of_a_status_word_has_some(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i)
        for (size_t use = 0; use < COUNT(uses); ++use) {
            const HRESULT hr = (HRESULT)rows[i].codes[use];
            assert_string_not_equal(hresult_name(hr), "unknown error");
            assert_null(strstr(hresult_advice(hr), "no meaning here"));
        }
    assert_string_equal(hresult_name((HRESULT)FILE_EXISTS), "ERROR_FILE_EXISTS");
    /* who was refused by the card is told of the card, and who sees a wrong PIN that more tries cost it */
    assert_non_null(strstr(hresult_advice((HRESULT)VIOLATION), "wants a PIN or an authentication first"));
    assert_non_null(strstr(hresult_advice((HRESULT)NO_ACCESS), "whatever PIN is shown"));
    assert_non_null(strstr(hresult_advice((HRESULT)WRONG_CHV), "tries"));
    assert_string_not_equal(hresult_advice((HRESULT)WRONG_CHV), hresult_advice((HRESULT)INVALID_CHV));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_sw__every_word_for_every_use),
        cmocka_unit_test(test_from_sw__hardly_a_word_is_a_success),
        cmocka_unit_test(test_words__whatever_comes_of_a_status_word_has_some),
    };
    return cmocka_run_group_tests_name("hresult", tests, NULL, NULL);
}
