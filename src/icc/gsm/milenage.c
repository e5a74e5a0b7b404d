/* Milenage's f1 to f5*, and what GSM makes of them: see milenage.h. */
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
    if (done)
        memcpy(opc, block, sizeof block);
    wipe(block, sizeof block);
    return done;
}

/* TEMP = E(RAND + OPc). */
static bool make_temp(const uint8_t *k, const uint8_t *opc, const uint8_t *rand, uint8_t *temp) {
    memcpy(temp, rand, MILENAGE_BLOCK);
    add(temp, opc);
    return sim_cipher_encrypt(k, MILENAGE_BLOCK, temp, temp);
}

bool sim_milenage_answer(const uint8_t k[MILENAGE_BLOCK], const uint8_t opc[MILENAGE_BLOCK],
                         const uint8_t rand[MILENAGE_BLOCK], struct milenage_answer *result) {
    uint8_t temp[MILENAGE_BLOCK], out2[MILENAGE_BLOCK], out5[MILENAGE_BLOCK];
    const bool done = make_temp(k, opc, rand, temp) && out(k, opc, temp, 0, 1, out2) &&
                      out(k, opc, temp, 4, 2, result->ck) && out(k, opc, temp, 8, 4, result->ik) &&
                      out(k, opc, temp, 12, 8, out5);
    if (done) {
        memcpy(result->ak, out2, MILENAGE_SQN);
        memcpy(result->res, out2 + MILENAGE_BLOCK - MILENAGE_RES, MILENAGE_RES);
        memcpy(result->resync_ak, out5, MILENAGE_SQN);
    } else {
        wipe(result, sizeof *result);
    }
    wipe(temp, sizeof temp);
    wipe(out2, sizeof out2);
    wipe(out5, sizeof out5);
    return done;
}

bool sim_milenage_mac(const uint8_t k[MILENAGE_BLOCK], const uint8_t opc[MILENAGE_BLOCK],
                      const uint8_t rand[MILENAGE_BLOCK], const uint8_t sqn[MILENAGE_SQN],
                      const uint8_t amf[MILENAGE_AMF], uint8_t mac[MILENAGE_MAC],
                      uint8_t resync_mac[MILENAGE_MAC]) {
    uint8_t temp[MILENAGE_BLOCK], in[MILENAGE_BLOCK], block[MILENAGE_BLOCK];
    for (unsigned half = 0; half < MILENAGE_BLOCK; half += MILENAGE_BLOCK / 2) {
        memcpy(in + half, sqn, MILENAGE_SQN);
        memcpy(in + half + MILENAGE_SQN, amf, MILENAGE_AMF);
    }
    bool done = make_temp(k, opc, rand, temp);
    /* OUT1 = E(TEMP + rot(IN1 + OPc, 64 bits)) + OPc */
    for (unsigned i = 0; i < MILENAGE_BLOCK; i++) {
        const unsigned from = (i + MILENAGE_BLOCK / 2) % MILENAGE_BLOCK;
        block[i] = (uint8_t)(in[from] ^ opc[from] ^ (done ? temp[i] : 0));
    }
    done = done && sim_cipher_encrypt(k, MILENAGE_BLOCK, block, block);
    add(block, opc);
    for (unsigned i = 0; i < MILENAGE_MAC; i++) {
        mac[i] = done ? block[i] : 0;
        resync_mac[i] = done ? block[MILENAGE_MAC + i] : 0;
    }
    wipe(temp, sizeof temp);
    wipe(block, sizeof block);
    return done;
}

void sim_milenage_for_gsm(const struct milenage_answer *answer, uint8_t sres[MILENAGE_SRES],
                          uint8_t kc[MILENAGE_KC]) {
    for (unsigned i = 0; i < MILENAGE_SRES; i++)
        sres[i] = answer->res[i] ^ answer->res[MILENAGE_SRES + i];
    for (unsigned i = 0; i < MILENAGE_KC; i++)
        kc[i] = answer->ck[i] ^ answer->ck[8 + i] ^ answer->ik[i] ^ answer->ik[8 + i];
}

bool sim_milenage_gsm(const uint8_t k[MILENAGE_BLOCK], const uint8_t opc[MILENAGE_BLOCK],
                      const uint8_t rand[MILENAGE_BLOCK], uint8_t sres[MILENAGE_SRES],
                      uint8_t kc[MILENAGE_KC]) {
    struct milenage_answer answer;
    const bool done = sim_milenage_answer(k, opc, rand, &answer);
    sim_milenage_for_gsm(&answer, sres, kc); /* of nothing but zeros where the cipher failed */
    wipe(&answer, sizeof answer);
    return done;
}
