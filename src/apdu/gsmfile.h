/*
 * What a SIM answers when a file is selected (3GPP TS 51.011 §9.2.1): bytes at fixed places, not data
 * objects. Used by the profile of SIMs in services/.
 */
#ifndef SCARDSSP_APDU_GSMFILE_H
#define SCARDSSP_APDU_GSMFILE_H

#include "apdu/fcp.h"

/* Bytes of control parameters that gsmfile_objects() can make. */
#define GSMFILE_OBJECTS_MAX 32u

/*
 * Takes the answer apart, as fcp_parse() does one of ISO/IEC 7816-4: kind, size, identifier and, of
 * elementary files, record size and number, and whether it is invalidated. false, with *out zeroed: it is too
 * short.
 */
bool gsmfile_parse(const uint8_t *bytes, size_t size, struct fcp *out);

/*
 * Writes what was found as file control parameters (80, 82, 83, 8A), so that it can be read like those of
 * other cards. Returns the bytes.
 */
size_t gsmfile_objects(const struct fcp *fcp, uint8_t out[GSMFILE_OBJECTS_MAX]);

#endif
