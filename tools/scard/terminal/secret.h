/*
 * A PIN or another secret as its owner gives it: typed without being shown, through a descriptor, or by a
 * program that asks for it; never from the command line, where everybody could read it. Used by the commands
 * that take PINs.
 */
#ifndef SCARD_SECRET_H
#define SCARD_SECRET_H

#include <stddef.h>
#include <stdint.h>

#define SECRET_MAX 64

/* A secret as it was typed, without the end of its line; wiped with secret_wipe(). */
struct secret {
    char text[SECRET_MAX + 1];
    size_t size;
};

#define SECRET_NO_DESCRIPTOR UINT32_MAX

/* Where secrets come from, in this order: the descriptor, the program, the terminal. */
struct secret_source {
    uint32_t descriptor; /* a line for each secret; SECRET_NO_DESCRIPTOR: none */
    const char *askpass; /* a program that asks, in the manner of SSH_ASKPASS; NULL: none was named */
};

/*
 * Gets one secret. question: what is asked for, "PIN 01"; shown by whoever asks. Without a terminal the
 * program that SSH_ASKPASS names asks. On EXIT_GOOD *out is the caller's to wipe; otherwise, after a message,
 * an exit code, and *out is wiped. Too long, empty, or no line at all: EXIT_CARD.
 */
int secret_get(const struct secret_source *source, const char *question, struct secret *out);

/* Whether a person types it, who may slip: it is better asked for twice. */
int secret_is_typed(const struct secret_source *source);

/* Overwrites it with zeros. */
void secret_wipe(struct secret *secret);

#endif
