/*
 * The OpenPGP card: its objects, the status of its passwords, which commands it has. On the image "openpgp".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

#define AID "D2760001240103 04 FFFE 00000001 0000"
#define SELECT_OPENPGP                                                                                       \
    { "00A4040C 06 D27600012401", "9000" }
#define PW1 "06 313233343536"
#define PW3 "08 3132333435363738"
#define ADMIN                                                                                                \
    { "00200083" PW3, "9000" }

static const struct step objects[] = {
    {"00CA006E 00", "6A88"}, /* the application is not selected */
    {"00A40400 06 D27600012401 00",
     "6F 30 82 01 38 83 02 D276 84 10" AID "8A 01 05 8C 04 07 FFFFFF 50 0C 4F70656E5047502064656D6F 9000"},
    {"00CA004F 00", AID "9000"},
    {"00CA005E 00", "6572696B61 9000"},
    {"00CA5F52 00", "0073C001C0059000 9000"},
    {"00CA0065 00", "5B 11 4D75737465726D616E6E3C3C4572696B61 5F2D 04 6465656E 5F35 01 32 9000"},
    {"00CA007A 00", "93 03 000000 9000"},
    {"00CA00C4 00", "00 101010 030003 9000"},
    {"00CA0073 00",
     "C0 0A 580000FF080000FF0000 C1 06 010800002000 C2 06 010800002000 C3 09 132A8648CE3D030107"
     "C4 07 00101010030003 C5 3C 4F5F943D169BF8EDF60477E03B76B6CB77B9BEBC"
     "0382595BF3E8CB012DE502BCD60E9FAE15D0082E D8A1C9B4132DDCF87096A44046443FD2461A8FB0"
     "C6 3C 0000000000000000000000000000000000000000 0000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000 CD 0C 5E0BE1005E0BE1005E0BE100 9000"},
    {"00CA006E 0000", "6700"},
    {"00CA006E", "6700"},
    {"00CA0042 00", "6A88"},
    {"00CA0101 00", "666F722070726976617465207573652C2031 9000"},
    {"00CA0103 00", "6982"},
    {"00200082" PW1, "9000"},
    {"00CA0103 00", "666F722070726976617465207573652C2033 9000"},
    {"00CA0104 00", "6982"},
    ADMIN,
    {"00CA0104 00", "666F722070726976617465207573652C2034 9000"},
};
SCRIPT(test_openpgp__objects, "openpgp", SIM_T1, objects)

/* The whole application related data, and an answer in pieces. */
static const struct step related[] = {
    SELECT_OPENPGP,
    {"00CA006E 00", "6CE5"},
    {"00CA006E E5", "...CD0C5E0BE1005E0BE1005E0BE1009000"},
    {"00CA7F21 00", "...61D7"},
    {"00C00000 D7", "...9000"},
};

static const struct step put[] = {
    SELECT_OPENPGP,
    {"00DA005E 04 6E616D65", "6982"},
    {"00DA0101 01 41", "6982"},
    {"00DA00C7 14 0102030405060708090A0B0C0D0E0F1011121314", "6982"},
    {"00DA00D3 08 3837363534333231", "6982"},
    {"00200082" PW1, "9000"},
    {"00DA0101 01 41", "9000"},
    {"00CA0101 00", "41 9000"},
    {"00DA005E 04 6E616D65", "6982"},
    ADMIN,
    {"00DA005E 04 6E616D65", "9000"},
    {"00CA005E 00", "6E616D65 9000"},
    {"00DA005E", "9000"}, /* no value */
    {"00CA005E 00", "9000"},
    {"00DA5F2D 09 646565646565646565", "6A84"},
    {"00DA004F 01 00", "6982"}, /* nobody's to change */
    {"00DA0093 03 000000", "6982"},
    {"00DA0042 01 00", "6A88"},
    {"00DA006E 01 00", "6A88"},
    {"00DA00C8 14 0102030405060708090A0B0C0D0E0F1011121314", "9000"}, /* of the second key */
    {"00DA00C8 13 0102030405060708090A0B0C0D0E0F10111213", "6700"},
    {"00DA00CC 14 1102030405060708090A0B0C0D0E0F1011121314", "9000"},
    {"00DA00D0 04 5E0BE101", "9000"},
    {"00CA00C5 00", "4F5F943D169BF8EDF60477E03B76B6CB77B9BEBC 0102030405060708090A0B0C0D0E0F1011121314"
                    "D8A1C9B4132DDCF87096A44046443FD2461A8FB0 9000"},
    {"00CA00C6 00", "0000000000000000000000000000000000000000 0000000000000000000000000000000000000000"
                    "1102030405060708090A0B0C0D0E0F1011121314 9000"},
    {"00CA00CD 00", "5E0BE1005E0BE1005E0BE101 9000"},
    {"00DA00C4 01 01", "9000"},
    {"00CA00C4 00", "01 101010 030003 9000"},
};
SCRIPT(test_openpgp__put, "openpgp", SIM_T1, put)

static const struct step passwords[] = {
    SELECT_OPENPGP,
    {"00200081", "63C3"},
    {"00200081 06 363534333231", "63C2"},
    {"00200082", "63C2"}, /* one password with two references */
    {"00CA00C4 00", "00 101010 020003 9000"},
    {"00200082" PW1, "9000"},
    {"00200081", "63C3"}, /* and two states */
    {"00200082", "9000"},
    {"0020FF82", "9000"},
    {"00200082", "63C3"},
    {"00240081 0C 313233343536 363534333231", "9000"},
    {"00200082" PW1, "63C2"},
    {"00200082 06 363534333231", "9000"},
    {"00240082 0C 363534333231 313233343536", "6A86"},
    {"00240181 06 313233343536", "6A86"},
    {"00240083 10 3132333435363738 3837363534333231", "9000"},
    {"00200083" PW3, "63C2"},
    {"00200083 08 3837363534333231", "9000"},
    {"00200084" PW1, "6A88"},
};
SCRIPT(test_openpgp__passwords, "openpgp", SIM_T1, passwords)

static const struct step resetting[] = {
    SELECT_OPENPGP,
    {"002C0081 0E 3837363534333231 313233343536", "6A88"}, /* there is no resetting code */
    {"002C0281 06 363534333231", "6982"},
    ADMIN,
    {"00DA00D3 07 37363534333231", "6700"},
    {"00DA00D3 08 3837363534333231", "9000"},
    {"00CA00C4 00", "00 101010 030303 9000"},
    {"0020FF83", "9000"},
    {"00200081 06 303030303030", "63C2"},
    {"00200082 06 303030303030", "63C1"},
    {"00200081 06 303030303030", "63C0"},
    {"00200082" PW1, "6983"},
    {"002C0081 0E 3837363534333230 363534333231", "63C2"},
    {"002C0081 0E 3837363534333231 363534333231", "9000"},
    {"00200082 06 363534333231", "9000"},
    {"002C0181 08 3837363534333231", "6A86"},
    {"002C0083 0E 3837363534333231 363534333231", "6A86"},
    ADMIN,
    {"002C0281" PW1, "9000"},
    {"00200082" PW1, "9000"},
    {"00DA00D3", "9000"}, /* no resetting code any more */
    {"00CA00C4 00", "00 101010 030003 9000"},
    {"002C0081 0E 3837363534333231 363534333231", "6A88"},
};
SCRIPT(test_openpgp__resetting_code, "openpgp", SIM_T1, resetting)

/* Of three certificates the card has the one for authentication. */
static const struct step certificates[] = {
    SELECT_OPENPGP,
    {"00CA7F21 000000", "...9000"},
    {"00A50104 06 60045C027F21", "9000"},
    {"00CA7F21 00", "9000"},
    {"00A50304 06 60045C027F21", "6A86"},
    {"00A50100 06 60045C027F21", "6A86"},
    {"00A50104 06 60045C027F22", "6A80"},
    {"00A50104", "6A80"},
    ADMIN,
    {"00DA7F21 01 30", "6A84"},
    {"00A50004 06 60045C027F21", "9000"},
    {"00DA7F21 01 30", "9000"},
    {"00CA7F21 00", "30 9000"},
};
SCRIPT(test_openpgp__certificates, "openpgp", SIM_T1, certificates)

static const struct step commands[] = {
    SELECT_OPENPGP,
    {"00840000 08", "???????????????? 9000"},
    {"00B00000 00", "6D00"},
    {"00D60000 01 00", "6D00"},
    {"00B20104 00", "6D00"},
    {"00DC0104 01 00", "6D00"},
    {"00820000", "6D00"},
    {"00260081" PW1, "6D00"},
    {"00E00000 02 6200", "6D00"},
    {"00E40000", "6D00"},
};
SCRIPT(test_openpgp__commands, "openpgp", SIM_T1, commands)

static void test_openpgp__related_in_pieces(void **state) {
    (void)state;
    struct sim_card *card = script_card("openpgp");
    script_run(card, SIM_T0, STEPS(related));
    sim_card_destroy(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_openpgp__objects),
        cmocka_unit_test(test_openpgp__related_in_pieces),
        cmocka_unit_test(test_openpgp__put),
        cmocka_unit_test(test_openpgp__passwords),
        cmocka_unit_test(test_openpgp__resetting_code),
        cmocka_unit_test(test_openpgp__certificates),
        cmocka_unit_test(test_openpgp__commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
