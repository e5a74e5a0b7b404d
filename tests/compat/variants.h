/* Variants that the tests of their changes begin with, and rows of changes to check. */
#ifndef SCARDSSP_TESTS_COMPAT_VARIANTS_H
#define SCARDSSP_TESTS_COMPAT_VARIANTS_H

#include "support/kits/com.h"

/* An integer of that type, or whatever its bytes are there; a real; a text, for the caller to clear. */
VARIANT variants_whole(VARTYPE type, int64_t value);
VARIANT variants_real(VARTYPE type, double value);
VARIANT variants_text(const wchar_t *text);

/* An array of bytes, for the caller to clear; a pointer to something of that type. */
VARIANT variants_bytes(const char *bytes, ULONG size);
VARIANT variants_reference(VARTYPE type, void *target);

/* The types that own nothing. */
#define VARIANTS_PLAIN 18
extern const VARTYPE variants_plain[VARIANTS_PLAIN];

/* The value of an integer type, as wide as it is stored. */
uint64_t variants_stored(const VARIANT *value);

struct change {
    VARIANT from;
    VARTYPE type;
    HRESULT hr;
    uint64_t expected; /* two's complement, as wide as the type */
};

/* Each changed into another variant and in place; one that is refused leaves its target as it was. */
void variants_check(const struct change *rows, size_t count);

#endif
