/*
 * The UICC: SELECT and STATUS with the parameters of TS 102 221 §11.1.1.3, applications, PINs, and which
 * commands the card has. On the image "usim".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

#define AID "A0000000871002FF49FF0589"
#define FCP_MF                                                                                               \
    "62 26 82 02 7821 83 02 3F00 A5 09 80 01 71 83 04 00010000 8A 01 05 8B 03 2F0601"                        \
    "C6 09 90 01 C0 83 01 01 83 01 0A 9000"
#define FCP_ADF                                                                                              \
    "62 37 82 02 7821 83 02 7FFF 84 0C" AID "A5 09 80 01 71 83 04 00010000 8A 01 05 8B 03 2F0601"            \
    "C6 0C 90 01 E0 83 01 01 83 01 0A 83 01 81 9000"
#define FCP_IMSI "62 1B 82 02 4121 83 02 6F07 8A 01 05 8B 03 6F0602 80 02 0009 81 02 0009 88 01 38 9000"
#define FCP_SMS "62 1D 82 05 422100B00A 83 02 6F3C 8A 01 05 8B 03 6F0603 80 02 06E0 81 02 06E0 88 00 9000"
#define PIN "08 30303030FFFFFFFF"
#define PIN2 "08 31313131FFFFFFFF"
#define ADM "08 3838383838383838"

static const struct step parameters[] = {
    {"00A40004 02 3F00", "6128"},
    {"00C00000 28", FCP_MF},
    {"00A40004 02 2F00", "6120"},
    {"00C00000 20",
     "62 1E 82 05 4221002802 83 02 2F00 8A 01 05 8B 03 2F0602 80 02 0050 81 02 0050 88 01 F0 9000"},
    {"00A40004 02 7F10", "611D"},
    {"00C00000 1D",
     "62 1B 82 02 7821 83 02 7F10 8A 01 05 8B 03 2F0601 C6 09 90 01 C0 83 01 01 83 01 0A 9000"},
    {"00A40404 07 A0000000871002", "6139"},
    {"00C00000 39", FCP_ADF},
    {"00A40004 02 6F07", "611D"},
    {"00C00000 1D", FCP_IMSI},
    {"00A40000 02 6F3C", "611F"}, /* P2 that says nothing of the answer */
    {"00C00000 1F", FCP_SMS},
    {"00A4000C 02 6F07", "9000"},
    {"00A40008 02 6F07", "6A86"},
    {"00A40010 02 6F07", "6A86"},
    {"00A40204 02 6F07", "6A86"}, /* a child EF: not in a UICC */
    {"00A40504 02 6F07", "6A86"},
    {"00A40006 02 6F07", "6A86"},
    {"00A40044 02 6F07", "6A86"},
    {"00A404A4 07 A0000000871002", "6A86"},
    {"00A40424 07 A0000000871002", "6A86"},
    {"00A40004 03 6F0700", "6A87"},
    {"00A40004 02 6F99", "6A82"},
    {"00A40404 07 A0000000871004", "6A82"}, /* no ISIM */
};
SCRIPT(test_uicc__parameters, "usim", SIM_T0, parameters)

static const struct step applications[] = {
    {"00A4000C 02 7FFF", "6A82"}, /* none is active */
    {"00A4080C 04 7FFF6F07", "6A82"},
    {"80F20001 00", "6A88"},
    {"80F20000 28", FCP_MF},
    {"80F20000 29", "6C28"},
    {"00A4040C 0C" AID, "9000"},
    {"80F20001 0E", "84 0C" AID "9000"},
    {"80F20000 39", FCP_ADF},
    {"80F2000C", "9000"},
    {"80F2010C", "9000"},
    {"80F2020C", "9000"},
    {"80F2030C", "6A86"},
    {"80F20002 00", "6A86"},
    {"80F20000 01 00", "6700"},
    {"00A4000C 02 3F00", "9000"}, /* it stays the active one */
    {"80F20001 0E", "84 0C" AID "9000"},
    {"00A4080C 04 7FFF6FAD", "9000"},
    {"00B00000 04", "00000002 9000"},
    {"00A4000C 02 7F10", "9000"}, /* the ADF has been the current directory again, and that is in the MF */
    {"00A4000C 02 7FFF", "9000"},
    {"00A4000C 02 5F3A", "9000"},
    {"00A4030C", "9000"}, /* back in the ADF */
    {"80F20000 39", FCP_ADF},
    {"00200001" PIN, "9000"},
    {"00A4080C 06 7FFF5F3A4F22", "9000"},
    {"00B00000 04", "00000001 9000"},
};
SCRIPT(test_uicc__applications, "usim", SIM_T0, applications)

/* PINs of the card outlive every SELECT; the application's counts until the application ends. */
static const struct step pins[] = {
    {"00A4040C 0C" AID, "9000"},
    {"00A4000C 02 6F07", "9000"},
    {"00B00000 09", "6982"},
    {"00200001", "63C3"},
    {"00200001 08 31313131FFFFFFFF", "63C2"},
    {"00200001 04 30303030", "6700"},
    {"00200001" PIN, "9000"},
    {"00B00000 09", "080910101032547698 9000"},
    {"00D60000 09 080910101032547697", "6982"},
    {"0020000A" ADM, "9000"},
    {"00D60000 09 080910101032547697", "9000"},
    {"00A4000C 02 6F3B", "9000"},
    {"00DC0204 1C 41FFFFFFFFFFFFFFFFFFFFFFFFFF 0381 11F1 FFFFFFFFFFFFFFFFFFFF", "6982"},
    {"00200081" PIN2, "9000"},
    {"00A4000C 02 3F00", "9000"},
    {"00200081", "6A88"}, /* here it has no meaning */
    {"00A4080C 04 7FFF6F3B", "9000"},
    {"00DC0204 1C 41FFFFFFFFFFFFFFFFFFFFFFFFFF 0381 11F1 FFFFFFFFFFFFFFFFFFFF", "9000"},
    {"00A40444 0C" AID, "9000"}, /* the session ends */
    {"80F20001 0E", "6A88"},
    {"00A40444 0C" AID, "6985"},
    {"00A4040C 0C" AID, "9000"},
    {"00200081", "63C3"},
    {"00A4000C 02 6F07", "9000"},
    {"00B00000 09", "080910101032547697 9000"},
};
SCRIPT(test_uicc__pins, "usim", SIM_T0, pins)

static const struct step pin_states[] = {
    {"00260001" PIN, "9000"}, /* no PIN is asked for any more */
    {"00A40404 0C" AID, "6139"},
    {"00C00000 39",
     "62 37 82 02 7821 83 02 7FFF 84 0C" AID "A5 09 80 01 71 83 04 00010000 8A 01 05 8B 03 2F0601"
     "C6 0C 90 01 60 83 01 01 83 01 0A 83 01 81 9000"},
    {"00A4000C 02 6F07", "9000"},
    {"00B00000 09", "080910101032547698 9000"},
    {"00280001" PIN, "9000"},
    {"00240001 10 30303030FFFFFFFF 34343434FFFFFFFF", "9000"},
    {"00200001" PIN, "63C2"},
    {"00200001" PIN, "63C1"},
    {"00200001" PIN, "63C0"},
    {"00200001" PIN, "6983"},
    {"002C0001 10 3132333435363738 30303030FFFFFFFF", "9000"},
    {"00200001" PIN, "9000"},
    {"002C0081 10 3837363534333231 32323232FFFFFFFF", "9000"},
    {"00200081 08 32323232FFFFFFFF", "9000"},
};
SCRIPT(test_uicc__pin_states, "usim", SIM_T0, pin_states)

static const struct step files[] = {
    {"00B201F4 28", "6119 4F0C" AID "5009 5553494D2064656D6F FFFFFFFFFFFFFFFFFFFFFFFFFF 9000"},
    {"00B08200 0A", "98880301000000 0000F1 9000"},
    {"00B08500 04", "6465656E 9000"},
    {"00A4040C 0C" AID, "9000"},
    {"00B08300 04", "00000002 9000"},
    {"00B2010C 0E", "11F2FF 456D657267656E6379FF 01 9000"},
    {"00200001" PIN, "9000"},
    {"00B08400 09", "8FCB1F0423F6050040 9000"},
    {"00B08B00 0B", "FFFFFFFF 00F110 0000 FF 01 9000"},
    {"00A4000C 02 5F3A", "9000"},
    {"00A4000C 02 4F30", "9000"},
    {"00B20104 18", "A814 C003 4F3A01 C403 4F1104 C503 4F0902 C903 4F2103 FFFF 9000"},
    {"00B20124 0F", "00 07 91 9471223344F5 FFFFFFFFFFFF 9000"},
    {"00B2010C 1C", "416C696365FFFFFFFFFFFFFFFFFF 07 91 94032143 65F7 FFFFFFFFFFFF 9000"},
    {"00A4080C 04 7F106F3A", "9000"},
    {"00B20104 1C", "4361726F6CFFFFFFFFFFFFFFFFFF 07 91 940367452301 FFFFFFFFFFFF 9000"},
    {"00A4080C 04 7FFF6F80", "9000"}, /* the calls that came, the latest first */
    {"00B20104 2A",
     "426F62FFFFFFFFFFFFFFFFFFFFFF 07 91 947111325476 FFFFFFFFFFFF 42013121436540 00012C 00 FFFFFF 9000"},
    {"00DC0003 2A 457665FFFFFFFFFFFFFFFFFFFFFF 07 91 947111325476 FFFFFFFFFFFF 42013121436540 000001 00 FFFFFF",
     "9000"},
    {"00B20104 2A",
     "457665FFFFFFFFFFFFFFFFFFFFFF 07 91 947111325476 FFFFFFFFFFFF 42013121436540 000001 00 FFFFFF 9000"},
    {"00B20204 2A",
     "426F62FFFFFFFFFFFFFFFFFFFFFF 07 91 947111325476 FFFFFFFFFFFF 42013121436540 00012C 00 FFFFFF 9000"},
    {"00A4080C 04 7FFF6FC5", "9000"}, /* the network's name, full and short */
    {"00B20104 18", "4309 90 00440065006D006F 4509 90 00440065006D006F FFFF 9000"},
    {"00A4080C 04 7FFF6FD9", "9000"},
    {"00B00000 03", "00F110 9000"},
};
SCRIPT(test_uicc__files, "usim", SIM_T0, files)

static const struct step commands[] = {
    {"80100000 04 FFFFFFFF", "9000"}, /* TERMINAL PROFILE */
    {"80AA0000 02 A900", "9000"},     /* TERMINAL CAPABILITY, and no list of files */
    {"80100100 04 FFFFFFFF", "6A86"},
    {"80100000", "6700"},
    {"00820000 10 00000000000000000000000000000000", "6D00"},
    {"00CA0101 00", "6D00"},
    {"00DA0101 01 00", "6D00"},
    {"00E20000 01 00", "6D00"},
    {"00D00000 01 00", "6D00"},
    {"00D20104 01 00", "6D00"},
    {"000E0000", "6D00"},
    {"000F0000", "6D00"},
    {"00B10000 03 540100", "6D00"},
    {"00D10000 06 540100 530100", "6D00"},
    {"00D70000 06 540100 530100", "6D00"},
    {"00840000 08", "???????????????? 9000"},
    {"90F20000 28", "6E00"},
};
SCRIPT(test_uicc__commands, "usim", SIM_T0, commands)

/* Telephones of GSM know the same card by class A0. */
static const struct step as_a_sim[] = {
    {"A0A40000 02 7F20", "9F17"},
    {"A0C00000 17", "0000 0000 7F20 02 0000000000 0A 00 00 0C 02 00 83 8A 00 00 00 9000"},
    {"A0200001" PIN, "9000"},
    {"A0A40000 02 6F07", "9F0F"},
    {"A0B00000 09", "080910101032547698 9000"},
    {"A0880000 10 23553CBE9637A89D218AE64DAE47BF35", "9F0C"},
    {"A0C00000 0C", "46F8416A EAE4BE823AF9A08B 9000"},
    {"A0A40000 02 7F10", "9F17"},
    {"A0A40000 02 6F3A", "9F0F"},
    {"A0B20104 1C", "4361726F6CFFFFFFFFFFFFFFFFFF 07 91 940367452301 FFFFFFFFFFFF 9000"},
};
SCRIPT(test_uicc__as_a_sim, "usim", SIM_T0, as_a_sim)

static const struct step channels[] = {
    {"00A4040C 0C" AID, "9000"},      {"00700000 01", "01 9000"},
    {"01A4000C 02 7FFF", "6A82"}, /* each channel has its own application */
    {"81F20001 00", "6E00"},          {"01A4040C 0C" AID, "9000"},
    {"01B08300 04", "00000002 9000"}, {"power", "3B9F96801FC78031E073FE211B675553494D303031E3"},
    {"80F20001 00", "6A88"}, /* and none after a reset */
};
SCRIPT(test_uicc__channels, "usim", SIM_T0, channels)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uicc__parameters), cmocka_unit_test(test_uicc__applications),
        cmocka_unit_test(test_uicc__pins),       cmocka_unit_test(test_uicc__pin_states),
        cmocka_unit_test(test_uicc__files),      cmocka_unit_test(test_uicc__commands),
        cmocka_unit_test(test_uicc__as_a_sim),   cmocka_unit_test(test_uicc__channels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
