/*
 * Codes of the card holder (PINs, CHV): VERIFY, CHANGE REFERENCE DATA, RESET RETRY COUNTER and the switch for
 * the verification requirement (ISO/IEC 7816-4:2005 §7.5). Used by ISCardVerify and, to verify, by
 * ISCardAuth. Status words become codes as hresult_from_sw() has it for SW_USE_CODE. Nothing is kept of a
 * code.
 */
#ifndef SCARDSSP_SERVICES_CODE_H
#define SCARDSSP_SERVICES_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "services/link.h"
#include "services/profile.h"

/* Bit 8 of a reference (P2, table 65): the code, or key, is one of the current directory. */
#define CODE_LOCAL 0x80u

/* One code of the card. */
struct code {
    uint8_t cla;                            /* class of the commands */
    const struct scardssp_profile *profile; /* knows the card's status words; NULL: those of ISO/IEC 7816-4 */
    struct scardssp_profile_form form;
    uint8_t way;       /* P1 of VERIFY; 0 unless a program names an algorithm of the card's own */
    uint8_t asked;     /* what a program asks for: P2 where the card's profile says nothing else */
    uint8_t reference; /* P2 (table 65): bit 8 set: of the current directory */
};

/* The references that have been shown; what code_forget() undoes. Starts zeroed. */
struct code_shown {
    uint32_t bits[8];
};

/*
 * P2 for a card specific reference of a caller's: global or local, then its bits 5 to 1 count; neither: the
 * number itself, 0 to 255. E_INVALIDARG: both, or out of range (negative, above 255).
 */
HRESULT code_reference(LONG reference, bool global, bool local, uint8_t *p2_out);

/*
 * VERIFY with these bytes. E_INVALIDARG: none, or more than a command can carry, which is not sent.
 * SCARD_W_WRONG_CHV, SCARD_W_CHV_BLOCKED, SCARD_E_INVALID_CHV, E_INVALIDARG (no such reference).
 */
HRESULT code_verify(struct service_link *link, const struct code *code, const uint8_t *bytes, size_t size);

/*
 * VERIFY without data, or STATUS of a SIM (3GPP TS 51.011 9.2.2), which does not tell whether the code was
 * shown; it uses up no try. S_OK: verified or not required. SCARD_W_CARD_NOT_AUTHENTICATED:
 * it is, and *tries_out tells how often it may still be tried, -1 where the card does not tell.
 * SCARD_W_CHV_BLOCKED. E_INVALIDARG: no such reference. On other codes *tries_out is -1.
 */
HRESULT code_ask(struct service_link *link, const struct code *code, int *tries_out);

/*
 * CHANGE REFERENCE DATA with the former and the new code, P1 00; former NULL: the new one alone, P1 01, for
 * cards that have verified the former. E_INVALIDARG: one of them is empty, or both are too much for a
 * command.
 */
HRESULT code_change(struct service_link *link, const struct code *code, const uint8_t *former,
                    size_t former_size, const uint8_t *wanted, size_t wanted_size);

/*
 * ENABLE or DISABLE VERIFICATION REQUIREMENT: whether the code is to be asked for. With the code, P1 00;
 * bytes NULL: without, P1 01.
 */
HRESULT code_require(struct service_link *link, const struct code *code, bool required, const uint8_t *bytes,
                     size_t size);

/*
 * RESET RETRY COUNTER. number 0: nothing is presented, P1 03; greater: a resetting code of that many decimal
 * digits, filled up with leading zeros to 8, P1 01. The code itself stays. E_INVALIDARG: negative.
 */
HRESULT code_unblock(struct service_link *link, const struct code *code, LONG number);

/*
 * RESET RETRY COUNTER with a resetting code and a new code, P1 00, both written down as the code is; a SIM
 * calls its first code 0 then (3GPP TS 51.011 9.2.13). E_INVALIDARG: one of them is empty, or both are too
 * much for a command.
 */
HRESULT code_renew(struct service_link *link, const struct code *code, const uint8_t *resetting,
                   size_t resetting_size, const uint8_t *wanted, size_t wanted_size);

/*
 * Takes back whatever has been shown, so that the card wants it again: VERIFY with P1 FF for each reference
 * (7816-4:2013 §11.5.6), and where the card refuses one a reset instead. Nothing shown: nothing is sent.
 * On success *shown is empty. On failure it is as it was.
 */
HRESULT code_forget(struct service_link *link, uint8_t cla, struct code_shown *shown);

/* Adds a reference to what has been shown. */
static inline void code_note(struct code_shown *shown, uint8_t reference) {
    shown->bits[reference / 32] |= (uint32_t)1 << reference % 32;
}

#endif
