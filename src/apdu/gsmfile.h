/*
 * What a SIM answers when a file is selected (3GPP TS 51.011 §9.2.1): bytes at fixed places, not data
 * objects. Used by the profile of SIMs in services/.
 */
#ifndef SCARDSSP_APDU_GSMFILE_H
#define SCARDSSP_APDU_GSMFILE_H

#include "apdu/fcp.h"

/*
 * Takes the answer apart, as fcp_parse() does one of ISO/IEC 7816-4: kind, size, identifier and, of
 * elementary files, record size and number, and whether it is invalidated. false, with *out zeroed: it is too
 * short.
 */
bool gsmfile_parse(const uint8_t *bytes, size_t size, struct fcp *out);

/* What the answer of a directory says of a code (CHV). */
struct gsmfile_code {
    bool exists;   /* has been initialised */
    bool disabled; /* need not be shown; CHV1 alone */
    uint8_t tries; /* left, 0 to 15; 0: blocked */
};

/*
 * The same answer of a directory (bytes 14, 19 and 21): what becomes of CHV1 or CHV2, `number` 1 or 2. false,
 * with *out zeroed: another number, or the answer is too short or no directory's.
 */
bool gsmfile_code(const uint8_t *bytes, size_t size, unsigned number, struct gsmfile_code *out);

#endif
