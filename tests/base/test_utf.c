/* UTF-8 to wide text and back: every code point, everything that is none, and what becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct {
    const wchar_t *wide;
    const char *utf8;
} pairs[] = {
    {L"", ""},
    {L"A", "A"},
    {L"\x7F", "\x7F"},
    {L"\x80", "\xC2\x80"},
    {L"Leser \u00FC\u00DF", "Leser \xC3\xBC\xC3\x9F"},
    {L"\u07FF\u0800", "\xDF\xBF\xE0\xA0\x80"},
    {L"\u8AAD\u53D6\uFFFF", "\xE8\xAA\xAD\xE5\x8F\x96\xEF\xBF\xBF"},
    {L"\uE000", "\xEE\x80\x80"},
    {L"\U00010000", "\xF0\x90\x80\x80"},
    {L"a\U0001F4B3z", "a\xF0\x9F\x92\xB3z"},
    {L"\U0010FFFF", "\xF4\x8F\xBF\xBF"},
};

static void test_from_wide__pairs(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); ++i) {
        int invalid = -1;
        char *text = utf8_from_wide(pairs[i].wide, wcslen(pairs[i].wide), &invalid);
        assert_non_null(text);
        assert_string_equal(text, pairs[i].utf8);
        assert_int_equal(invalid, 0);
        free(text);
    }
}

static void test_to_wide__pairs(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); ++i) {
        size_t count = 999;
        wchar_t *text = utf8_to_wide(pairs[i].utf8, &count);
        assert_non_null(text);
        assert_int_equal(count, wcslen(pairs[i].wide));
        assert_memory_equal(text, pairs[i].wide, (count + 1) * sizeof *text);
        free(text);
    }
}

static void test_from_wide__reads_only_the_count(void **state) {
    static const wchar_t text[] = {L'a', L'b', 0xD800};
    (void)state;
    char *out = utf8_from_wide(text, 2, NULL);
    assert_non_null(out);
    assert_string_equal(out, "ab");
    free(out);
    out = utf8_from_wide(NULL, 0, NULL);
    assert_non_null(out);
    assert_string_equal(out, "");
    free(out);
}

static void test_from_wide__invalid(void **state) {
    static const struct {
        size_t count;
        wchar_t text[4];
    } rows[] = {
        {3, {L'a', 0, L'b'}}, /* a NUL would cut the name */
        {1, {0xD800}},        /* lone surrogates, either half, anywhere */
        {2, {0xDC00, L'a'}},
        {3, {L'a', 0xDBFF, L'b'}},
        {2, {0xDFFF, 0xD800}},
#if WCHAR_MAX > 0xFFFF
        {1, {0x110000}},
        {1, {(wchar_t)-1}},
        {2, {0xD83D, 0xDE00}}, /* a pair is nothing where one wchar_t holds it all */
#endif
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        int invalid = -1;
        assert_null(utf8_from_wide(rows[i].text, rows[i].count, &invalid));
        assert_int_equal(invalid, 1);
        assert_null(utf8_from_wide(rows[i].text, rows[i].count, NULL));
    }
}

static void test_from_wide__a_count_that_no_memory_holds(void **state) {
    int invalid = -1;
    (void)state;
    assert_null(utf8_from_wide(L"a", SIZE_MAX / 2, &invalid));
    assert_int_equal(invalid, 0);
    assert_null(utf8_from_wide(L"a", SIZE_MAX, NULL));
}

/* Each byte that starts nothing valid shows as one U+FFFD; the text around it stays. */
static void test_to_wide__bytes_that_are_not_utf8(void **state) {
    static const struct {
        const char *bytes;
        const wchar_t *shown;
    } rows[] = {
        {"a\x80z", L"a\uFFFDz"}, /* a lone continuation */
        {"a\xFFz", L"a\uFFFDz"},
        {"\xF5\x80\x80\x80", L"\uFFFD\uFFFD\uFFFD\uFFFD"}, /* starts above U+10FFFF */
        {"\xC0\x80", L"\uFFFD\uFFFD"},                     /* overlong NUL */
        {"\xC1\xBF", L"\uFFFD\uFFFD"},
        {"\xE0\x9F\xBF", L"\uFFFD\uFFFD\uFFFD"}, /* overlong */
        {"\xF0\x8F\xBF\xBF", L"\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"\xED\xA0\x80", L"\uFFFD\uFFFD\uFFFD"},           /* a surrogate */
        {"\xF4\x90\x80\x80", L"\uFFFD\uFFFD\uFFFD\uFFFD"}, /* U+110000 */
        {"Gr\xFC\xDF", L"Gr\uFFFD\uFFFD"},                 /* Latin-1 */
        {"\xC3", L"\uFFFD"},                               /* cut short by the end */
        {"\xE2\x82", L"\uFFFD\uFFFD"},
        {"\xF0\x9F\x92", L"\uFFFD\uFFFD\uFFFD"},
        {"\xE2\x82z", L"\uFFFD\uFFFDz"}, /* cut short by another character */
        {"\xE2\xC3\xBC", L"\uFFFD\u00FC"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        size_t count = 0;
        wchar_t *text = utf8_to_wide(rows[i].bytes, &count);
        assert_non_null(text);
        if (count != wcslen(rows[i].shown) || wcscmp(text, rows[i].shown) != 0)
            fail_msg("row %zu: %ls", i, text);
        free(text);
    }
}

static void test_to_wide__count_is_optional(void **state) {
    wchar_t *text = utf8_to_wide("ab", NULL);
    (void)state;
    assert_non_null(text);
    assert_true(wcscmp(text, L"ab") == 0);
    free(text);
}

#if WCHAR_MAX > 0xFFFF

/* Names are bytes: each that is no UTF-8 travels as U+DC80..U+DCFF, and comes back as it was. */
static void test_names__bytes_that_are_not_utf8(void **state) {
    static const struct {
        const char *bytes;
        const wchar_t wide[8];
    } rows[] = {
        {"Leser", L"Leser"},
        {"a\x80z", {'a', 0xDC80, 'z'}},
        {"ger\xE4t", {'g', 'e', 'r', 0xDCE4, 't'}}, /* ISO 8859-1 */
        {"\xC3\xA4", {0xE4}},
        {"\xC3", {0xDCC3}},
        {"\xE2\x82z", {0xDCE2, 0xDC82, 'z'}},
        {"\xED\xB2\x80", {0xDCED, 0xDCB2, 0xDC80}}, /* U+DC80 itself is no UTF-8 */
        {"\xF0\x9F\x92\xB3\xFF", {0x1F4B3, 0xDCFF}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        size_t count = 0;
        int invalid = -1;
        wchar_t *const wide = utf8_name_to_wide(rows[i].bytes, &count);
        assert_non_null(wide);
        assert_int_equal(count, wcslen(rows[i].wide));
        assert_memory_equal(wide, rows[i].wide, (count + 1) * sizeof *wide);
        char *const back = utf8_name_from_wide(wide, count, &invalid);
        assert_non_null(back);
        assert_string_equal(back, rows[i].bytes);
        assert_int_equal(invalid, 0);
        free(back);
        /* Other text stays strict. */
        if (wcspbrk(wide, L"\xDC80\xDC82\xDCB2\xDCC3\xDCE2\xDCE4\xDCED\xDCFF"))
            assert_null(utf8_from_wide(wide, count, &invalid));
        free(wide);
    }
}

/* Every byte, alone and after a character, goes there and back. */
static void test_names__every_byte_comes_back(void **state) {
    (void)state;
    for (unsigned first = 1; first <= 0xFF; ++first) {
        for (unsigned second = 0; second <= 0xFF; ++second) {
            const char bytes[] = {(char)first, (char)second, '\0'};
            size_t count = 0;
            wchar_t *const wide = utf8_name_to_wide(bytes, &count);
            char *const back = wide ? utf8_name_from_wide(wide, count, NULL) : NULL;
            if (!back || strcmp(back, bytes) != 0)
                fail_msg("%02X %02X", first, second);
            free(back);
            free(wide);
        }
    }
}

/* A name is not for all that anything: what stands for no byte is refused as in text. */
static void test_names__other_surrogates_are_refused(void **state) {
    static const wchar_t wrong[] = {0xD800, 0xDBFF, 0xDC00, 0xDC41, 0xDC7F, 0xDD00, 0xDFFF, 0x110000, 0};
    (void)state;
    for (size_t i = 0; i < COUNT(wrong); ++i) {
        int invalid = -1;
        assert_null(utf8_name_from_wide(&wrong[i], 1, &invalid));
        assert_int_equal(invalid, 1);
    }
}

#endif

static size_t wide_put(wchar_t out[2], uint32_t code_point) {
#if WCHAR_MAX <= 0xFFFF
    if (code_point >= 0x10000) {
        out[0] = (wchar_t)(0xD800 + ((code_point - 0x10000) >> 10));
        out[1] = (wchar_t)(0xDC00 + ((code_point - 0x10000) & 0x3FF));
        return 2;
    }
#endif
    out[0] = (wchar_t)code_point;
    return 1;
}

static void test_round_trip__every_code_point(void **state) {
    (void)state;
    for (uint32_t c = 1; c <= 0x10FFFF; ++c) {
        if (c == 0xD800)
            c = 0xE000;
        wchar_t wide[2];
        const size_t count = wide_put(wide, c);
        char *utf8 = utf8_from_wide(wide, count, NULL);
        size_t back_count = 0;
        wchar_t *back = utf8 ? utf8_to_wide(utf8, &back_count) : NULL;
        if (!back || back_count != count || memcmp(back, wide, count * sizeof *back) != 0)
            fail_msg("U+%04X", c);
        free(back);
        free(utf8);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_wide__pairs),
        cmocka_unit_test(test_to_wide__pairs),
        cmocka_unit_test(test_from_wide__reads_only_the_count),
        cmocka_unit_test(test_from_wide__invalid),
        cmocka_unit_test(test_from_wide__a_count_that_no_memory_holds),
        cmocka_unit_test(test_to_wide__bytes_that_are_not_utf8),
        cmocka_unit_test(test_to_wide__count_is_optional),
#if WCHAR_MAX > 0xFFFF
        cmocka_unit_test(test_names__bytes_that_are_not_utf8),
        cmocka_unit_test(test_names__every_byte_comes_back),
        cmocka_unit_test(test_names__other_surrogates_are_refused),
#endif
        cmocka_unit_test(test_round_trip__every_code_point),
    };
    return cmocka_run_group_tests_name("utf", tests, NULL, NULL);
}
