/* What is the same on every stage: see stage.h. */
#include "clients/stage.h"

const char *stage_atr(enum stage_card card) {
    static const char *const atrs[STAGE_CARDS] = {
        [STAGE_DEMO] = "3B 8C 80 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9E",
        [STAGE_GSM] = "3B 08 47 53 4D 31 31 2E 31 31",
        [STAGE_GSM_TO_BLOCK] = "3B 08 47 53 4D 31 31 2E 31 31",
        [STAGE_CLASS_90] = "3B 81 80 01 80 80",
        [STAGE_CLASS_80] = "3B BE 11 00 00 41 01 38 00 00 00 00 00 00 00 00 01 90 00",
    };
    return atrs[card];
}
