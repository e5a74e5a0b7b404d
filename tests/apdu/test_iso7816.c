/* Names of instructions, and the list of those that must never be traced in the clear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "apdu/iso7816.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void test_ins_name__as_the_standard_writes_it(void **state) {
    static const struct {
        uint8_t ins;
        const char *name;
    } rows[] = {
        {0x0C, "ERASE RECORD"},
        {0x0E, "ERASE BINARY"},
        {0x20, "VERIFY"},
        {0x22, "MANAGE SECURITY ENVIRONMENT"},
        {0x24, "CHANGE REFERENCE DATA"},
        {0x26, "DISABLE VERIFICATION REQUIREMENT"},
        {0x28, "ENABLE VERIFICATION REQUIREMENT"},
        {0x2A, "PERFORM SECURITY OPERATION"},
        {0x2C, "RESET RETRY COUNTER"},
        {0x04, "DEACTIVATE FILE"},
        {0x44, "ACTIVATE FILE"},
        {0x46, "GENERATE ASYMMETRIC KEY PAIR"},
        {0x70, "MANAGE CHANNEL"},
        {0x82, "EXTERNAL AUTHENTICATE"},
        {0x84, "GET CHALLENGE"},
        {0x86, "GENERAL AUTHENTICATE"},
        {0x88, "INTERNAL AUTHENTICATE"},
        {0xA0, "SEARCH BINARY"},
        {0xA2, "SEARCH RECORD"},
        {0xA4, "SELECT"},
        {0xB0, "READ BINARY"},
        {0xB1, "READ BINARY"},
        {0xB2, "READ RECORD"},
        {0xC0, "GET RESPONSE"},
        {0xC2, "ENVELOPE"},
        {0xCA, "GET DATA"},
        {0xCB, "GET DATA"},
        {0xD0, "WRITE BINARY"},
        {0xD2, "WRITE RECORD"},
        {0xD6, "UPDATE BINARY"},
        {0xD7, "UPDATE BINARY"},
        {0xDA, "PUT DATA"},
        {0xDC, "UPDATE RECORD"},
        {0xE0, "CREATE FILE"},
        {0xE2, "APPEND RECORD"},
        {0xE4, "DELETE FILE"},
        {0xE6, "TERMINATE DF"},
        {0xE8, "TERMINATE EF"},
        {0xFE, "TERMINATE CARD USAGE"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); ++i) {
        assert_non_null(iso7816_ins_name(rows[i].ins));
        assert_string_equal(iso7816_ins_name(rows[i].ins), rows[i].name);
    }
}

static void test_ins_name__unknown(void **state) {
    static const uint8_t unknown[] = {0x00, 0x05, 0x10, 0x60, 0x9F, 0xA5, 0xC1, 0xF2, 0xFF};
    (void)state;
    for (size_t i = 0; i < COUNT(unknown); ++i)
        assert_null(iso7816_ins_name(unknown[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ins_name__as_the_standard_writes_it),
        cmocka_unit_test(test_ins_name__unknown),
    };
    return cmocka_run_group_tests_name("iso7816", tests, NULL, NULL);
}
