/* GET DATA and PUT DATA. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step get[] = {
    {"00CA0101 00", "AABBCC 9000"},
    {"00CA0101 03", "AABBCC 9000"},
    {"00CA0101 02", "AABB 6101"},
    {"00C00000 01", "CC 9000"},
    {"00CA0102 00", "6982"},
    {"00CA0199 00", "6A88"},
    {"00CA0101", "6700"},
    {"00CA0101 01 00 00", "6700"},
    {"00CA0103 00", "...007F 6100"},
    {"00C00000 00", "...00FF 6158"},
    {"00C00000 58", "...012B 9000"},
    {"00CA0103 00 0000", "...012B 9000"},
    {"00CA0103 00 0100", "...007F 6100"},
};
SCRIPT(test_dataobject__get, "small", SIM_T1, get)

static const struct step put[] = {
    {"00DA0101 05 0102030405", "9000"}, {"00CA0101 00", "0102030405 9000"},   {"00DA0101 01 09", "9000"},
    {"00CA0101 00", "09 9000"},         {"00DA0101 06 010203040506", "6A84"}, {"00DA0101", "6700"},
    {"00DA0102 01 01", "6982"},         {"00DA0199 01 01", "6A88"},           {"power", "3B828031FE45534D96"},
    {"00CA0101 00", "09 9000"},
};
SCRIPT(test_dataobject__put, "small", SIM_T1, put)

static const struct step of_the_directory[] = {
    {"00A4010C 02 2001", "9000"}, {"00CA0101 00", "DD 9000"}, {"00DA0101 01 EE", "6982"},
    {"00A4010C 02 2011", "9000"}, {"00CA0101 00", "DD 9000"}, /* the nearest above */
    {"00CA0103 02", "0000 6100"}, {"00A4000C", "9000"},       {"00CA0101 00", "AABBCC 9000"},
};
SCRIPT(test_dataobject__of_the_directory, "small", SIM_T1, of_the_directory)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dataobject__get),
        cmocka_unit_test(test_dataobject__put),
        cmocka_unit_test(test_dataobject__of_the_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
