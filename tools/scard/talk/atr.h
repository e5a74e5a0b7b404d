/*
 * ATRs as users give them: in hexadecimal, or by the reader with the card. Used by `scard atr` and `scard
 * cards`.
 */
#ifndef SCARD_ATR_H
#define SCARD_ATR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "terminal/table.h"

/* More than an ATR can have: those that are too long can be explained, too. Bytes. */
#define ATR_ROOM 64

struct atr_bytes {
    uint8_t bytes[ATR_ROOM];
    size_t size;
};

/* Reads hexadecimal of this command's command line; what: "--atr", for the message. Returns an exit code. */
int atr_from_hex(const struct command *command, const char *what, const char *text, struct atr_bytes *out);

/* The ATR of the card in a reader, see reader_choose(). Returns an exit code. */
int atr_from_reader(const char *wanted, struct atr_bytes *out);

/*
 * Whether words of a command line look like bytes in hexadecimal rather than like the name or number of a
 * reader.
 */
bool atr_is_meant(const char *text);

#endif
