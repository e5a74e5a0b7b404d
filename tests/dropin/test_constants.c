/* The protocols' headers, and sentences for codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <winscard.h>

static void test_headers(void **state) {
    (void)state;
    assert_int_equal(SCARD_PCI_T0->dwProtocol, 1);
    assert_int_equal(SCARD_PCI_T1->dwProtocol, 2);
    assert_int_equal(SCARD_PCI_RAW->dwProtocol, 4);
    assert_int_equal(SCARD_PCI_T0->cbPciLength, sizeof(SCARD_IO_REQUEST));
    assert_int_equal(SCARD_PCI_T1->cbPciLength, sizeof(SCARD_IO_REQUEST));
    assert_int_equal(SCARD_PCI_RAW->cbPciLength, sizeof(SCARD_IO_REQUEST));
}

static void test_sentence__of_every_code(void **state) {
    (void)state;
    assert_string_equal(pcsc_stringify_error(SCARD_S_SUCCESS), "Command successful.");
    assert_string_equal(pcsc_stringify_error(SCARD_E_NO_SMARTCARD), "No smart card inserted.");
    assert_string_equal(pcsc_stringify_error(SCARD_E_UNSUPPORTED_FEATURE), "Feature not supported.");
    for (LONG code = SCARD_F_INTERNAL_ERROR; code <= SCARD_W_CARD_NOT_AUTHENTICATED; code++) {
        const size_t length = strlen(pcsc_stringify_error(code));
        assert_true(length > 5 && length < 75);
    }
    /* no words in pcsc-lite: its name */
    assert_string_equal(pcsc_stringify_error(SCARD_W_WRONG_CHV), "SCARD_W_WRONG_CHV");
}

static void test_sentence__of_a_code_kept_in_an_int(void **state) {
    char sentence[80];
    (void)state;
    strcpy(sentence, pcsc_stringify_error(SCARD_W_REMOVED_CARD));
    assert_string_equal(pcsc_stringify_error((LONG)(int32_t)0x80100069), sentence);
}

static void test_sentence__of_another_number(void **state) {
    (void)state;
    assert_string_equal(pcsc_stringify_error(0x12345), "Unknown error: 0x00012345");
    assert_string_equal(pcsc_stringify_error((LONG)0x801FFFFF), "Unknown error: 0x801FFFFF");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_sentence__of_every_code),
        cmocka_unit_test(test_sentence__of_a_code_kept_in_an_int),
        cmocka_unit_test(test_sentence__of_another_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
