/* Codes as the card wants them: see codeform.h. */
#include "services/codeform.h"

#include <string.h>

#include "com/hresult.h"

/* ISO 9564-1, 9.2.3 (format 2): 2, the number of digits, digits, and F to the end. */
#define BLOCK_SIZE 8u
#define BLOCK_CONTROL 0x20u
#define BLOCK_FILL 0xFFu
#define BLOCK_DIGITS_LEAST 4u
#define BLOCK_DIGITS_MOST 12u

static size_t own_size(const struct scardssp_profile_form *form, size_t size) {
    switch (form->encoding) {
    case SCARDSSP_PROFILE_CODE_BCD:
        return size / 2 + size % 2;
    case SCARDSSP_PROFILE_CODE_BLOCK:
        return BLOCK_SIZE;
    default:
        return size;
    }
}

size_t codeform_size(const struct scardssp_profile_form *form, size_t size) {
    const size_t own = own_size(form, size);
    return own < form->size ? form->size : own;
}

static bool has_digits_alone(const uint8_t *code, size_t size) {
    for (size_t i = 0; i < size; ++i)
        if (code[i] < '0' || code[i] > '9')
            return false;
    return true;
}

HRESULT codeform_check(const struct scardssp_profile_form *form, const uint8_t *code, size_t size) {
    const bool block = form->encoding == SCARDSSP_PROFILE_CODE_BLOCK;
    const bool fits = !form->most || (size >= form->least && size <= form->most);
    const bool fits_block = !block || (size >= BLOCK_DIGITS_LEAST && size <= BLOCK_DIGITS_MOST);
    const bool good = form->encoding == SCARDSSP_PROFILE_CODE_PLAIN || has_digits_alone(code, size);
    return fits && fits_block && good ? S_OK : hresult_from_rm(RM_E_INVALID_CHV);
}

/* Two digits a byte over what lies there already, which stays where digits are not. */
static void write_digits(const uint8_t *code, size_t size, uint8_t *out) {
    for (size_t i = 0; i < size; ++i) {
        const unsigned digit = (unsigned)(code[i] - '0');
        const unsigned before = out[i / 2];
        out[i / 2] = (uint8_t)(i % 2 ? (before & 0xF0) | digit : digit << 4 | (before & 0x0F));
    }
}

void codeform_write(const struct scardssp_profile_form *form, const uint8_t *code, size_t size,
                    uint8_t *out) {
    const bool block = form->encoding == SCARDSSP_PROFILE_CODE_BLOCK;
    memset(out, block ? BLOCK_FILL : form->pad, codeform_size(form, size));
    if (block) {
        out[0] = (uint8_t)(BLOCK_CONTROL | size);
        write_digits(code, size, out + 1);
    } else if (form->encoding == SCARDSSP_PROFILE_CODE_BCD) {
        write_digits(code, size, out);
    } else {
        memcpy(out, code, size);
    }
}
