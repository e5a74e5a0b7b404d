/*
 * The identifiers that come with scardssp.h on Windows, as bytes, in every file of a program alike; and the
 * header leaves alone what else is declared by DEFINE_GUID.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "identifiers.h"

/*
 * After the header this is a declaration again, as Windows' own headers mean it: of what the system's library
 * has.
 */
DEFINE_GUID(IID_IClassFactory, 0x00000001, 0x0000, 0x0000, 0xC0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x46);

static const uint8_t iid_card[] = {0xC3, 0xAA, 0x61, 0x14, 0x10, 0x68, 0xD0, 0x11,
                                   0x91, 0x8F, 0x00, 0xAA, 0x00, 0xC1, 0x80, 0x68};
static const uint8_t clsid_card[] = {0xC7, 0xAA, 0x61, 0x14, 0x10, 0x68, 0xD0, 0x11,
                                     0x91, 0x8F, 0x00, 0xAA, 0x00, 0xC1, 0x80, 0x68};
static const uint8_t iid_buffer[] = {0xFE, 0xF8, 0x26, 0xE1, 0xAF, 0xA7, 0xD0, 0x11,
                                     0xB8, 0x8A, 0x00, 0xC0, 0x4F, 0xD4, 0x24, 0xB9};

static void test_identifiers__in_c(void **state) {
    (void)state;
    assert_memory_equal(&IID_ISCard, iid_card, sizeof iid_card);
    assert_memory_equal(&CLSID_CSCard, clsid_card, sizeof clsid_card);
    assert_memory_equal(&IID_IByteBuffer, iid_buffer, sizeof iid_buffer);
    assert_true(IsEqualGUID(&CLSID_CSCard, &CLSID_CSCard) && !IsEqualGUID(&CLSID_CSCard, &IID_ISCard));
}

static void test_identifiers__in_cpp(void **state) {
    (void)state;
    const struct identifiers other = identifiers_in_cpp();
    assert_memory_equal(&other.iid_card, iid_card, sizeof iid_card);
    assert_memory_equal(&other.uuid_of_card, iid_card, sizeof iid_card);
    assert_memory_equal(&other.clsid_card, clsid_card, sizeof clsid_card);
    assert_memory_equal(&other.iid_buffer, iid_buffer, sizeof iid_buffer);
}

static void test_identifiers__of_windows(void **state) {
    (void)state;
    static const uint8_t factory[] = {1, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46};
    assert_memory_equal(&IID_IClassFactory, factory, sizeof factory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identifiers__in_c),
        cmocka_unit_test(test_identifiers__in_cpp),
        cmocka_unit_test(test_identifiers__of_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
