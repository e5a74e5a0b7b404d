/* UICCs (ETSI TS 102 221) with a USIM (3GPP TS 31.102): class 00, file control parameters in 62. */
#include "services/profile.h"

/* TS 102 221 13, TS 31.102 4.7: the master file's, TELECOM's and GSM's, and the files of a USIM. */
static const struct scardssp_profile_range ranges[] = {
    {0x2F00, 0x2F00}, {0x2F05, 0x2F08}, {0x2FE2, 0x2FE2}, {0x7F10, 0x7F10}, {0x7F20, 0x7F22},
    {0x5F30, 0x5F3C}, {0x5F40, 0x5F40}, {0x5F50, 0x5F50}, {0x6F05, 0x6F09}, {0x6F20, 0x6F20},
    {0x6F30, 0x6F32}, {0x6F37, 0x6F62}, {0x6F73, 0x6F83}, {0x6FAD, 0x6FAE}, {0x6FB1, 0x6FB7},
    {0x6FC3, 0x6FE8}, {0x4F00, 0x4F5F}};

/* What such a card says of each directory has the status of PINs in it (TS 102 221 11.1.1.4). */
static const struct scardssp_profile_sign signs[] = {{.sw = 0x9000, .tag = 0xC6},
                                                     {.sw = 0x6283, .tag = 0xC6}};

const struct scardssp_profile profile_uicc = {
    .name = "uicc",
    .flags = SCARDSSP_PROFILE_CYCLIC_PREVIOUS,
    PROFILE_ROWS(signs, sign_count, signs),
    PROFILE_ROWS(ranges, range_count, ranges),
    .form = {.size = 8, .pad = 0xFF},
};
