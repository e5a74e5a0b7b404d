/* ISO/IEC 7816-4 as it is written: what every other profile is a difference from. */
#include "services/profile.h"

const struct profile profile_iso = {.name = "iso", .cla = 0x00, .parse = fcp_parse};
