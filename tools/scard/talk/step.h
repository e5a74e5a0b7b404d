/*
 * One step of `scard apdu`: checks a command, sends it, prints command and reply. Commands that carry a
 * secret (VERIFY and its kin) are printed without it.
 */
#ifndef SCARD_STEP_H
#define SCARD_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "talk/card.h"
#include "talk/script.h"

/* Whether a command certainly carries a PIN or a key (scardssp_apdu_secret()). */
bool step_is_secret(const struct script_step *step);

/*
 * S_OK, E_INVALIDARG: not a well-formed APDU, or, raw, no byte at all; other codes: it could not be found
 * out. Sends nothing.
 */
HRESULT step_check(const struct script_step *step, bool raw);

/* How steps are run. */
struct step_manner {
    int share; /* the mode that the card is attached in */
    bool raw;  /* bytes go as they stand, and 61xx and 6Cxx are shown (ISCardEx::RawMode) */
};

/*
 * Sends the step's command, or resets the card with the share mode it is attached in, and prints what went to
 * and fro. On success *sw_out is the status word, 0x9000 after a reset. The codes of ISCard::Transaction,
 * ISCardEx::TransmitBytes and ReAttach.
 */
HRESULT step_run(ISCard *card, const struct step_manner *manner, const struct script_step *step,
                 uint16_t *sw_out);

#endif
