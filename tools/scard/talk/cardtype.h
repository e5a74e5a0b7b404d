/* Types of cards as the tool shows them. Used by `scard cards` and `scard atr`. */
#ifndef SCARD_CARDTYPE_H
#define SCARD_CARDTYPE_H

#include "scardssp_db.h"
#include "terminal/json.h"

/* Bytes of a sentence from the card database. */
#define CARDTYPE_MESSAGE_MAX 1024

/* Prints name, ATR, mask where it has gaps, provider and interfaces, in lines. */
void cardtype_print(const struct scardssp_card_type *type);

/* The same as an object of JSON. */
void cardtype_write(struct json *json, const char *key, const struct scardssp_card_type *type);

/*
 * Into the object that is open: "failed", the name of the code, so that what is not there is not taken for
 * none; nothing for S_OK.
 */
void cardtype_write_failed(struct json *json, int32_t status);

/*
 * Tells that the card database refused: "WHAT 'NAME'". message: what it says about it, may be empty. Returns
 * EXIT_CARD.
 */
int cardtype_fail(int32_t status, const char *message, const char *what, const char *name);

#endif
