/*
 * The numbers of a private key, found in its DER: PKCS #8 without encryption, RSAPrivateKey of PKCS #1 or
 * ECPrivateKey of RFC 5915 on the curve P-256. Nothing is copied. Used by both halves of keypair.h.
 */
#ifndef SCARDSSP_SIM_NUMBERS_H
#define SCARDSSP_SIM_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYPAIR_RSA_MAX 512u    /* bytes of the largest modulus: 4096 bits */
#define KEYPAIR_P256 32u        /* bytes of a coordinate, and of what two keys agree on */
#define KEYPAIR_POINT 65u       /* a public key on P-256: 04, X, Y */
#define KEYPAIR_EXPONENT_MAX 4u /* bytes of a public exponent */

enum keypair_kind { KEYPAIR_RSA, KEYPAIR_EC };

/* Those of an RSA key, in the order of RSAPrivateKey; the last five speed it up. */
enum {
    NUMBER_MODULUS,
    NUMBER_PUBLIC,
    NUMBER_PRIVATE,
    NUMBER_PRIME_1,
    NUMBER_PRIME_2,
    NUMBER_EXPONENT_1,
    NUMBER_EXPONENT_2,
    NUMBER_COEFFICIENT,
    NUMBERS_RSA
};
/* Those of a key on P-256: the secret, and the public key, whose point is 04, X, Y. */
enum { NUMBER_SECRET, NUMBER_POINT, NUMBERS_EC };

/* Most significant byte first, no zeros in front; but a point as it is. */
struct number {
    const uint8_t *bytes;
    size_t size;
};

struct numbers {
    enum keypair_kind kind;
    size_t count; /* NUMBERS_RSA, or 3 where a key has more than two primes; NUMBERS_EC */
    struct number each[NUMBERS_RSA];
};

/*
 * Finds them; they lead into `der`. false: it is none of these forms, another curve, without its public
 * key, an RSA key of more than KEYPAIR_RSA_MAX bytes, not of whole bytes or with a public exponent of more
 * than KEYPAIR_EXPONENT_MAX, or there is something behind it.
 */
bool numbers_find(const uint8_t *der, size_t size, struct numbers *out);

#endif
