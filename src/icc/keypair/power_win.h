/*
 * Powers of large numbers, for RSA on Windows: CNG takes a private key for signing and for deciphering with
 * paddings of its own, and not for the bare operation that cards have. Used by keypair_win.c.
 */
#ifndef SCARDSSP_SIM_POWER_WIN_H
#define SCARDSSP_SIM_POWER_WIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POWER_SIZE_MAX 512u

/*
 * base to the power of exponent, modulo modulus: all of `size` bytes (a multiple of 4, at most
 * POWER_SIZE_MAX), most significant first. The time it takes tells nothing of the exponent. false: a size
 * that it does not take, the modulus is even, or the base is not less than it.
 */
bool sim_power(const uint8_t *base, const uint8_t *exponent, const uint8_t *modulus, size_t size,
               uint8_t *out);

#endif
