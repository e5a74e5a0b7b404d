/*
 * Quirks: answers of a card image that differ from what ISO/IEC 7816-4 makes of its files, for cards that
 * people met (docs/card-image.md, "Quirks"). card.c and dispatch.c ask here before the card's own commands; a
 * card without quirks never comes here.
 */
#ifndef SCARDSSP_SIM_QUIRK_H
#define SCARDSSP_SIM_QUIRK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "icc/os.h"

#define QUIRKS_MAX 65536u
#define QUIRK_PATTERN_MAX 64u
#define QUIRK_STATE_MAX 65535u
#define QUIRK_DELAY_MAX 60000u
#define QUIRK_SILENT UINT32_MAX /* instead of a delay: there is no answer */

/* How much of its data a quirk gives at once. */
enum quirk_give {
    QUIRK_AS_ASKED,  /* as the card's own commands do: Le bytes, P3 bytes, or none in case 4 of T=0 */
    QUIRK_ALL,       /* everything, whatever Le says */
    QUIRK_ANNOUNCED, /* nothing: 61xx */
    QUIRK_EXACT      /* everything to the Le that asks for just so much, 6Cxx to any other */
};

struct quirk {
    uint8_t pattern[QUIRK_PATTERN_MAX]; /* what the command begins with... */
    uint8_t mask[QUIRK_PATTERN_MAX];    /* ...in these bits */
    uint8_t pattern_size;               /* 0: every command */
    int32_t state;                      /* the state it is for, -1: every one */
    int32_t next;                       /* the state afterwards, -1: the same */
    bool answers;                       /* has a status word; without one the card's own command answers */
    bool keeps;                         /* what waits from earlier commands stays */
    enum quirk_give give;
    uint16_t sw;
    uint8_t *data; /* malloc()ed */
    uint32_t size;
    uint32_t delay_ms; /* or QUIRK_SILENT */
};

/* The first quirk for the command (the bytes of a TPDU or an APDU) in the card's present state, or NULL. */
const struct quirk *sim_quirk_find(const struct sim_card *card, const uint8_t *bytes, size_t size);

/* Moves on to the quirk's next state, and answers if it has an answer: true, *sw is the status word. */
bool sim_quirk_answer(struct sim_card *card, const struct quirk *quirk, struct command *command,
                      uint16_t *sw);

/* Frees the card's quirks. */
void sim_quirk_free(struct sim_card *card);

#endif
