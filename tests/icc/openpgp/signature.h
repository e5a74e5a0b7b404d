/*
 * A signature by an OpenPGP card's elliptic curve, which answers both numbers bare, as whoever verifies wants
 * it. For the tests of cards and of the providers over them.
 */
#ifndef TESTS_ICC_OPENPGP_SIGNATURE_H
#define TESTS_ICC_OPENPGP_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SIGNATURE_NUMBER 32u
#define SIGNATURE_DER_MAX (2u + 2u * (3u + SIGNATURE_NUMBER))

/*
 * One as INTEGER: in DER no zero is before it but one that keeps it from being negative. Returns its size.
 */
static inline size_t signature_add(uint8_t *out, const uint8_t *number) {
    size_t skip = 0;
    while (skip + 1 < SIGNATURE_NUMBER && !number[skip])
        ++skip;
    const size_t sign = number[skip] >> 7;
    out[0] = 0x02;
    out[1] = (uint8_t)(sign + SIGNATURE_NUMBER - skip);
    out[2] = 0;
    memcpy(out + 2 + sign, number + skip, SIGNATURE_NUMBER - skip);
    return 2 + (size_t)out[1];
}

/* SEQUENCE { INTEGER, INTEGER } of the two in `numbers`. Returns the bytes. */
static inline size_t signature_der(const uint8_t numbers[2 * SIGNATURE_NUMBER],
                                   uint8_t out[SIGNATURE_DER_MAX]) {
    const size_t first = signature_add(out + 2, numbers);
    out[0] = 0x30;
    out[1] = (uint8_t)(first + signature_add(out + 2 + first, numbers + SIGNATURE_NUMBER));
    return 2 + (size_t)out[1];
}

#endif
