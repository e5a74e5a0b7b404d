/* How the tool says that something failed: one line on stderr with the code, its cause and the remedy. */
#ifndef SCARD_FAILURE_H
#define SCARD_FAILURE_H

#include <stdint.h>

/*
 * Prints "scard: WHAT: SYMBOLIC_NAME (0x........): advice". advice NULL: the library's own for this status.
 * Returns EXIT_CARD.
 */
int failure(int32_t status, const char *advice, const char *what, ...)
    __attribute__((format(__printf__, 3, 4)));

/*
 * The same without a status code: "scard: WHAT; REMEDY". remedy NULL: WHAT has it already (a message of the
 * library's), or the user has asked for this end. Returns EXIT_CARD.
 */
int failure_plain(const char *remedy, const char *what, ...) __attribute__((format(__printf__, 2, 3)));

/* The symbolic name of a status; "S_OK" for 0. */
const char *failure_name(int32_t status);

#endif
