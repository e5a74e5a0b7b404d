/*
 * How the card that is there takes codes: its class, the reference and the form of a code, what its status
 * words say. By the profile that holds in the current directory. Used by ISCardVerify and ISCardAuth.
 */
#ifndef SCARDSSP_SERVICES_CODEWAY_H
#define SCARDSSP_SERVICES_CODEWAY_H

#include "services/code.h"
#include "services/filesystem.h"

/* Notes in *code, of which it takes what a program asks for, what is known of the card's way. */
void codeway_note(const struct filesystem *files, struct code *code);

/*
 * After a command about the code that returned `hr`: whether it is worth sending again, since the card has
 * turned out to be of another family; that is so once at most. One that does not know the class
 * (SCARD_E_UNSUPPORTED_FEATURE) is asked for its current directory, which shows what it is; then *code is
 * noted anew. No try of the code has been used up.
 */
bool codeway_learned(struct filesystem *files, HRESULT hr, struct code *code);

/* Verifies the code, which has been noted, in the card's way; the codes of code_verify(). */
HRESULT codeway_verify(struct filesystem *files, struct code *code, const uint8_t *bytes, size_t size);

#endif
