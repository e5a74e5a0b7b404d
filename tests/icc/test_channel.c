/* Logical channels: MANAGE CHANNEL, and what each channel has for itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step open_and_close[] = {
    {"01B08100 01", "6881"},    {"00700000 01", "01 9000"}, {"01B08100 01", "00 9000"},
    {"00700003", "9000"},       {"00700003", "6985"},       {"00700000 00", "02 9000"},
    {"00700000 01", "04 9000"}, {"00700000 01", "05 9000"}, {"00700000 01", "6A81"},
    {"00708002", "9000"},       {"02B08100 01", "6881"},    {"00708002", "6200"},
    {"00700000 01", "02 9000"}, {"02708000", "9000"},       /* closes itself */
    {"00700000 01", "02 9000"}, {"40B08100 01", "00 9000"}, /* channel 4 */
    {"41B08100 01", "00 9000"},                             /* channel 5 */
    {"42B08100 01", "6881"},    {"4FB08100 01", "6881"},    {"reset", "3B828031FE45534D96"},
    {"01B08100 01", "6881"},
};
SCRIPT(test_channel__open_and_close, "small", SIM_T1, open_and_close)

static const struct step parameters[] = {
    {"00700006", "6A81"}, {"007000FF", "6A81"}, {"00700000", "6700"}, {"00700000 01 00 01", "6700"},
    {"00704000", "6A86"}, {"00708000", "6A86"}, /* the basic channel stays open */
    {"00708006", "6A86"},
};
SCRIPT(test_channel__parameters, "small", SIM_T1, parameters)

static const struct step own_state[] = {
    {"00200001 04 31323334", "9000"},
    {"00A4020C 02 1002", "9000"},
    {"00B20002 00", "01111111 9000"},
    {"00700000 01", "01 9000"},
    {"01200001", "63C3"},
    {"01B08500 00", "6982"},
    {"01B20002 00", "6986"}, /* its own selection */
    {"01A4040C 04 A0000001", "9000"},
    {"00B20002 00", "02222222 9000"},
    {"01200001 04 30303030", "63C2"},
    {"00200001", "9000"},
    {"01700000 01", "02 9000"},
    {"02200081 04 30303030", "9000"}, /* opened from channel 1: the same DF */
    {"02B08100 00", "2121 9000"},
    {"01B08100 00", "6982"},
    {"00840000 08", "???????????????? 9000"},
    {"01820002 10 00000000000000000000000000000000", "6985"}, /* the challenge is another channel's */
};
SCRIPT(test_channel__own_state, "small", SIM_T1, own_state)

/* What one channel has been answered is not for another to fetch, and is gone when one tries. */
static const struct step own_answer[] = {
    {"00700001", "9000"},
    {"00200001 04 31323334", "9000"},
    {"00B08500 01", "...9000"},
    {"00A40400 04 A0000001 01", "6F 611C"},
    {"01C00000 1C", "6985"},
    {"00C00000 1C", "6985"},
    {"01A40400 04 A0000001 01", "6F 611C"},
    {"01C00000 1C", "...50034F6E65 9000"},
};
SCRIPT(test_channel__own_answer, "small", SIM_T1, own_answer)

/* ENVELOPE's answer is fetched where the ENVELOPE came from, whatever channel the command in it was for. */
static const struct step enveloped_answer[] = {
    {"00700001", "9000"},
    {"00C20000 0A 01A40400 04 A0000001 00", "611D"},
    {"00C00000 1D", "...50034F6E65 9000"},
};
SCRIPT(test_channel__enveloped_answer, "small", SIM_T0, enveloped_answer)

static const struct step classes[] = {
    {"04B08100 01", "6882"},    {"0CB08100 01", "6882"}, {"60B08100 01", "6882"}, {"20B08100 01", "6E00"},
    {"3FB08100 01", "6E00"},    {"A0B08100 01", "6E00"}, {"FFB08100 01", "6E00"}, {"80B08100 01", "00 9000"},
    {"90B08101 01", "01 9000"}, {"00010000", "6D00"},    {"00A50000", "6D00"},
};
SCRIPT(test_channel__classes, "small", SIM_T1, classes)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_channel__open_and_close),   cmocka_unit_test(test_channel__parameters),
        cmocka_unit_test(test_channel__own_state),        cmocka_unit_test(test_channel__own_answer),
        cmocka_unit_test(test_channel__enveloped_answer), cmocka_unit_test(test_channel__classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
