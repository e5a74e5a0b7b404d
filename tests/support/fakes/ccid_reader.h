/*
 * A USB reader of the class CCID as it sees its bulk pipes: a message comes in, one goes out. It has one
 * slot, takes APDUs of any length (in pieces, where they are longer than a message), chooses the card's
 * protocol as it is told to, and holds a card of icc/. Used by usb.c.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_CCID_READER_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_CCID_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "icc/card.h"

#define CCID_MESSAGE_MAX 512u /* small, so that long APDUs come in pieces */
#define CCID_COMMAND_MAX 65544u

/* Starts zeroed: without a card. Not thread-safe. */
struct ccid_reader {
    struct sim_card *card; /* NULL: none is in */
    bool active;           /* it has power */
    enum sim_protocol protocol;
    uint8_t command[CCID_COMMAND_MAX]; /* the pieces so far */
    size_t command_size;
    uint8_t answer[SIM_ANSWER_MAX]; /* what is left of it from `told` on */
    size_t answer_size, told;
};

/* Puts a card in, which becomes the reader's, in place of the one that is; NULL: none. */
void ccid_reader_insert(struct ccid_reader *reader, struct sim_card *card);

/*
 * Answers a message of the class (CCID revision 1.1, §6): PC_to_RDR_... of `size` bytes. Returns the bytes of
 * RDR_to_PC_... in `out` (room for CCID_MESSAGE_MAX); 0: it is none.
 */
size_t ccid_reader_answer(struct ccid_reader *reader, const uint8_t *message, size_t size, uint8_t *out);

#endif
