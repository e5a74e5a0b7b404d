/* SELECT in all its ways, its file control information, ACTIVATE and DEACTIVATE FILE. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step by_identifier[] = {
    {"00A40000 00", "6F 19 82 01 38 83 02 3F 00 84 03 A0 00 00 8A 01 05 8C 04 07 00 00 FF 50 02 4D 46 9000"},
    {"00A4000C", "9000"},
    {"00A40000", "9000"}, /* no Le, no answer */
    {"00A4000C 02 3F00", "9000"},
    {"00A4000C 02 2001", "9000"}, /* child DF */
    {"00A4000C 02 2011", "9000"}, /* child of that */
    {"00A4000C 02 1011", "9000"}, /* EF in it */
    {"00B00000 00", "11 9000"},
    {"00A4000C 02 2011", "9000"}, /* the current DF */
    {"00B00000 00", "6986"},      /* which leaves no current EF */
    {"00A4000C 02 2001", "9000"}, /* the parent */
    {"00A4000C 02 2002", "9000"}, /* beside it */
    {"00A4000C 02 1001", "9000"},
    {"00B00000 00", "222222 9000"},
    {"00A4000C 02 1002", "6A82"},   /* an EF of the parent is out of reach */
    {"00B00000 00", "222222 9000"}, /* a SELECT that fails changes nothing */
    {"00A4000C 02 FFFF", "6A82"},
    {"00A4000C 02 3F00", "9000"},
    {"00A4000C 02 2011", "6A82"}, /* a grandchild */
    {"00A4000C 01 3F", "6A87"},
    {"00A4000C 03 3F0000", "6A87"},
};
SCRIPT(test_select__by_identifier, "small", SIM_T1, by_identifier)

static const struct step children_and_parent[] = {
    {"00A4010C 02 1001", "6A82"}, /* no DF */
    {"00A4020C 02 2001", "6A82"}, /* no EF */
    {"00A4010C 02 2001", "9000"},
    {"00A4020C 02 1001", "9000"},
    {"00A4010C 02 2011", "9000"},
    {"00A40304 00", "62 16 82 01 38 83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 9000"},
    {"00A4030C", "9000"},
    {"00A4030C", "6A82"}, /* the MF has no parent */
    {"00A4030C 02 3F00", "6A87"},
    {"00A4010C", "6A87"},
    {"00A4020C 01 10", "6A87"},
};
SCRIPT(test_select__children_and_parent, "small", SIM_T1, children_and_parent)

static const struct step by_name[] = {
    {"00A40404 03 A00000 00", "62 15 82 01 38 83 02 3F 00 84 03 A0 00 00 8A 01 05 8C 04 07 00 00 FF 9000"},
    {"00A4040C 04 A0000002", "9000"},
    {"00B08100 00", "222222 9000"},
    {"00A40404 04 A0000001 00",
     "62 16 82 01 38 83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 9000"},
    {"00A40406 04 A0000001 00", /* the next one is deactivated */
     "62 17 82 01 38 83 02 20 03 84 05 A0 00 00 01 03 8A 01 04 8C 04 07 FF FF FF 6283"},
    {"00A40406 04 A0000001 00", "6A82"},
    {"00A40405 01 A0 00",
     "62 17 82 01 38 83 02 20 03 84 05 A0 00 00 01 03 8A 01 04 8C 04 07 FF FF FF 6283"}, /* the last one */
    {"00A40407 01 A0 00",
     "62 16 82 01 38 83 02 20 02 84 04 A0 00 00 02 8A 01 05 8C 04 07 FF FF FF 9000"}, /* the one before */
    {"00A40407 04 A0000001 00",
     "62 16 82 01 38 83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 9000"},
    {"00A40407 02 A000 00", "62 15 82 01 38 83 02 3F 00 84 03 A0 00 00 8A 01 05 8C 04 07 00 00 FF 9000"},
    {"00A40407 02 A000 00", "6A82"},
    {"00A40406 02 A000 00", "62 16 82 01 38 83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 9000"},
    {"00A40400 05 A000000199 00", "6A82"},
    {"00A40400 06 A00000010300 00", "6A82"}, /* longer than any name */
    {"00A40400 11 00112233445566778899AABBCCDDEEFF00", "6A87"},
};
SCRIPT(test_select__by_name, "small", SIM_T1, by_name)

/* No name begins every name, so that all directories that have one can be told. */
static const struct step by_no_name[] = {
    {"00A40404 00", "62 15 82 01 38 83 02 3F 00 84 03 A0 00 00 8A 01 05 8C 04 07 00 00 FF 9000"},
    {"00A40406 00", "62 16 82 01 38 83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 9000"},
    {"00A40406 00", "62 16 82 01 38 83 02 20 02 84 04 A0 00 00 02 8A 01 05 8C 04 07 FF FF FF 9000"},
    {"00A40406 00", "62 17 82 01 38 83 02 20 03 84 05 A0 00 00 01 03 8A 01 04 8C 04 07 FF FF FF 6283"},
    {"00A40406 00", "6A82"},
    {"00A40407 00", "62 16 82 01 38 83 02 20 02 84 04 A0 00 00 02 8A 01 05 8C 04 07 FF FF FF 9000"},
    {"00A4010C 02 2001", "6A82"}, /* it moved along */
    {"00A40405 00", "62 17 82 01 38 83 02 20 03 84 05 A0 00 00 01 03 8A 01 04 8C 04 07 FF FF FF 6283"},
    {"00A4040C", "9000"},
    {"00A4020C 02 1001", "9000"},
};
SCRIPT(test_select__by_no_name, "small", SIM_T1, by_no_name)

/* T=0 has the empty name in P3, and fetches the answer. */
static const struct step by_no_name_t0[] = {
    {"00A40404 00", "6117"},
    {"00C00000 17", "62 15 82 01 38 83 02 3F 00 84 03 A0 00 00 8A 01 05 8C 04 07 00 00 FF 9000"},
    {"00A40406 00", "6118"},
    {"00C00000 18", "62 16 82 01 38 83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 9000"},
    {"00A40406 03 A00000", "6118"},
    {"00C00000 18", "62 16 82 01 38 83 02 20 02 84 04 A0 00 00 02 8A 01 05 8C 04 07 FF FF FF 9000"},
    {"00A40407 01 A0", "6118"},
    {"00C00000 18", "62 16 82 01 38 83 02 20 01 84 04 A0 00 00 01 8A 01 05 8C 04 07 10 10 FF 9000"},
};
SCRIPT(test_select__by_no_name_t0, "small", SIM_T0, by_no_name_t0)

static const struct step by_path[] = {
    {"00A4080C 06 200120111011", "9000"}, {"00B00000 00", "11 9000"},       {"00A4080C 02 1001", "9000"},
    {"00B00000 01", "00 9000"},           {"00A4080C 04 10011001", "6A82"}, /* an EF has no children */
    {"00A4080C 04 3F001001", "6A82"},                                       /* the path starts below the MF */
    {"00A4080C 02 2001", "9000"},         {"00A4090C 04 20111011", "9000"}, {"00B00000 00", "11 9000"},
    {"00A4090C 02 1011", "9000"}, /* from the DF of the current EF */
    {"00A4090C 02 2011", "6A82"},         {"00A4090C 03 201110", "6A87"},   {"00A4080C", "6A87"},
};
SCRIPT(test_select__by_path, "small", SIM_T1, by_path)

static const struct step parameters[] = {
    {"00A40500 02 3F00", "6A86"},
    {"00A40A00 02 3F00", "6A86"},
    {"00A40010 02 3F00", "6A86"},
    {"00A40001 02 3F00", "6A86"}, /* occurrences are for names */
    {"00A40803 02 1001", "6A86"},
    {"00A40008 02 3F00 00", "64 09 84 03 A0 00 00 50 02 4D 46 9000"},
    {"00A40008 02 1001 00", "64 00 9000"},
    {"00A4000C 02 1001 00", "9000"},
    {"00A40000 02 1001 00",
     "6F 18 80 02 00 10 82 02 01 41 83 02 10 01 88 01 08 8A 01 05 8C 04 07 00 00 00 9000"},
    {"00A40004 02 1002 00",
     "62 1B 80 02 00 10 82 05 02 41 00 04 04 83 02 10 02 88 01 10 8A 01 05 8C 04 07 00 00 00 9000"},
    {"00A40004 02 1004 00",
     "62 1B 80 02 00 06 82 05 06 41 00 02 03 83 02 10 04 88 01 20 8A 01 05 8C 04 07 00 00 00 9000"},
    {"00A40004 02 1008 00",
     "62 1B 80 02 03 84 82 05 04 41 01 2C 03 83 02 10 08 88 01 40 8A 01 05 8C 04 07 FF FF 00 9000"},
    {"00A40004 02 1006 00",
     "62 18 80 02 00 02 82 02 01 41 83 02 10 06 88 01 30 8A 01 05 8C 04 07 FF 30 B0 9000"},
    {"00A40004 02 100A 00",
     "62 19 80 03 01 11 70 82 02 01 41 83 02 10 0A 88 01 50 8A 01 05 8C 04 07 FF 00 00 9000"},
};
SCRIPT(test_select__parameters, "small", SIM_T1, parameters)

static const struct step short_le_leaves_the_rest_waiting[] = {
    {"00A40008 02 3F00 04", "64 09 84 03 6107"},
    {"00C00000 00", "A0 00 00 50 02 4D 46 9000"},
    {"00C00000 00", "6985"},
};
SCRIPT(test_select__short_le_leaves_the_rest_waiting, "small", SIM_T1, short_le_leaves_the_rest_waiting)

static const struct step deactivated_file[] = {
    {"00A4020C 02 1007", "6283"},
    {"00B00000 00", "6985"},
    {"00D60000 01 AA", "6985"},
    {"00440000", "9000"},
    {"00B00000 00", "07 9000"},
    {"00040000", "9000"},
    {"00A40204 02 1007 00",
     "62 18 80 02 00 01 82 02 01 41 83 02 10 07 88 01 38 8A 01 04 8C 04 07 FF 00 00 6283"},
    {"00B00000 00", "6985"},
    {"00040001", "6A86"},
    {"00440000 01 00", "6700"},
    {"00A4020C 02 1008", "9000"},
    {"00040000", "6982"}, /* needs the UPDATE right */
    {"00A4000C", "9000"},
    {"00040000", "6986"},
};
SCRIPT(test_select__deactivated_file, "small", SIM_T1, deactivated_file)

/* A directory that is deactivated keeps all that is below it from being used. */
static const struct step deactivated_directory[] = {
    {"00A4010C 02 2002", "9000"},
    {"00040000", "6982"},
    {"00200001 04 31323334", "9000"},
    {"00040000", "9000"},
    {"00B08100 00", "6985"},
    {"00A4020C 02 1001", "9000"}, /* is not deactivated itself */
    {"00B00000 00", "6985"},
    {"00A4000C", "9000"},
    {"00A40104 02 2002 00", "62 16 82 01 38 83 02 20 02 84 04 A0 00 00 02 8A 01 04 8C 04 07 FF FF FF 6283"},
    {"00440000", "9000"},
    {"00B08100 00", "222222 9000"},
    {"00040000", "6982"}, /* that of the file, which is current now */
    {"00A4080C 02 2001", "9000"},
    {"00040000", "6982"},
    /* one that was made, with a file in it */
    {"00A4000C", "9000"},
    {"00E00000 09 6207 820138 83024001", "9000"},
    {"00E00000 0C 620A 800101 820101 83020001", "9000"},
    {"00A4000C 02 4001", "9000"},
    {"00040000", "9000"},
    {"00E00000 0C 620A 800101 820101 83020002", "6985"},
    {"00B08100 00", "6985"},
    {"00440000", "9000"},
    {"00B08100 00", "00 9000"},
    {"00A4000C", "9000"},
    {"00440000", "6986"},
};
SCRIPT(test_select__deactivated_directory, "small", SIM_T1, deactivated_directory)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_select__by_identifier),
        cmocka_unit_test(test_select__children_and_parent),
        cmocka_unit_test(test_select__by_name),
        cmocka_unit_test(test_select__by_no_name),
        cmocka_unit_test(test_select__by_no_name_t0),
        cmocka_unit_test(test_select__by_path),
        cmocka_unit_test(test_select__parameters),
        cmocka_unit_test(test_select__short_le_leaves_the_rest_waiting),
        cmocka_unit_test(test_select__deactivated_file),
        cmocka_unit_test(test_select__deactivated_directory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
