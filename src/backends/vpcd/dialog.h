/*
 * Messages to a card and back, over the socket it has connected with: the reader's end of vpcd's protocol, a
 * 16-bit big-endian length and that many bytes. Nothing the card sends is taken on trust; a card that says
 * what makes no sense, or stops in the middle of it, loses its connection, which takes it out of the reader.
 * cardslot.c uses it, one call at a time.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_DIALOG_H
#define SCARDSSP_BACKENDS_VPCD_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slots/slot.h"

#define DIALOG_MESSAGE_MAX 65535u

/* Messages of one byte are the reader's; every other length is a command. Only DIALOG_ATR is answered. */
enum dialog_control { DIALOG_OFF = 0, DIALOG_ON = 1, DIALOG_RESET = 2, DIALOG_ATR = 4 };

struct dialog {
    int peer;          /* peer.h */
    struct slot *slot; /* whose call it is says when it has to end (slot_sleep()) */
    unsigned owed;     /* answers to come that nobody waits for any more */
    bool broken;       /* the connection has ended: what may still lie in it is nobody's */
};

enum dialog_end {
    DIALOG_DONE,
    DIALOG_CALLED_OFF, /* the call had to end before the first byte came; the answer is owed */
    DIALOG_LATE,       /* so it is here: the time was over */
    DIALOG_BROKEN      /* the connection has ended, by the card or for what it sent */
};

/* Sends one message of 1..DIALOG_MESSAGE_MAX bytes. DIALOG_DONE, DIALOG_BROKEN. */
enum dialog_end dialog_say(struct dialog *dialog, const uint8_t *bytes, size_t size);

/* Sends messages of one byte each, `count` up to 3, in one go. */
enum dialog_end dialog_control(struct dialog *dialog, const uint8_t *controls, size_t count);

/*
 * Receives the answer to what was said last, until the deadline (clock_deadline()). *size: what the card
 * announced, 0..DIALOG_MESSAGE_MAX, of which the first `room` bytes at most are in `bytes`.
 */
enum dialog_end dialog_hear(struct dialog *dialog, uint8_t *bytes, size_t room, uint64_t deadline,
                            size_t *size);

/* Ends the connection; nothing is said or heard any more. */
void dialog_break(struct dialog *dialog);

/*
 * Between two calls, without waiting: whether the connection has ended, or the card has sent what it was not
 * asked for.
 */
bool dialog_is_over(const struct dialog *dialog);

#endif
