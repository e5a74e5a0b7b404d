/* Codes as cards want them written down: filled up, two digits a byte, as a PIN block; and which ones fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "com/hresult.h"
#include "services/codeform.h"
#include "support/kits/com.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define BCD SCARDSSP_PROFILE_CODE_BCD
#define BLOCK SCARDSSP_PROFILE_CODE_BLOCK

static void test_write__bytes(void **state) {
    static const struct {
        struct scardssp_profile_form form;
        const char *code;
        size_t size;
        const char *bytes;
    } rows[] = {
        {{.size = 0}, "1234", 4, "1234"},
        {{.size = 8, .pad = 0xFF}, "1234", 8, "1234\xFF\xFF\xFF\xFF"},
        {{.size = 8, .pad = 0x00}, "a b", 8, "a b\0\0\0\0\0"},
        {{.size = 4, .pad = 0xFF}, "12345", 5, "12345"}, /* longer than the card wants: for it to refuse */
        {{.encoding = BCD}, "1234", 2, "\x12\x34"},
        {{.encoding = BCD, .pad = 0xFF}, "123", 2, "\x12\x3F"},
        {{.encoding = BCD, .pad = 0x00}, "123", 2, "\x12\x30"},
        {{.encoding = BCD, .size = 4, .pad = 0xFF}, "12345", 4, "\x12\x34\x5F\xFF"},
        {{.encoding = BLOCK}, "1234", 8, "\x24\x12\x34\xFF\xFF\xFF\xFF\xFF"},
        {{.encoding = BLOCK, .size = 8, .pad = 0x11}, "12345", 8, "\x25\x12\x34\x5F\xFF\xFF\xFF\xFF"},
        {{.encoding = BLOCK}, "123456789012", 8, "\x2C\x12\x34\x56\x78\x90\x12\xFF"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        uint8_t out[17];
        const size_t size = strlen(rows[i].code);
        memset(out, 0xA5, sizeof out);
        assert_hr(codeform_check(&rows[i].form, (const uint8_t *)rows[i].code, size), S_OK);
        assert_int_equal(codeform_size(&rows[i].form, size), rows[i].size);
        codeform_write(&rows[i].form, (const uint8_t *)rows[i].code, size, out);
        assert_memory_equal(out, rows[i].bytes, rows[i].size);
        assert_int_equal(out[rows[i].size], 0xA5);
    }
}

static void test_check__what_the_card_would_never_take(void **state) {
    static const struct {
        struct scardssp_profile_form form;
        const char *code;
        HRESULT hr;
    } rows[] = {
        {{.least = 4, .most = 8}, "123", SCARD_E_INVALID_CHV},
        {{.least = 4, .most = 8}, "1234", S_OK},
        {{.least = 4, .most = 8}, "12345678", S_OK},
        {{.least = 4, .most = 8}, "123456789", SCARD_E_INVALID_CHV},
        {{.least = 4, .most = 0}, "1", S_OK}, /* no bounds */
        {{.encoding = BCD}, "12a4", SCARD_E_INVALID_CHV},
        {{.encoding = BCD}, "12:4", SCARD_E_INVALID_CHV},
        {{.encoding = BLOCK}, "123", SCARD_E_INVALID_CHV},
        {{.encoding = BLOCK}, "1234567890123", SCARD_E_INVALID_CHV},
        {{.encoding = BLOCK}, "123/", SCARD_E_INVALID_CHV},
        {{.encoding = BLOCK, .least = 5, .most = 12}, "1234", SCARD_E_INVALID_CHV},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i)
        assert_hr(codeform_check(&rows[i].form, (const uint8_t *)rows[i].code, strlen(rows[i].code)),
                  rows[i].hr);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write__bytes),
        cmocka_unit_test(test_check__what_the_card_would_never_take),
    };
    return cmocka_run_group_tests_name("services_codeform", tests, NULL, NULL);
}
