/* ISO/IEC 7816-4 as it is written: what every other profile is a difference from. */
#include "services/profile.h"

/*
 * What files are called where nobody says otherwise: counted from 1 in the master file and in the first
 * directories, EF.DIR, EF.ATR and their neighbours (ISO/IEC 7816-4:2005 §8.2.1), PKCS#15 (ISO/IEC
 * 7816-15:2004 §7), directories from DF00 on.
 */
static const struct scardssp_profile_range ranges[] = {{0x0001, 0x0020}, {0x0101, 0x0120}, {0x0201, 0x0210},
                                                       {0x2F00, 0x2F0F}, {0x4400, 0x440F}, {0x5015, 0x5015},
                                                       {0x5031, 0x5034}, {0xDF00, 0xDF1F}};

const struct scardssp_profile profile_iso = {.name = "iso", PROFILE_ROWS(ranges, range_count, ranges)};
