/* The objects of a measurement: a card in a reader and a command for it. For the rows of the benchmark. */
#ifndef SCARDSSP_BENCH_SUBJECT_H
#define SCARDSSP_BENCH_SUBJECT_H

#include <stdbool.h>

#ifndef COBJMACROS
#define COBJMACROS
#endif
#include <scardssp.h>

/* GET CHALLENGE of this many bytes is what is sent. */
#define CHALLENGE_SIZE 8

struct subject {
    ISCard *card;
    ISCardCmd *cmd;
};

/*
 * Attaches to the reader (SHARED) and builds the command. false: *why says what failed; close all the same.
 */
bool subject_open(struct subject *subject, const char *reader, SCARD_PROTOCOLS protocol, const char **why);
void subject_close(struct subject *subject);

/* One transaction, with eight bytes and 9000 in the reply. */
static inline bool subject_transaction(struct subject *subject) {
    LONG size = 0;
    return ISCard_Transaction(subject->card, &subject->cmd) == S_OK &&
           ISCardCmd_get_ApduReplyLength(subject->cmd, &size) == S_OK && size == CHALLENGE_SIZE + 2;
}

#endif
