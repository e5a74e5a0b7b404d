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

#endif
