/*
 * AUTHENTICATE of the USIM: what is answered to the first set of vectors in TS 35.208, how sequence numbers
 * are judged, and what is refused. On the image "usim", which has the keys of that set.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

#define AID "A0000000871002FF49FF0589"
#define RAND "10 23553CBE9637A89D218AE64DAE47BF35"
#define READY                                                                                                \
    {"00A4040C 0C" AID, "9000"}, {                                                                           \
        "00200001 08 30303030FFFFFFFF", "9000"                                                               \
    }
/* SQN under AK, AMF, MAC: that of the vectors, then others of the same challenge. */
#define AUTN "10 55F328B43577 B9B9 4A9FFAC354DFAFB3"
#define AUTN_NEXT "10 55F328B43557 8000 FF5DA3656F2254A0"  /* the next number of the same place */
#define AUTN_ASIDE "10 55F328B43571 8000 F4EABA66E3EC1FB0" /* lower, but of another place */
#define AUTN_PAST "10 55F328B43697 8000 C446547E7691ED87"  /* the number before, of the same place */
#define AGREED                                                                                               \
    "DB 08 A54211D5E3BA50BF 10 B40BA9A3C58B2A05BBF0D987B21BF8CB 10 F769BCD751044604127672711C6D3441"         \
    "08 EAE4BE823AF9A08B 9000"
#define SEND(autn) "00880081 22" RAND autn

static const struct step sequence[] = {
    READY,
    {SEND(AUTN), "6135"},
    {"00C00000 35", AGREED},
    {SEND(AUTN), "6110"}, /* once only */
    {"00C00000 10", "DC 0E BA853F3C123C CF44E93596E355C6 9000"},
    {SEND(AUTN_PAST), "6110"},
    {SEND(AUTN_ASIDE), "6135"},
    {SEND(AUTN_NEXT), "6135"},
    {"00C00000 35", AGREED},
    {SEND(AUTN), "6110"},
    {"00C00000 10", "DC 0E BA853F3C121C B55EDB820040AB41 9000"}, /* the highest number that was taken */
    {"power", NULL},
    READY,
    {SEND(AUTN), "6110"}, /* the count outlives the power */
};
SCRIPT(test_authenticate__sequence, "usim", SIM_T0, sequence)

static const struct step gsm_context[] = {
    READY,
    {"00880080 11" RAND, "610E"},
    {"00C00000 0E", "04 46F8416A 08 EAE4BE823AF9A08B 9000"},
    {"00880080 11" RAND, "610E"}, /* nothing is counted */
};
SCRIPT(test_authenticate__gsm_context, "usim", SIM_T0, gsm_context)

static const struct step refused[] = {
    {SEND(AUTN), "6985"}, /* no application */
    {"00A4040C 0C" AID, "9000"},
    {SEND(AUTN), "6982"},
    {"00880080 11" RAND, "6982"},
    {"00200001 08 30303030FFFFFFFF", "9000"},
    {"00880081 22" RAND "10 55F328B43577 B9B9 4A9FFAC354DFAFB2", "9862"},
    {"00880081 22" RAND "10 54F328B43577 B9B9 4A9FFAC354DFAFB3", "9862"},
    {"00880081 11" RAND, "6700"},
    {"00880080 22" RAND AUTN, "6700"},
    {"00880081 22 11 23553CBE9637A89D218AE64DAE47BF35" AUTN, "6A80"},
    {"00880081 22" RAND "0F 55F328B43577B9B94A9FFAC354DFAFB3", "6A80"},
    {"00880181 22" RAND AUTN, "6A86"},
    {"00880082 22" RAND AUTN, "6A86"},
    {"00880001 22" RAND AUTN, "6A86"},
    {"00880081", "6700"},
    {SEND(AUTN), "6135"}, /* what was refused has not been counted */
};
SCRIPT(test_authenticate__refused, "usim", SIM_T0, refused)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_authenticate__sequence),
        cmocka_unit_test(test_authenticate__gsm_context),
        cmocka_unit_test(test_authenticate__refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
