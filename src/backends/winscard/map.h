/*
 * The dialects of Windows' smart card functions. They hand on errors of the system as well as their own
 * codes, and Wine hands on what pcsc-lite says. Used by the other files of this backend.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_MAP_H
#define SCARDSSP_BACKENDS_WINSCARD_MAP_H

#include "backends/winscard/api.h"

/*
 * A status code. Codes of smart cards stay as they are, except that a service which shuts down is
 * RM_E_SERVICE_STOPPED. Errors of Windows become the code that means the same, also in the form of an
 * HRESULT: what says that the service cannot be reached (a remote session without redirection among them)
 * RM_E_NO_SERVICE, that the contact to the card is bad RM_E_COMM_DATA_LOST. Any other number is
 * RM_F_UNKNOWN_ERROR.
 */
rm_status winscard_status_from(LONG code);

/*
 * The same of a call in which the service works on the card: it waits for other programs without a limit, so
 * that a time that is up was the driver's, and the contact to the card is bad: RM_E_COMM_DATA_LOST for
 * RM_E_TIMEOUT.
 */
rm_status winscard_status_of_card(LONG code);

/* One protocol out of the service; what it cannot mean is RM_PROTOCOL_UNDEFINED. */
uint32_t winscard_protocol_from(DWORD protocol);

/* A state of SCardStatus: Windows' enumeration, or pcsc-lite's bits with a count of events above them. */
enum rm_card_state winscard_state_from(DWORD state, DWORD protocol);

/*
 * Copies an ATR that the service claims to have `size` bytes; returns the bytes copied, 0 when the claim is
 * absurd.
 */
size_t winscard_atr_from(const BYTE *atr, DWORD size, uint8_t out[RM_ATR_MAX]);

/* Does the code say that something happened to the card that SCardReconnect is needed for? */
bool winscard_is_notice(rm_status status);

#endif
