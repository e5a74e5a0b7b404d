/* What a card is called, by its ATR: as introduced, else by the public list. For `scard watch`. */
#ifndef SCARD_CARDNAME_H
#define SCARD_CARDNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a name with its NUL; longer ones are cut. */
#define CARDNAME_MAX 256

/* The first name for the ATR into out (CARDNAME_MAX bytes); false, and an empty one: nobody knows any. */
bool cardname_find(const uint8_t *atr, size_t size, char *out);

#endif
