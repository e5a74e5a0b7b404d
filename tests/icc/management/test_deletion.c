/* DELETE FILE: which file, who may, and what other channels, PINs and keys are left with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

#define CREATE(id) "00E00000 0C 620A 800102 820101 8302" id

static const struct step current_file[] = {
    {CREATE("3001"), "9000"},     {"00E40000", "9000"},
    {"00B00000 00", "6986"}, /* no file is current, the directory is the same */
    {"00A4020C 02 3001", "6A82"}, {"00A4020C 02 1001", "9000"},
    {CREATE("3001"), "9000"}, /* the identifier is free again */
    {"00B00000 00", "0000 9000"},
};
SCRIPT(test_deletion__current_file, "small", SIM_T1, current_file)

static const struct step by_identifier[] = {
    {CREATE("3001"), "9000"},     {"00A4020C 02 1001", "9000"},   {"00E40000 02 3001", "9000"},
    {"00B00000 01", "00 9000"},                                 /* the current one stays */
    {"00E40000 02 3001", "6A82"}, {"00E40000 02 3F00", "6A82"}, /* only what is in the current directory */
    {"00E40000 01 30", "6A87"},   {"00E40000 03 300100", "6A87"}, {"00E40001", "6A86"},
    {"00E40100", "6A86"},         {"00A4010C 02 2001", "9000"},   {"00E40000 02 2001", "6A82"},
    {"00E40000 02 2002", "6A82"}, {"00A4000C", "9000"},           {"00E40000", "6985"}, /* the MF */
};
SCRIPT(test_deletion__by_identifier, "small", SIM_T1, by_identifier)

static const struct step who_may[] = {
    {"00A4020C 02 1001", "9000"},
    {"00E40000", "6982"}, /* by default nobody */
    {"00E40000 02 1005", "6982"},
    {"00200001 04 31323334", "9000"},
    {"00E40000 02 1005", "9000"},
    {"00A4020C 02 1005", "6A82"},
    {"00A4010C 02 2002", "9000"},
    {"00E40000", "6982"},
    /* a directory that lets whoever has PIN 01 delete what is in it, and nobody itself */
    {"00A4000C", "9000"},
    {"00E00000 0E 620C 820138 83024001 8C0441FF11", "6A80"},
    {"00E00000 0E 620C 820138 83024001 8C0341FF11", "9000"},
    {"00E00000 10 620E 800102 820101 83023001 8C0240FF", "9000"},
    {"0020FF01", "9000"},
    {"00E40000", "6982"},
    {"00200001 04 31323334", "9000"},
    {"00E40000", "9000"},
    {"00E40000", "6982"}, /* itself */
    {"00A4000C", "9000"},
    {"00E40000 02 4001", "6982"},
};
SCRIPT(test_deletion__who_may, "small", SIM_T1, who_may)

/* DF 2001 goes with DF 2011 in it, with PIN 81 and key 81; PINs and keys of the card stay. */
static const struct step directory[] = {
    {"00200001 04 31323334", "9000"},
    {"00A4080C 04 20012011", "9000"},
    {"00200081 04 30303030", "9000"},
    {"00A4030C", "9000"},
    {"00E40000", "9000"},
    {"00A40304 00", "6A82"}, /* the MF is current, and it has no parent */
    {"00A4020C 02 1001", "9000"},
    {"00A4010C 02 2001", "6A82"},
    {"00A4040C 04 A0000001", "6283"}, /* the name now begins another one's */
    {"00200081", "6A88"},
    {"00880081 01 00 00", "6A88"},
    {"00200001", "9000"},
    {"00B08500 00", "6A82"},
    {"00A4000C", "9000"},
    {"00E00000 0F 620D 820138 83022001 8404A0000001", "9000"},
    {"00200081", "6A88"},
    {"00CA0101 00", "AABBCC 9000"}, /* its data objects are gone, too */
};
SCRIPT(test_deletion__directory, "small", SIM_T1, directory)

/* Channels that stood in what goes stand where it was. */
static const struct step channels[] = {
    {"00700000 01", "01 9000"},
    {"00700000 01", "02 9000"},
    {"00700000 01", "03 9000"},
    {"01A4080C 06 200120111011", "9000"},
    {"02A4080C 04 20011001", "9000"},
    {"02200081 04 30303030", "9000"},
    {"02200001 04 31323334", "9000"},
    {"03A4080C 04 20021001", "9000"},
    {"00E40000 02 2001", "9000"},
    {"01B00000 00", "6986"},
    {"01B08100 01", "00 9000"},
    {"02B00000 00", "6986"},
    {"02200081", "6A88"},
    {"02200001", "9000"},
    {"02A4020C 02 1001", "9000"},
    {"03B00000 00", "222222 9000"}, /* it stood elsewhere */
    /* an EF that several have selected */
    {CREATE("3001"), "9000"},
    {"01A4020C 02 3001", "9000"},
    {"02A4020C 02 1002", "9000"},
    {"00E40000", "9000"},
    {"01B00000 00", "6986"},
    {"01E40000", "6985"},
    {"02B20104 00", "01111111 9000"},
};
SCRIPT(test_deletion__channels, "small", SIM_T1, channels)

/* The first PIN, which no reference means, may be one of a directory. */
static const struct step places_stay[] = {
    {"00A4000C 02 2001", "9000"},
    {"00200000", "63C3"},
    {"00880000 01 00 00", "...9000"},
    {"00A4000C 02 2002", "9000"},
    {"00200082 04 32323232", "9000"},
    {"00B08100 00", "22 9000"},
    {"00A4000C 02 2001", "9000"},
    {"00E40000", "9000"},
    {"00A4000C 02 2002", "9000"},
    {"00B08100 00", "6982"},
    {"00200000 04 32323232", "9000"},
    {"00B08100 00", "22 9000"},
    {"00880000 01 00 00", "...9000"},
    {"00A4000C 02 2002", "9000"},
    {"00E40000", "9000"},
    {"00200000", "6A88"},
    {"00880000 01 00 00", "6A88"},
};
SCRIPT(test_deletion__places_stay, "local", SIM_T1, places_stay)

/* The current application of a UICC outlives the selection of other files, but not itself. */
static const struct step application[] = {
    {"00A4040C 04 A0000001", "9000"}, {"00200081 04 30303030", "9000"}, {"00A4000C 02 3F00", "9000"},
    {"00A4080C 04 7FFF1001", "9000"}, {"00A4000C 02 3F00", "9000"},     {"00E40000 02 2001", "9000"},
    {"00A4080C 04 7FFF1001", "6A82"}, {"00A4000C 02 7FFF", "6A82"},     {"00A4000C 02 1002", "9000"},
    {"00B00000 00", "22 9000"},
};
SCRIPT(test_deletion__application, "uicc", SIM_T1, application)

static const struct step t0[] = {
    {CREATE("3001"), "9000"},     {"00E40000 00", "9000"},    {CREATE("3001"), "9000"},
    {"00E40000", "9000"},         {CREATE("3001"), "9000"},   {"00E40000 02 3001", "9000"},
    {CREATE("3001"), "9000"},     {"10E40000 01 30", "9000"}, {"00E40000 01 01", "9000"},
    {"00A4020C 02 3001", "6A82"},
};
SCRIPT(test_deletion__t0, "small", SIM_T0, t0)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deletion__current_file), cmocka_unit_test(test_deletion__by_identifier),
        cmocka_unit_test(test_deletion__who_may),      cmocka_unit_test(test_deletion__directory),
        cmocka_unit_test(test_deletion__channels),     cmocka_unit_test(test_deletion__places_stay),
        cmocka_unit_test(test_deletion__application),  cmocka_unit_test(test_deletion__t0),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
