/*
 * One step of a list of commands: judged before anything is sent, then sent to the card. Used by `scard
 * apdu`.
 */
#ifndef SCARD_STEP_H
#define SCARD_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "steps/script.h"
#include "talk/card.h"

#define STEP_NO_CLASS UINT32_MAX

/* How steps are sent. */
struct step_manner {
    int share;      /* the mode that the card is attached in */
    bool raw;       /* bytes go as they stand, and 61xx and 6Cxx are shown (ISCardEx::RawMode) */
    uint32_t class; /* of GET RESPONSE, 0..255 (ISCardCmd::AlternateClassId); STEP_NO_CLASS: the command's */
};

/* What came back. Starts as {0}; ended by step_answer_free(). */
struct step_answer {
    uint8_t *bytes; /* data and status word; of a reset the ATR */
    size_t size;
    uint16_t sw; /* 9000 after a reset */
};

/* Whether a command certainly carries a PIN or a key (scardssp_apdu_secret()). */
bool step_is_secret(const struct script_step *step);

/*
 * S_OK, E_INVALIDARG: not a well-formed APDU, or, raw, no byte at all; other codes: it could not be found
 * out. Sends nothing.
 */
HRESULT step_check(const struct script_step *step, bool raw);

/*
 * Sends the step's command, or resets the card with the share mode it is attached in. On success *out is what
 * came. The codes of ISCard::Transaction, ISCardEx::TransmitBytes and ReAttach; SCARD_F_COMM_ERROR: an answer
 * without a status word.
 */
HRESULT step_send(ISCard *card, const struct step_manner *manner, const struct script_step *step,
                  struct step_answer *out);

/* Bytes of the data that came: those before the status word. */
size_t step_answer_data_size(const struct step_answer *answer);

/* Wipes and frees the bytes; it is {0} again. */
void step_answer_free(struct step_answer *answer);

#endif
