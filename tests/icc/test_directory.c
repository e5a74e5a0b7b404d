/* The list of a directory's files, and how its FCI codes large sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step list_t1[] = {
    {"80AA0000 00", "1001 1002 1003 1004 1005 1006 1007 1008 1009 100A 2001 2002 2003 9000"},
    {"80AA0100 00", "2001 2002 2003 9000"},
    {"80AA0200 00", "1001 1002 1003 1004 1005 1006 1007 1008 1009 100A 9000"},
    {"90AA0100 02", "2001 6104"}, /* any proprietary class; what Le leaves waits */
    {"90C00000 00", "2002 2003 9000"},
    {"00A4000C 02 2001", "9000"},
    {"80AA0000 00", "1001 2011 9000"},
    {"00A4000C 02 2011", "9000"},
    {"80AA0100 00", "6A82"}, /* none of that kind */
    {"80AA0000 00", "1011 9000"},
    {"00A4040C 03 A00000", "9000"},
    {"00A4000C 02 2003", "6283"},
    {"80AA0000 00", "6A82"}, /* none at all */
    {"80AA0300 00", "6A86"},
    {"80AA0001 00", "6A86"},
    {"80AA0000", "6700"},
    {"80AA0000 01 00 00", "6700"},
    {"00AA0000 00", "6D00"}, /* the standard has no such command */
};
SCRIPT(test_directory__list_t1, "small", SIM_T1, list_t1)

static const struct step list_t0[] = {
    {"80AA0100 00", "6C06"},
    {"80AA0100 06", "2001 2002 2003 9000"},
    {"80AA0100 04", "2001 2002 6102"},
    {"80C00000 02", "2003 9000"},
};
SCRIPT(test_directory__list_t0, "small", SIM_T0, list_t0)

/* A size from 8000 on has a leading 00: OpenSC 0.23 takes the two bytes 8000 for a negative number. */
static const struct step sizes[] = {
    {"00A40204 02 0001 00",
     "62 19 80 03 008000 82 02 0141 83 02 0001 88 01 08 8A 01 05 8C 04 07 00 00 00 9000"},
    {"00A40204 02 0002 00",
     "62 18 80 02 0100 82 02 0141 83 02 0002 88 01 18 8A 01 05 8C 04 07 00 00 00 9000"},
};
SCRIPT(test_directory__sizes, "demo", SIM_T1, sizes)

static const struct step larger[] = {
    {"00A40204 02 100A 00",
     "62 19 80 03 011170 82 02 0141 83 02 100A 88 01 50 8A 01 05 8C 04 07 FF 00 00 9000"},
};
SCRIPT(test_directory__larger, "small", SIM_T1, larger)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_directory__list_t1),
        cmocka_unit_test(test_directory__list_t0),
        cmocka_unit_test(test_directory__sizes),
        cmocka_unit_test(test_directory__larger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
