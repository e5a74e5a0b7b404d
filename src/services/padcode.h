/*
 * Codes of the card holder that are typed at the reader's PIN pad (PC/SC part 10), where the program never
 * sees them. Used by ISCardVerify's object.
 */
#ifndef SCARDSSP_SERVICES_PADCODE_H
#define SCARDSSP_SERVICES_PADCODE_H

#include "apdu/pinpad.h"
#include "services/code.h"

/*
 * Asks the reader what its PIN pad takes; *out is zeroed where it has none. SCARD_F_COMM_ERROR: what it
 * says is malformed; the codes of the link's control().
 */
HRESULT padcode_find(struct service_link *link, struct pinpad *out);

/*
 * Lets the reader ask for the code and show it to the card; change: for the former and the new one, twice.
 * SCARD_E_UNSUPPORTED_FEATURE: it has no such pad, or cannot write codes as this card wants them;
 * SCARD_W_CANCELLED_BY_USER, SCARD_E_TIMEOUT: nothing was shown; SCARD_E_INVALID_CHV: too short, too long,
 * or two new codes that differ; else as code_verify() and code_change().
 */
HRESULT padcode_run(struct service_link *link, const struct code *code, bool change);

#endif
