/*
 * What the terminal of a PIV card computes, by the library that each system has for it. Used by
 * test_authenticate.c.
 */
#ifndef TESTS_ICC_PIV_TERMINAL_H
#define TESTS_ICC_PIV_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether the signature of the hash (32 bytes, SHA-256) is one by the key of the certificate (X.509 in DER):
 * RSA with the padding of PKCS #1 v1.5, or ECDSA on P-256.
 */
bool terminal_verify(const uint8_t *certificate, size_t size, const uint8_t *hash, size_t hash_size,
                     const uint8_t *signature, size_t signature_size);

/* One block of AES backwards. */
void terminal_decrypt(const uint8_t *key, size_t key_size, const uint8_t in[16], uint8_t out[16]);

/* Whether this system's library has ECDH with the shared secret as it is. */
bool terminal_expects_agreement(void);

#endif
