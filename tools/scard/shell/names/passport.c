/* Names of a travel document: ICAO 9303, part 10. */
#include "shell/names.h"

static const struct file_name files[] = {
    {NAMES_TOP, 0x011E, "EF.COM", "data groups there are", NAMES_OBJECTS},
    {NAMES_TOP, 0x011D, "EF.SOD", "security object", NAMES_OBJECTS},
    {NAMES_TOP, 0x0101, "EF.DG1", "machine readable zone", NAMES_OBJECTS},
    {NAMES_TOP, 0x0102, "EF.DG2", "face", NAMES_OBJECTS},
    {NAMES_TOP, 0x0103, "EF.DG3", "fingers", NAMES_OBJECTS},
    {NAMES_TOP, 0x0104, "EF.DG4", "iris", NAMES_OBJECTS},
    {NAMES_TOP, 0x0105, "EF.DG5", "portrait shown", NAMES_OBJECTS},
    {NAMES_TOP, 0x0107, "EF.DG7", "signature shown", NAMES_OBJECTS},
    {NAMES_TOP, 0x0108, "EF.DG8", "features of data", NAMES_OBJECTS},
    {NAMES_TOP, 0x0109, "EF.DG9", "features of structure", NAMES_OBJECTS},
    {NAMES_TOP, 0x010A, "EF.DG10", "features of substance", NAMES_OBJECTS},
    {NAMES_TOP, 0x010B, "EF.DG11", "further details of the holder", NAMES_OBJECTS},
    {NAMES_TOP, 0x010C, "EF.DG12", "further details of the document", NAMES_OBJECTS},
    {NAMES_TOP, 0x010D, "EF.DG13", "for private use", NAMES_OBJECTS},
    {NAMES_TOP, 0x010E, "EF.DG14", "keys of the chip for authentication", NAMES_OBJECTS},
    {NAMES_TOP, 0x010F, "EF.DG15", "key of the chip", NAMES_OBJECTS},
    {NAMES_TOP, 0x0110, "EF.DG16", "persons to tell", NAMES_OBJECTS},
};

const struct application names_passport = {.name = "Passport",
                                           .meaning = "travel document (ICAO 9303)",
                                           .aid = {0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01},
                                           .aid_size = 7,
                                           .files = files,
                                           .count = sizeof files / sizeof files[0]};
