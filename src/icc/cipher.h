/* AES for the simulated card's keys, by the library that each system has for it. Called by auth.c. */
#ifndef SCARDSSP_SIM_CIPHER_H
#define SCARDSSP_SIM_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIM_CIPHER_BLOCK 16u

/*
 * Encrypts one block (FIPS 197) with a key of 16, 24 or 32 bytes; `in` and `out` may be the same. False: a
 * key of another size, out of memory, or the library refuses.
 */
bool sim_cipher_encrypt(const uint8_t *key, size_t key_size, const uint8_t in[SIM_CIPHER_BLOCK],
                        uint8_t out[SIM_CIPHER_BLOCK]);

#endif
