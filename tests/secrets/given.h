/*
 * The secrets that the test hands to the programs which it looks into: read without a buffer that would keep
 * them, and wiped by their user. And how these programs wait to be looked into.
 */
#ifndef SCARDSSP_TESTS_SECRETS_GIVEN_H
#define SCARDSSP_TESTS_SECRETS_GIVEN_H

#include <stdbool.h>
#include <stdint.h>

#define GIVEN_SIZE 16u

struct given {
    uint8_t pin[GIVEN_SIZE], other[GIVEN_SIZE]; /* the card's code 01, and what it is changed to */
    uint8_t puk[GIVEN_SIZE];
    uint8_t key[GIVEN_SIZE]; /* a key of a reader or a card */
};

/* Reads them from standard input, where the test has put them. false: they are not there. */
bool given_read(struct given *out);

void given_wipe(struct given *given);

/*
 * Says one line on standard output, "look WHAT PROCESS", and waits until the test has looked: a byte comes.
 */
void given_look(const char *what);

/* Says what became of an operation: "NAME 0x80100001". */
void given_tell(const char *name, uint32_t code);

#endif
