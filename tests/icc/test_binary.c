/* READ, UPDATE, WRITE and ERASE BINARY: offsets, short identifiers, ends, conditions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step read[] = {
    {"00B00000 00", "6986"},
    {"00A4020C 02 1001", "9000"},
    {"00B00000 00", "000102030405060708090A0B0C0D0E0F 9000"},
    {"00B00003 05", "0304050607 9000"},
    {"00B0000F 01", "0F 9000"},
    {"00B0000F 02", "0F 6282"},
    {"00B0000F 00", "0F 9000"},
    {"00B00000 10", "000102030405060708090A0B0C0D0E0F 9000"},
    {"00B00000 11", "000102030405060708090A0B0C0D0E0F 6282"},
    {"00B00010 01", "6B00"},
    {"00B07FFF 00", "6B00"},
    {"00B00000", "6700"},
    {"00B00000 01 AA 01", "6700"},
    {"00B00000 00 0000", "000102030405060708090A0B0C0D0E0F 9000"},
    {"00B00000 00 0004", "00010203 9000"},
    {"00B00000 00 0011", "000102030405060708090A0B0C0D0E0F 6282"},
    {"00A4020C 02 1002", "9000"},
    {"00B00000 00", "6981"},
};
SCRIPT(test_binary__read, "small", SIM_T1, read)

static const struct step short_identifier[] = {
    {"00B08102 02", "0203 9000"}, {"00B00000 01", "00 9000"}, /* the file is current now */
    {"00B0810F 02", "0F 6282"},   {"00B08110 01", "6B00"},      {"00B08200 00", "6981"},
    {"00B09E00 00", "6A82"},      {"00B08000 00", "6A86"},      {"00B0A100 00", "6A86"},
    {"00B0C100 00", "6A86"},      {"00D68101 02 AABB", "9000"}, {"00B00000 04", "00AABB03 9000"},
};
SCRIPT(test_binary__short_identifier, "small", SIM_T1, short_identifier)

static const struct step update[] = {
    {"00D60000 01 AA", "6986"},         {"00A4020C 02 1001", "9000"},
    {"00D60001 03 A1A2A3", "9000"},     {"00B00000 05", "00A1A2A304 9000"},
    {"00D6000E 02 EEFF", "9000"},       {"00D6000E 03 EEFF00", "6700"},
    {"00D60010 01 00", "6B00"},         {"00D60000", "6700"},
    {"00B0000D 03", "0DEEFF 9000"},     {"power", "3B828031FE45534D96"},
    {"00B08100 05", "00A1A2A304 9000"},
};
SCRIPT(test_binary__update, "small", SIM_T1, update)

static const struct step write_sets_bits[] = {
    {"00D08101 02 F0F0", "9000"},
    {"00B08100 04", "00F1F203 9000"},
    {"00D0810F 02 0000", "6700"},
};
SCRIPT(test_binary__write_sets_bits, "small", SIM_T1, write_sets_bits)

static const struct step erase[] = {
    {"000E8104 02 0006", "9000"}, {"00B08103 04", "03000006 9000"},
    {"000E000E", "9000"},         {"00B0000C 04", "0C0D0000 9000"},
    {"000E0000 02 0011", "6B00"}, {"000E0004 02 0004", "6B00"},
    {"000E0000 01 01", "6700"},   {"000E0010", "6B00"},
    {"000E0000", "9000"},         {"00B00000 00", "00000000000000000000000000000000 9000"},
};
SCRIPT(test_binary__erase, "small", SIM_T1, erase)

static const struct step conditions[] = {
    {"00B08500 00", "6982"},          {"00D68500 01 00", "6982"},
    {"00D08500 01 50", "9000"}, /* PIN 03 is disabled, so its condition is fulfilled */
    {"00200001 04 31323334", "9000"}, {"00B08500 00", "5505 9000"},
    {"00D68500 01 00", "6982"},       {"00200002 08 34333231FFFFFFFF", "9000"},
    {"00D68500 01 99", "9000"},       {"000E8500", "9000"},
    {"00B08600 00", "6982"},    /* needs PIN 01 and key 02 */
    {"00D68600 01 01", "9000"}, /* needs one of them */
    {"00D08600 01 01", "6982"}, /* never */
    {"reset", "3B828031FE45534D96"},  {"00B08500 00", "6982"},
    {"00D68600 01 01", "6982"},
};
SCRIPT(test_binary__conditions, "small", SIM_T1, conditions)

static const struct step beyond_32_kib[] = {
    {"00B08A00 04", "00000001 9000"},
    {"00B07FFE 00 0004", "3FFF4000 9000"},
    {"00B00000 00 0000", "...7FFF9000"},
    {"00B07FFF 00 0000", "...9000"},
};
SCRIPT(test_binary__beyond_32_kib, "small", SIM_T1, beyond_32_kib)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_binary__read),          cmocka_unit_test(test_binary__short_identifier),
        cmocka_unit_test(test_binary__update),        cmocka_unit_test(test_binary__write_sets_bits),
        cmocka_unit_test(test_binary__erase),         cmocka_unit_test(test_binary__conditions),
        cmocka_unit_test(test_binary__beyond_32_kib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
