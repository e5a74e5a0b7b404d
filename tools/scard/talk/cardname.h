/* What a card is called, by its ATR: as introduced, else by the public list. Used where a card
 * is shown or meant by its name. */
#ifndef SCARD_CARDNAME_H
#define SCARD_CARDNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a name with its NUL; longer ones are cut. */
#define CARDNAME_MAX 256

/* The first name for the ATR into out (CARDNAME_MAX bytes); false, and an empty one: nobody knows any. */
bool cardname_find(const uint8_t *atr, size_t size, char *out);

/*
 * Whether one of its names, of both sources, fits what is wanted. fits: says so of one name; `wanted` is
 * passed on to it.
 */
bool cardname_any(const uint8_t *atr, size_t size, bool (*fits)(const char *name, const char *wanted),
                  const char *wanted);

#endif
