/* Powers by Montgomery's multiplication (Handbook of Applied Cryptography, 14.36): see power_win.h. */
#include "icc/keypair/power_win.h"

#include <string.h>

#include "base/wipe.h"

#define LIMB 4u /* bytes */
#define LIMB_BITS 32u
#define LIMBS_MAX (POWER_SIZE_MAX / LIMB)

/* Least significant limb first. */
typedef uint32_t number[LIMBS_MAX];

struct modulus {
    number value;
    size_t limbs;
    uint32_t inverse; /* -1 / value modulo a limb */
};

static void load(uint32_t *out, const uint8_t *bytes, size_t limbs) {
    for (size_t i = 0; i < limbs; i++) {
        const uint8_t *at = bytes + (limbs - 1 - i) * LIMB;
        out[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
}

static void store(uint8_t *bytes, const uint32_t *from, size_t limbs) {
    for (size_t i = 0; i < limbs; i++)
        for (unsigned j = 0; j < LIMB; j++)
            bytes[(limbs - 1 - i) * LIMB + j] = (uint8_t)(from[i] >> (LIMB - 1 - j) * 8);
}

/* out = choice ? a : b, whatever choice is, in the same time; choice is 0 or 1. */
static void choose(uint32_t *out, const uint32_t *a, const uint32_t *b, uint32_t choice, size_t limbs) {
    const uint32_t mask = (uint32_t)0 - choice;
    for (size_t i = 0; i < limbs; i++)
        out[i] = (a[i] & mask) | (b[i] & ~mask);
}

/* out = a - b; returns what had to be borrowed. */
static uint32_t subtract(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t limbs) {
    uint32_t borrow = 0;
    for (size_t i = 0; i < limbs; i++) {
        const uint64_t difference = (uint64_t)a[i] - b[i] - borrow;
        out[i] = (uint32_t)difference;
        borrow = difference >> 63 ? 1 : 0;
    }
    return borrow;
}

/* A number with one more limb `top` above it, which is less than twice the modulus, becomes less than it. */
static void reduce(uint32_t *out, const uint32_t *from, uint32_t top, const struct modulus *m) {
    number reduced;
    const uint32_t borrow = subtract(reduced, from, m->value, m->limbs);
    choose(out, reduced, from, top | (borrow ^ 1), m->limbs);
    wipe(reduced, sizeof reduced);
}

/* out = a * b / 2^(32 * limbs), modulo m; out may be a or b. */
static void multiply(uint32_t *out, const uint32_t *a, const uint32_t *b, const struct modulus *m) {
    uint32_t sum[LIMBS_MAX + 2] = {0};
    const size_t n = m->limbs;
    for (size_t i = 0; i < n; i++) {
        uint64_t carry = 0;
        for (size_t j = 0; j < n; j++) {
            carry += sum[j] + (uint64_t)a[i] * b[j];
            sum[j] = (uint32_t)carry;
            carry >>= LIMB_BITS;
        }
        carry += sum[n];
        sum[n] = (uint32_t)carry;
        sum[n + 1] = (uint32_t)(carry >> LIMB_BITS);
        const uint32_t quotient = sum[0] * m->inverse;
        carry = (sum[0] + (uint64_t)quotient * m->value[0]) >> LIMB_BITS;
        for (size_t j = 1; j < n; j++) {
            carry += sum[j] + (uint64_t)quotient * m->value[j];
            sum[j - 1] = (uint32_t)carry;
            carry >>= LIMB_BITS;
        }
        carry += sum[n];
        sum[n - 1] = (uint32_t)carry;
        sum[n] = sum[n + 1] + (uint32_t)(carry >> LIMB_BITS);
    }
    reduce(out, sum, sum[n], m);
    wipe(sum, sizeof sum);
}

/* Newton's iteration: each step doubles the bits that are right, the first three of an odd number are. */
static void find_inverse(struct modulus *m) {
    uint32_t inverse = m->value[0];
    for (unsigned i = 0; i < 4; i++)
        inverse *= 2 - m->value[0] * inverse;
    m->inverse = (uint32_t)0 - inverse;
}

/* 2^(bits) modulo m, by doubling. */
static void power_of_two(uint32_t *out, size_t bits, const struct modulus *m) {
    memset(out, 0, sizeof(number));
    out[0] = 1;
    for (size_t bit = 0; bit < bits; bit++) {
        uint32_t carry = 0;
        for (size_t i = 0; i < m->limbs; i++) {
            const uint32_t top = out[i] >> (LIMB_BITS - 1);
            out[i] = out[i] << 1 | carry;
            carry = top;
        }
        reduce(out, out, carry, m);
    }
}

bool sim_power(const uint8_t *base, const uint8_t *exponent, const uint8_t *modulus, size_t size,
               uint8_t *out) {
    struct modulus m = {.limbs = size / LIMB};
    number square, factor, result, with, one = {1};
    if (!size || size % LIMB || size > POWER_SIZE_MAX || !(modulus[size - 1] & 1) ||
        memcmp(base, modulus, size) >= 0)
        return false;
    load(m.value, modulus, m.limbs);
    find_inverse(&m);
    power_of_two(square, 2 * size * 8, &m);
    load(factor, base, m.limbs);
    multiply(factor, factor, square, &m);
    multiply(result, one, square, &m);
    for (size_t bit = 0; bit < size * 8; bit++) {
        multiply(result, result, result, &m);
        multiply(with, result, factor, &m);
        choose(result, with, result, exponent[bit / 8] >> (7 - bit % 8) & 1u, m.limbs);
    }
    multiply(result, result, one, &m);
    store(out, result, m.limbs);
    wipe(factor, sizeof factor);
    wipe(result, sizeof result);
    wipe(with, sizeof with);
    return true;
}
