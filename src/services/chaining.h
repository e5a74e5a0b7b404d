/*
 * Command chaining (ISO/IEC 7816-4:2005 §5.1.1.1): data too long for one short command goes in several. Used
 * by data objects as files and by GENERAL AUTHENTICATE.
 */
#ifndef SCARDSSP_SERVICES_CHAINING_H
#define SCARDSSP_SERVICES_CHAINING_H

#include <stddef.h>
#include <stdint.h>

#include "com/hresult.h"
#include "services/link.h"

/*
 * Sends the command with these bytes as its data, none at all included; its Le goes with the last link, which
 * brings *answer. What the card says to each link becomes a code as hresult_from_sw() has it for `use`; the
 * first one that is a failure ends it. Where that is not the last, *answer has no bytes.
 * SCARD_E_UNSUPPORTED_FEATURE: it takes a chain, and in this class (8X to FX) the bit for that is not the
 * standard's; nothing is sent.
 */
HRESULT chaining_send(struct service_link *link, const struct apdu *command, const uint8_t *bytes,
                      size_t size, enum sw_use use, struct service_answer *answer);

#endif
