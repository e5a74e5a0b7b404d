/*
 * Asymmetric keys of the simulated card, by the library that each system has for them: RSA (PKCS #1), and
 * ECDSA and ECDH on the curve P-256 (FIPS 186, SP 800-56A). Used by the image loader, piv/ and openpgp/.
 */
#ifndef SCARDSSP_SIM_KEYPAIR_H
#define SCARDSSP_SIM_KEYPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "icc/keypair/numbers.h"

#define KEYPAIR_SIGNATURE_MAX 72u /* of ECDSA: two numbers in DER */
#define KEYPAIR_HASH_MAX 64u

struct keypair;

/*
 * Reads a private key in DER: PKCS #8 without encryption, RSAPrivateKey of PKCS #1 or ECPrivateKey of RFC
 * 5915. NULL: it is none of these, another curve, an RSA key of more than 4096 bits or not of whole bytes, or
 * out of memory. Ended by sim_keypair_free().
 */
struct keypair *sim_keypair_read(const uint8_t *der, size_t size);

/* Wipes and frees. NULL: does nothing. */
void sim_keypair_free(struct keypair *keypair);

/* What key it is, and its size in bytes: that of the modulus, or KEYPAIR_P256. */
enum keypair_kind sim_keypair_kind(const struct keypair *keypair);
size_t sim_keypair_size(const struct keypair *keypair);

/* A public key: of RSA the modulus and the exponent, on P-256 the point and no exponent. */
struct keypair_public {
    uint8_t bytes[KEYPAIR_RSA_MAX];
    size_t size;
    uint8_t exponent[KEYPAIR_EXPONENT_MAX];
    size_t exponent_size; /* without zeros in front */
};

/* The public key of the pair. false: the library refuses, or there is no room for the exponent. */
bool sim_keypair_public(const struct keypair *keypair, struct keypair_public *out);

/*
 * RSADP and RSASP1 of PKCS #1: `in` to the power of the private exponent, both of the modulus' size. false:
 * it is no RSA key, `in` is not less than the modulus, or the library refuses; out is then zero.
 */
bool sim_keypair_power(const struct keypair *keypair, const uint8_t *in, uint8_t *out);

/*
 * Signs a hash of 1 to KEYPAIR_HASH_MAX bytes by ECDSA; the signature is a SEQUENCE of two INTEGERs. Returns
 * its size; 0: it is no key on P-256, or the library refuses.
 */
size_t sim_keypair_sign(const struct keypair *keypair, const uint8_t *hash, size_t size,
                        uint8_t out[KEYPAIR_SIGNATURE_MAX]);

/* What comes of an agreement; anything but DONE leaves zeros. */
enum keypair_result {
    KEYPAIR_DONE,
    KEYPAIR_REFUSED, /* it is no key on P-256, or the point is not on the curve */
    KEYPAIR_MISSING  /* this system's library does not have ECDH */
};

/* ECDH: X of what the key and the point make. */
enum keypair_result sim_keypair_agree(const struct keypair *keypair, const uint8_t point[KEYPAIR_POINT],
                                      uint8_t out[KEYPAIR_P256]);

#endif
