/*
 * The PIV card: SELECT, data objects, the PIN and its PUK, and which commands the card has. On the image
 * "piv".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"
#include "icc/piv/vectors.h"

#define AID "A000000308000010000100"
#define APPLICATION                                                                                          \
    "61 29 4F 06 000010000100 79 07 4F 05 A000000308 50 08 5049562064656D6F AC 0C 80 01 07 80 01 11"         \
    "80 01 0A 06 01 00 9000"
#define CHUID                                                                                                \
    "53 3B 30 19 D4E739DA739CED39CE739D836858210842108421C84210C3EB 34 10 5C4A5DD0505649D1A7E5B1C3D0E1F200"  \
    "35 08 3230343931323331 3E 00 FE 00 9000"
#define VERIFY_PIN "00200080 08" PIN
#define GET_CHUID "00CB3FFF 05 5C03 5FC102 00"
#define GET_PRINTED "00CB3FFF 05 5C03 5FC109 00"
#define GET_FACE "00CB3FFF 05 5C03 5FC108 00"

static const struct step select[] = {
    {GET_CHUID, "6A82"}, /* the application is not selected */
    {SELECT_PIV, APPLICATION},
    {"00A40400 0B" AID "00", APPLICATION},
    {"00A40400 09 A00000030800001000 00", APPLICATION}, /* without its version */
    {"00A40400 09 A00000030800002000 00", "6A82"},
    {"00A4040C 05 A000000308", "9000"},
    {"00A40404 05 A000000308 00", "62 1D 82 01 38 83 02 0308 84 0B" AID "8A 01 05 8C 04 07 FF FF FF 9000"},
    {GET_CHUID, CHUID},
};
SCRIPT(test_piv__select, "piv", SIM_T1, select)

static const struct step get_data[] = {
    {SELECT_PIV, NULL},
    {GET_CHUID, CHUID},
    {"00CB3FFF 05 5C03 5FC107 00",
     "53 33 F0 15 A000000116FF02 5343415244535350303030303031 F10121 F20121 F300 F40100"
     "F50110 F600 F700 FA00 FB00 FC00 FD00 FE00 9000"},
    {"00CB3FFF 03 5C01 7E 00", "7E 12 4F 0B" AID "5F2F 02 4000 9000"},
    {"00CB3FFF 05 5C03 5FC10C 00", "53 08 C10101 C20100 FE00 9000"},
    {"00CB3FFF 05 5C03 5FC106 00", "...6100"},
    {GET_PRINTED, "6982"},
    {GET_FACE, "6982"},
    {"00CB3FFF 05 5C03 5FC110 00", "6A82"},
    {"00CB3FFF 04 5C02 7F61 00", "6A82"},
    {VERIFY_PIN, "9000"},
    {GET_PRINTED, "53 45 01 11 4D55535445524D414E4E2C204552494B41 02 0D 5465737420656D706C6F796565"
                  "04 09 323034394445433331 05 0A 53494D30303030303031 06 08 5343415244535350 FE 00 9000"},
    {GET_FACE, "6A82"}, /* a container with nothing in it */
    {"00CB3FFF 05 5D03 5FC102 00", "6A80"},
    {"00CB3FFF 05 5C02 5FC102 00", "6A80"},
    {"00CB3FFF 04 5C02 5FC1 00", "6A80"},
    {"00CB3FFF 06 5C04 5FC10253 00", "6A80"},
    {"00CB3FFF 02 5C00 00", "6A80"},
    {"00CB3FFF 00", "6A80"},
    {"00CB3F00 05 5C03 5FC102 00", "6A86"},
    {"00CB0000 05 5C03 5FC102 00", "6A86"},
    {"00CB3FFF 05 5C03 5FC102", "6700"},
    {"00CA5FC1 00", "6D00"},
};
SCRIPT(test_piv__get_data, "piv", SIM_T1, get_data)

/* Certificates are longer than what one answer holds. */
static const struct step in_pieces[] = {
    {"00A4040C 05 A000000308", "9000"},
    {"00CB3FFF 05 5C03 5FC105", "6100"},
    {"00C00000 08", "53820330 70820327 6100"},
    {"00C00000 00", "...6100"},
    {"00C00000 00", "...6100"},
    {"00C00000 00", "...612C"},
    {"00C00000 2C", "...7101 00 FE00 9000"},
};
SCRIPT(test_piv__certificate_in_pieces, "piv", SIM_T0, in_pieces)

static const struct step pin[] = {
    {VERIFY_PIN, "6A88"}, /* it belongs to the application */
    {SELECT_PIV, NULL},
    {"00200080", "63C3"},
    {"00200080 08 313233343537FFFF", "63C2"},
    {"00200080 08 3132333435FFFFFF", "6A80"}, /* no PIN at all: no try is lost */
    {"00200080 08 31323334353600FF", "6A80"},
    {"00200080 06 313233343536", "6700"},
    {"00200080", "63C2"},
    {"00200081 08 3132333435363738", "6A88"}, /* a PUK is not for VERIFY */
    {VERIFY_PIN, "9000"},
    {"00200080", "9000"},
    {"0020FF80", "9000"},
    {"00200080", "63C3"},
    {"00240080 10" PIN "363534333231FFFF", "9000"},
    {VERIFY_PIN, "63C2"},
    {"00240080 10 363534333231FFFF 3132333435FFFFFF", "6A80"},
    {"00240080 10 363534333231FFFF 3132333435363738", "9000"},
    {"00240180 08" PIN, "6A86"},
    {"00240080 08" PIN, "6700"},
    {"00200080 08 3132333435363738", "9000"},
};
SCRIPT(test_piv__pin, "piv", SIM_T1, pin)

static const struct step puk[] = {
    {SELECT_PIV, NULL},
    {"00200080 08 303030303030FFFF", "63C2"},
    {"00200080 08 303030303030FFFF", "63C1"},
    {"00200080 08 303030303030FFFF", "63C0"},
    {VERIFY_PIN, "6983"},
    {"00240081 10 3837363534333231 3231323132313231", "63C2"},
    {"00240081 10 3132333435363738 3131313131FFFFFF", "6A80"},
    {"00240081 08 3132333435363738", "6700"},
    {"00240081 0F 3132333435363738 31313131313131", "6700"},
    {"00240081 11 3132333435363738 313131313131313131", "6700"},
    {"00240081 10 3132333435363738 3837363534333231", "9000"},
    {"002C0080 10 3132333435363738" PIN, "63C2"},
    {"002C0080 10 3837363534333231" PIN, "9000"},
    {VERIFY_PIN, "9000"},
    {"002C0180 08 3837363534333231", "6A86"},
    {"002C0080 10 3030303030303030" PIN, "63C2"},
    {"002C0080 10 3030303030303030" PIN, "63C1"},
    {"00240081 10 3030303030303030 3837363534333231", "63C0"},
    {"00240081 10 3837363534333231 3132333435363738", "6983"},
};
SCRIPT(test_piv__puk, "piv", SIM_T1, puk)

static const struct step commands[] = {
    {SELECT_PIV, NULL},
    {"00840000 08", "6D00"},
    {"00880000 10 00000000000000000000000000000000 00", "6D00"},
    {"00820000 10 00000000000000000000000000000000", "6D00"},
    {"00260080 08" PIN, "6D00"},
    {"00280080 08" PIN, "6D00"},
    {"00DA0101 01 00", "6D00"},
    {"00860000 02 7C00 00", "6D00"},
};
SCRIPT(test_piv__commands, "piv", SIM_T1, commands)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_piv__select),
        cmocka_unit_test(test_piv__get_data),
        cmocka_unit_test(test_piv__certificate_in_pieces),
        cmocka_unit_test(test_piv__pin),
        cmocka_unit_test(test_piv__puk),
        cmocka_unit_test(test_piv__commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
