/*
 * What a card that means no good answers to a virtual reader: wrong lengths, halves, floods, nothing at all.
 * vpcd_card.h has a command that asks for each. Not on Windows.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_SERVICES_RUDE_ANSWER_H
#define SCARDSSP_TESTS_SUPPORT_SERVICES_RUDE_ANSWER_H

#include <stdbool.h>

enum rude {
    RUDE_ONE_BYTE,    /* no status word */
    RUDE_LARGEST,     /* 65535 bytes, as many as a message can have */
    RUDE_ODD_LENGTHS, /* another length each time, 2 to 700 */
    RUDE_LIES,        /* says another length each time, and sends that of the one before */
    RUDE_TWICE,       /* two answers at once */
    RUDE_FLOOD,       /* megabytes, as long as somebody takes them */
    RUDE_HALF,        /* half of what it says, then hangs up */
    RUDE_STOPS,       /* half of what it says, then nothing more */
    RUDE_HANGS_UP,    /* no answer */
    RUDE_RESETS,      /* no answer, and an error of the connection */
    RUDE_SILENT,      /* no answer, ever */
    RUDE_NOTHING,     /* an answer of no bytes */
    RUDES
};

extern const char *const rude_names[RUDES];

/* Answers at the socket; gives up when stop_fd is readable. false: the card is to hang up. */
bool rude_answer(int fd, int stop_fd, enum rude manner);

#endif
