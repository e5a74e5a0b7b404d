/* Serial numbers of readers. Used where a user means a reader, and by `scard list`. */
#ifndef SCARD_SERIAL_H
#define SCARD_SERIAL_H

#include <stdbool.h>

/* Bytes of a serial number as text, with its NUL. */
#define SERIAL_MAX 129

/*
 * Asks a reader for its serial number (out: SERIAL_MAX bytes): text as it is, other bytes in hexadecimal.
 * Connects to the reader for a moment, not to a card in it. false, and an empty one: it tells none, or cannot
 * be asked now.
 */
bool serial_find(const char *reader, char *out);

#endif
