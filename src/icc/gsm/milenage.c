/* Milenage's f2, f3 and f4, and what GSM makes of them. Called by algorithm.c and image.c. */
#include "icc/gsm/milenage.h"

#include <string.h>

#include "base/wipe.h"
#include "icc/cipher.h"

static void add(uint8_t *block, const uint8_t *other) {
    for (unsigned i = 0; i < MILENAGE_BLOCK; i++)
        block[i] ^= other[i];
}

/* OUTn = E(rot(TEMP + OPc, r) + c) + OPc; r in bytes, c has bits in its last byte alone (§4.1). */
static bool out(const uint8_t *k, const uint8_t *opc, const uint8_t *temp, unsigned r, uint8_t c,
                uint8_t *block) {
    for (unsigned i = 0; i < MILENAGE_BLOCK; i++) {
        const unsigned from = (i + r) % MILENAGE_BLOCK;
        block[i] = temp[from] ^ opc[from];
    }
    block[MILENAGE_BLOCK - 1] ^= c;
    const bool done = sim_cipher_encrypt(k, MILENAGE_BLOCK, block, block);
    add(block, opc);
    return done;
}

bool sim_milenage_opc(const uint8_t k[MILENAGE_BLOCK], const uint8_t op[MILENAGE_BLOCK],
                      uint8_t opc[MILENAGE_BLOCK]) {
    uint8_t block[MILENAGE_BLOCK];
    memcpy(block, op, sizeof block);
    const bool done = sim_cipher_encrypt(k, MILENAGE_BLOCK, block, block);
    add(block, op);
    memcpy(opc, block, sizeof block);
    wipe(block, sizeof block);
    return done;
}

bool sim_milenage_gsm(const uint8_t k[MILENAGE_BLOCK], const uint8_t opc[MILENAGE_BLOCK],
                      const uint8_t rand[MILENAGE_BLOCK], uint8_t sres[MILENAGE_SRES],
                      uint8_t kc[MILENAGE_KC]) {
    uint8_t temp[MILENAGE_BLOCK], out2[MILENAGE_BLOCK], ck[MILENAGE_BLOCK], ik[MILENAGE_BLOCK];
    memcpy(temp, rand, sizeof temp);
    add(temp, opc);
    const bool done = sim_cipher_encrypt(k, MILENAGE_BLOCK, temp, temp) && out(k, opc, temp, 0, 1, out2) &&
                      out(k, opc, temp, 4, 2, ck) && out(k, opc, temp, 8, 4, ik);
    for (unsigned i = 0; i < MILENAGE_SRES; i++)
        sres[i] = done ? out2[8 + i] ^ out2[12 + i] : 0; /* RES is the second half of OUT2 */
    for (unsigned i = 0; i < MILENAGE_KC; i++)
        kc[i] = done ? ck[i] ^ ck[8 + i] ^ ik[i] ^ ik[8 + i] : 0;
    wipe(temp, sizeof temp);
    wipe(out2, sizeof out2);
    wipe(ck, sizeof ck);
    wipe(ik, sizeof ik);
    return done;
}
