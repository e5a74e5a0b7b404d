/*
 * The dialect of the PC/SC library: every place where pcsc-lite's numbers differ from the port's, which are
 * WinSCard's. *_from: out of pcsc-lite's; *_to: into them. Used by the backend that calls the library
 * (backends/pcsc/) and by the library that stands in its place (dropin/).
 *
 *   meaning                 pcsc-lite               WinSCard and the port
 *   RAW protocol            4                       0x10000
 *   state of SCardStatus    mask 1 2 4 .. 0x40      enumeration 0..6
 *   UNSUPPORTED_FEATURE     0x8010001F              0x80100022
 *   ATR in a reader state   33 bytes                36 bytes
 *   receive buffer          at most 65548 bytes     no limit
 *   control code n          0x42000000 + n          0x310000 + 4 n
 *   a reader kept by one    EXCLUSIVE               EXCLUSIVE and INUSE
 *   a card without power    no state of a reader    STATE_UNPOWERED
 */
#ifndef SCARDSSP_PCSCLITE_MAP_H
#define SCARDSSP_PCSCLITE_MAP_H

#include <winscard.h>

#include "rm/rm.h"

/* Largest buffers the library takes, in bytes; it refuses larger ones even for small answers. */
#define PCSC_RECEIVE_MAX 65548u
#define PCSC_ATTRIB_MAX 264u

/*
 * A status code. pcsc-lite has one number for UNEXPECTED and UNSUPPORTED_FEATURE and never means the former;
 * its COMM_ERROR is the daemon hanging up in mid-call, which the port calls SERVICE_STOPPED. A number that is
 * no code of smart cards is RM_F_UNKNOWN_ERROR.
 */
rm_status pcsc_status_from(LONG code);

/* The other way: pcsc-lite's number for UNSUPPORTED_FEATURE, never negative where LONG has 64 bits. */
LONG pcsc_status_to(rm_status status);

/* One protocol out of the library; a set of them into it, and out of a program. What has no counterpart is
 * left out. */
uint32_t pcsc_protocol_from(DWORD protocol);
DWORD pcsc_protocols_to(uint32_t protocols);
uint32_t pcsc_protocols_from(DWORD set);

/*
 * The highest state that holds. pcscd says "negotiable" even after it has agreed on a protocol with the card,
 * so with `protocol` not undefined that is RM_CARD_SPECIFIC.
 */
enum rm_card_state pcsc_card_state_from(DWORD state, DWORD protocol);

/*
 * The mask of SCardStatus for a state, as pcscd gives it: a card that has answered is negotiable, also after
 * a protocol has been agreed on.
 */
DWORD pcsc_card_state_to(enum rm_card_state state);

/* Is there a card without power? (SCardStatus: present, but neither powered nor mute) */
bool pcsc_card_unpowered(DWORD state);

/* A control code; codes outside WinSCard's smart card range, such as a driver's own, stay as they are. */
DWORD pcsc_control_to(uint32_t code);
uint32_t pcsc_control_from(DWORD code);

/* The state of a reader (RM_STATE_* bits and the count of changes) as pcsc-lite reports it. */
uint32_t pcsc_reader_state_to(uint32_t state);

/*
 * Copies an ATR of a library that claims `size` bytes; returns the bytes copied, 0 when the claim is absurd.
 */
size_t pcsc_atr_from(const unsigned char *atr, DWORD size, uint8_t out[RM_ATR_MAX]);

#endif
