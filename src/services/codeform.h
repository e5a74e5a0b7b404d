/*
 * How a code of the card holder is written down for the card: filled up, in digits of half a byte, as a PIN
 * block. Which way a card wants is its profile's to say. Used by code.c.
 */
#ifndef SCARDSSP_SERVICES_CODEFORM_H
#define SCARDSSP_SERVICES_CODEFORM_H

#include <stddef.h>
#include <stdint.h>

#include "com/win.h"
#include "services/profile.h"

/* Bytes that a code of `size` characters takes in a command of the card. */
size_t codeform_size(const struct scardssp_profile_form *form, size_t size);

/*
 * Whether the code could be one of the card: its length is one of the form's, and it has digits alone where
 * the form wants them. S_OK, or SCARD_E_INVALID_CHV.
 */
HRESULT codeform_check(const struct scardssp_profile_form *form, const uint8_t *code, size_t size);

/* Writes the code, which has been checked, to `out`: codeform_size() bytes. */
void codeform_write(const struct scardssp_profile_form *form, const uint8_t *code, size_t size, uint8_t *out);

#endif
