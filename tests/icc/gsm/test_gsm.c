/* The SIM: class A0, status words of GSM 11.11 §9.4, answers announced by 9Fxx. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "icc/card_script.h"

static const struct step phone_book[] = {
    {"A0200001 08 30303030FFFFFFFF", "9000"},
    {"A0A40000 02 3F00", "9F17"},
    {"A0A40000 02 7F10", "9F17"},
    {"A0A40000 02 6F3A", "9F0F"},
    {"A0C00000 0F", "0000 0140 6F3A 04 00 11 F0 11 01 02 01 20 9000"},
    {"A0B20104 20", "416C696365FFFFFFFFFFFFFFFFFFFFFFFFFF 06919471325476 FFFFFFFFFFFFFF 9000"},
    {"A0B20204 20", "426F62FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 06919471563412 FFFFFFFFFFFFFF 9000"},
    {"A0B20304 20", "4361726F6CFFFFFFFFFFFFFFFFFFFFFFFFFF 04812143F5 FFFFFFFFFFFFFFFFFF 9000"},
    {"A0B20A04 20", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 9000"},
    {"A0B20B04 20", "9402"},
    {"A0B20104 00", "6720"},
    {"A0B20104 1F", "6720"},
    {"A0B20004 20", "9402"}, /* absolute numbers leave the pointer undefined */
    {"A0B20002 20", "...FFFFFFFFFFFFFF 9000"},
    {"A0B20004 20", "416C696365FFFFFFFFFFFFFFFFFFFFFFFFFF 06919471325476 FFFFFFFFFFFFFF 9000"},
    {"A0B20002 20", "426F62FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 06919471563412 FFFFFFFFFFFFFF 9000"},
    {"A0B20003 20", "416C696365FFFFFFFFFFFFFFFFFFFFFFFFFF 06919471325476 FFFFFFFFFFFFFF 9000"},
    {"A0B20003 20", "9402"},
    {"A0DC0A04 20 5AFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "9000"},
    {"A0B20A04 20", "5AFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 9000"},
    {"A0DC0A04 01 5A", "6720"},
    {"A0DC0A05 01 5A", "6B00"},
    {"A0B20101 20", "6B00"},
};
SCRIPT(test_gsm__phone_book, "gsm", SIM_T0, phone_book)

static const struct step select[] = {
    {"A0A40000 02 3F00", "9F17"},
    {"A0C00000 17", "0000 0000 3F00 01 0000000000 0A 00 02 01 04 00 83 8A 83 8A 00 9000"},
    {"A0C00000 17", "6F00"}, /* an answer is fetched once */
    {"A0A40000 02 7F20", "9F17"},
    {"A0C00000 17", "0000 0000 7F20 02 0000000000 0A 00 00 13 04 00 83 8A 83 8A 00 9000"},
    {"A0A40000 02 6F07", "9F0F"},
    {"A0C00000 10", "670F"},
    {"A0C00000 0E", "0000 0009 6F07 04 00 1F F0 FF 01 02 00 9000"},
    {"A0C00000 01", "6F00"}, /* the rest is gone */
    {"A0A40000 02 6F39", "9F0F"},
    {"A0C00000 0F", "0000 000C 6F39 04 40 12 10 22 01 02 03 03 9000"},
    {"A0A40000 02 7F10", "9F17"}, /* a neighbour of the current DF */
    {"A0A40000 02 6F07", "9404"},
    {"A0A40000 02 7F10", "9F17"}, /* the current DF */
    {"A0A40000 02 3F00", "9F17"},
    {"A0A40000 02 6F07", "9404"},
    {"A0A40000 02 2FE2", "9F0F"},
    {"A0B00000 0A", "98103254769810325 4F6 9000"},
    {"A0A40100 02 3F00", "6B00"},
    {"A0A40001 02 3F00", "6B00"},
    {"A0A40000 01 3F", "6702"},
    {"A0A40000 00", "6702"},
    {"A0A40000 02 7F20", "9F17"},
    {"A0B00000 01", "9400"},
    {"A0C00000 01", "6F00"},
    {"A0C00100 01", "6B00"},
};
SCRIPT(test_gsm__select, "gsm", SIM_T0, select)

static const struct step status[] = {
    {"A0F20000 17", "0000 0000 3F00 01 0000000000 0A 00 02 01 04 00 83 8A 83 8A 00 9000"},
    {"A0F20000 02", "0000 9000"},
    {"A0F20000 00", "6717"},
    {"A0F20100 17", "6B00"},
    {"A0A40000 02 2FE2", "9F0F"},
    {"A0F20000 07", "0000 0000 3F00 01 9000"},
};
SCRIPT(test_gsm__status, "gsm", SIM_T0, status)

static const struct step binary[] = {
    {"A0A40000 02 7F20", "9F17"},
    {"A0A40000 02 6F07", "9F0F"},
    {"A0B00000 09", "9804"},
    {"A0200001 08 30303030FFFFFFFF", "9000"},
    {"A0B00000 09", "082926100000000010 9000"},
    {"A0B00001 02", "2926 9000"},
    {"A0B00000 0A", "6709"},
    {"A0B00001 09", "6708"},
    {"A0B00009 01", "9402"},
    {"A0B08100 01", "9402"}, /* no short identifiers here */
    {"A0D68100 01 00", "9402"},
    {"A0D60000 01 00", "9804"},
    {"A0A40000 02 6F05", "9F0F"},
    {"A0D60000 02 0201", "9000"},
    {"A0B00000 04", "0201FFFF 9000"},
    {"A0D60003 02 0000", "6700"},
    {"A0D60004 01 00", "9402"},
    {"A0B20104 04", "9408"},
};
SCRIPT(test_gsm__binary, "gsm", SIM_T0, binary)

static const struct step cyclic[] = {
    {"A0200001 08 30303030FFFFFFFF", "9000"},
    {"A0200002 08 31313131FFFFFFFF", "9000"},
    {"A0A40000 02 7F20", "9F17"},
    {"A0A40000 02 6F39", "9F0F"},
    {"A0B20004 03", "000007 9000"}, /* the one written last is the current one */
    {"A0DC0003 03 000008", "9000"},
    {"A0DC0104 03 000009", "9408"}, /* only "previous" is allowed */
    {"A0B20104 03", "000008 9000"},
    {"A0B20204 03", "000007 9000"},
    {"A0B20002 03", "000007 9000"},
    {"A0B20002 03", "000000 9000"},
    {"A0B20002 03", "000000 9000"},
    {"A0B20002 03", "000008 9000"}, /* round it goes */
    {"A0B20003 03", "000000 9000"},
    {"A0B00000 03", "9408"},
};
SCRIPT(test_gsm__cyclic, "gsm", SIM_T0, cyclic)

static const struct step increase[] = {
    {"A0200001 08 30303030FFFFFFFF", "9000"},
    {"A0A40000 02 7F20", "9F17"},
    {"A0A40000 02 6F39", "9F0F"},
    {"A0320000 03 0000F9", "9F06"},
    {"A0C00000 06", "000100 0000F9 9000"},
    {"A0B20104 03", "000100 9000"},
    {"A0B20204 03", "000007 9000"},
    {"A0320000 03 FFFF00", "9850"},
    {"A0B20104 03", "000100 9000"},
    {"A0320000 03 FFFEFF", "9F06"},
    {"A0C00000 03", "FFFFFF 9000"},
    {"A0320001 03 000001", "6B00"},
    {"A0320000 02 0001", "6703"},
    {"A0A40000 02 6F07", "9F0F"},
    {"A0320000 03 000001", "9408"},
    {"A0A40000 02 7F10", "9F17"},
    {"A0320000 03 000001", "9400"},
    {"A0A40000 02 6F44", "9F0F"},
    {"A0C00000 0F",
     "0000 00A0 6F44 04 00 11 F0 11 01 02 03 20 9000"}, /* nobody may: byte 8 says so (§9.2.1) */
    {"A0320000 03 000001", "9804"},
};
SCRIPT(test_gsm__increase, "gsm", SIM_T0, increase)

static const struct step seek[] = {
    {"A0A40000 02 7F10", "9F17"},
    {"A0A20000 03 426F62", "9400"},
    {"A0A40000 02 6F3A", "9F0F"},
    {"A0A20000 03 426F62", "9804"},
    {"A0200001 08 30303030FFFFFFFF", "9000"},
    {"A0A20000 03 426F62", "9000"},
    {"A0B20004 20", "426F62FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF 06919471563412 FFFFFFFFFFFFFF 9000"},
    {"A0A20010 01 FF", "9F01"},
    {"A0C00000 01", "04 9000"},
    {"A0A20012 01 FF", "9F01"}, /* next */
    {"A0C00000 01", "05 9000"},
    {"A0A20013 02 4361", "9F01"}, /* previous */
    {"A0C00000 01", "03 9000"},
    {"A0A20011 01 FF", "9F01"}, /* from the end */
    {"A0C00000 01", "0A 9000"},
    {"A0A20012 01 FF", "9404"},
    {"A0A20000 03 5A5A5A", "9404"},
    {"A0B20004 20", "...FFFFFFFF 9000"},
    {"A0A20004 01 FF", "6B00"},
    {"A0A20100 01 FF", "6B00"},
    {"A0A20000 21 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "6710"},
    {"A0A40000 02 6F44", "9F0F"},
    {"A0A20000 01 FF", "9408"},
};
SCRIPT(test_gsm__seek, "gsm", SIM_T0, seek)

static const struct step chv[] = {
    {"A0200001 08 31313131FFFFFFFF", "9804"},
    {"A0200001 00", "6708"},
    {"A0200001 04 30303030", "6700"},
    {"A0200000 08 30303030FFFFFFFF", "6B00"},
    {"A0200003 08 30303030FFFFFFFF", "6B00"},
    {"A0200101 08 30303030FFFFFFFF", "6B00"},
    {"A0200001 08 31313131FFFFFFFF", "9804"},
    {"A0F20000 17", "0000 0000 3F00 01 0000000000 0A 00 02 01 04 00 81 8A 83 8A 00 9000"},
    {"A0200001 08 31313131FFFFFFFF", "9840"},
    {"A0200001 08 30303030FFFFFFFF", "9840"},
    {"A0240001 10 30303030FFFFFFFF 30303030FFFFFFFF", "9840"},
    {"A02C0000 10 3030303030303030 35353535FFFFFFFF", "9804"},
    {"A02C0001 10 3132333435363738 35353535FFFFFFFF", "6B00"}, /* UNBLOCK calls CHV1 by 0 */
    {"A02C0000 10 3132333435363738 35353535FFFFFFFF", "9000"},
    {"A0200001 08 35353535FFFFFFFF", "9000"},
    {"A0240001 10 35353535FFFFFFFF 36363636FFFFFFFF", "9000"},
    {"A0200001 08 36363636FFFFFFFF", "9000"},
    {"A02C0002 10 3837363534333231 32323232FFFFFFFF", "9000"},
    {"A0200002 08 32323232FFFFFFFF", "9000"},
};
SCRIPT(test_gsm__chv, "gsm", SIM_T0, chv)

static const struct step chv_switch[] = {
    {"A0280001 08 30303030FFFFFFFF", "9808"},
    {"A0260001 08 31313131FFFFFFFF", "9804"},
    {"A0260001 08 30303030FFFFFFFF", "9000"},
    {"A0260001 08 30303030FFFFFFFF", "9808"},
    {"A0200001 08 30303030FFFFFFFF", "9808"},
    {"A0240001 10 30303030FFFFFFFF 30303030FFFFFFFF", "9808"},
    {"A0F20000 0E", "0000 0000 3F00 01 0000000000 0A 80 9000"},
    {"power", "3B0847534D31312E3131"},
    {"A0A40000 02 7F20", "9F17"},
    {"A0A40000 02 6F07", "9F0F"},
    {"A0B00000 01", "08 9000"},
    {"A0280001 08 30303030FFFFFFFF", "9000"},
    {"reset", "3B0847534D31312E3131"},
    {"A0A40000 02 7F20", "9F17"},
    {"A0A40000 02 6F07", "9F0F"},
    {"A0B00000 01", "9804"},
    {"A0260002 08 31313131FFFFFFFF", "6B00"},
    {"A0280002 08 31313131FFFFFFFF", "6B00"},
};
SCRIPT(test_gsm__chv_switch, "gsm", SIM_T0, chv_switch)

static const struct step invalidate[] = {
    {"A0200001 08 30303030FFFFFFFF", "9000"},
    {"A0A40000 02 7F20", "9F17"},
    {"A0040000 00", "9400"},
    {"A0A40000 02 6F05", "9F0F"},
    {"A0040000 00", "9000"},
    {"A0B00000 04", "9810"},
    {"A0A40000 02 6F05", "9F0F"},
    {"A0C00000 0F", "0000 0004 6F05 04 00 01 F0 11 00 02 00 00 9000"},
    {"A0440000 00", "9000"},
    {"A0B00000 04", "0001FFFF 9000"},
};
SCRIPT(test_gsm__invalidate, "gsm", SIM_T0, invalidate)

static const struct step other_commands[] = {
    {"00840000 08", "6E00"}, {"A0840000 08", "6D00"},    {"A0FA0000 00", "9000"}, /* SLEEP (§8.17) */
    {"A0FA0100 00", "6B00"}, {"A0FA0000 01 00", "6700"}, {"A0200002 08 30303030FFFFFFFF", "9804"},
};
SCRIPT(test_gsm__other_commands, "gsm", SIM_T0, other_commands)

/*
 * RUN GSM ALGORITHM (§8.16): in DF_GSM, after CHV1; 12 bytes to fetch. The key is that of the first set in TS
 * 35.208.
 */
static const struct step algorithm[] = {
    {"A0A40000 02 7F20", "9F17"},
    {"A0880000 10 23553CBE9637A89D218AE64DAE47BF35", "9804"},
    {"A0200001 08 30303030FFFFFFFF", "9000"},
    {"A0880000 10 23553CBE9637A89D218AE64DAE47BF35", "9F0C"},
    {"A0C00000 0C", "46F8416A EAE4BE823AF9A08B 9000"},
    {"A0C00000 0C", "6F00"},
    {"A0A40000 02 6F07", "9F0F"},
    {"A0880000 10 23553CBE9637A89D218AE64DAE47BF35", "9F0C"},
    {"A0C00000 04", "46F8416A 9000"},
    {"A0880100 10 23553CBE9637A89D218AE64DAE47BF35", "6B00"},
    {"A0880001 10 23553CBE9637A89D218AE64DAE47BF35", "6B00"},
    {"A0880000 0F 23553CBE9637A89D218AE64DAE47BF", "6710"},
    {"A0880000 00", "6710"},
    {"A0A40000 02 7F10", "9F17"},
    {"A0880000 10 23553CBE9637A89D218AE64DAE47BF35", "9804"},
    {"A0A40000 02 3F00", "9F17"},
    {"A0880000 10 23553CBE9637A89D218AE64DAE47BF35", "9804"},
    {"reset", NULL},
    {"A0A40000 02 7F20", "9F17"},
    {"A0880000 10 23553CBE9637A89D218AE64DAE47BF35", "9804"},
};
SCRIPT(test_gsm__algorithm, "gsm", SIM_T0, algorithm)

/* A SIM without a key has no algorithm; a disabled CHV1 is as good as one that was shown. */
static const struct step no_algorithm[] = {
    {"A0880000 10 23553CBE9637A89D218AE64DAE47BF35", "6D00"},
};
SCRIPT(test_gsm__no_algorithm, "sim", SIM_T0, no_algorithm)

static const struct step algorithm_unlocked[] = {
    {"A0260001 08 30303030FFFFFFFF", "9000"},
    {"reset", NULL},
    {"A0A40000 02 7F20", "9F17"},
    {"A0880000 10 23553CBE9637A89D218AE64DAE47BF35", "9F0C"},
};
SCRIPT(test_gsm__algorithm_unlocked, "gsm", SIM_T0, algorithm_unlocked)

static const struct step as_apdus[] = {
    {"A0A40000 02 7F10", "9F17"},
    {"A0C00000 17", "0000 0000 7F10 02 0000000000 0A 00 00 0C 04 00 83 8A 83 8A 00 9000"},
    {"A0A40000 02 6F3A 00", "9F0F"},
    {"A0C00000 00", "670F"},
    {"A0C00000 0F", "0000 0140 6F3A 04 00 11 F0 11 01 02 01 20 9000"},
    {"A0F20000", "6717"},
};
SCRIPT(test_gsm__as_apdus, "gsm", SIM_T1, as_apdus)

static const struct step beside_interindustry[] = {
    {"A0A40000 02 7F01", "9F17"},
    {"A0A40000 02 6F01", "9404"}, /* an EF beside the current DF is out of reach */
    {"A0A40000 02 7F02", "9F17"},
    {"A0C00000 17", "0000 0000 7F02 02 0000000000 0A 00 00 00 02 00 83 00 00 00 00 9000"},
    {"A0A40000 02 3F00", "9F17"},
    {"A0A40000 02 6F01", "9F0F"},
    {"A0C00000 0F", "0000 0001 6F01 04 00 44 F0 44 01 02 00 00 9000"}, /* keys are "administrative" */
    {"A0200002 08 30303030FFFFFFFF", "9802"},                          /* there is no CHV2 */
    {"A02C0000 10 3132333435363738 35353535FFFFFFFF", "9802"},         /* nor an UNBLOCK CHV1 */
    {"00B00000 01", "6982"},                                           /* the selection is the same */
    {"0020000108 30303030FFFFFFFF", "9000"},
    {"00D60000 01 AA", "9000"},
    {"A0B00000 01", "9804"},
};
SCRIPT(test_gsm__beside_interindustry, "sim", SIM_T0, beside_interindustry)

static const struct step unblock_blocked[] = {
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9804"},
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9804"},
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9804"},
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9804"},
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9804"},
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9804"},
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9804"},
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9804"},
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9804"},
    {"A02C0002 10 3030303030303030 32323232FFFFFFFF", "9840"},
    {"A02C0002 10 3837363534333231 32323232FFFFFFFF", "9840"},
    {"A0F20000 16", "0000 0000 3F00 01 0000000000 0A 00 02 01 04 00 83 8A 83 80 9000"},
};
SCRIPT(test_gsm__unblock_blocked, "gsm", SIM_T0, unblock_blocked)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gsm__phone_book),
        cmocka_unit_test(test_gsm__select),
        cmocka_unit_test(test_gsm__status),
        cmocka_unit_test(test_gsm__binary),
        cmocka_unit_test(test_gsm__cyclic),
        cmocka_unit_test(test_gsm__increase),
        cmocka_unit_test(test_gsm__seek),
        cmocka_unit_test(test_gsm__chv),
        cmocka_unit_test(test_gsm__chv_switch),
        cmocka_unit_test(test_gsm__invalidate),
        cmocka_unit_test(test_gsm__other_commands),
        cmocka_unit_test(test_gsm__algorithm),
        cmocka_unit_test(test_gsm__no_algorithm),
        cmocka_unit_test(test_gsm__algorithm_unlocked),
        cmocka_unit_test(test_gsm__as_apdus),
        cmocka_unit_test(test_gsm__beside_interindustry),
        cmocka_unit_test(test_gsm__unblock_blocked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
