/*
 * Milenage (3GPP TS 35.206) for AUTHENTICATE of a USIM, and as far as a SIM of GSM wants it (TS 55.205): RUN
 * GSM ALGORITHM of the simulated SIM, where it stands in for COMP128, which is not published by those who
 * made it. Used by gsm/ and uicc/.
 */
#ifndef SCARDSSP_SIM_MILENAGE_H
#define SCARDSSP_SIM_MILENAGE_H

#include <stdbool.h>
#include <stdint.h>

#define MILENAGE_BLOCK 16u
#define MILENAGE_SRES 4u
#define MILENAGE_KC 8u
#define MILENAGE_SQN 6u
#define MILENAGE_AMF 2u
#define MILENAGE_MAC 8u
#define MILENAGE_RES 8u

/* What a challenge is answered with (§4.1): secret but for res. */
struct milenage_answer {
    uint8_t res[MILENAGE_RES];                         /* f2 */
    uint8_t ck[MILENAGE_BLOCK], ik[MILENAGE_BLOCK];    /* f3, f4 */
    uint8_t ak[MILENAGE_SQN], resync_ak[MILENAGE_SQN]; /* f5, f5* */
};

/*
 * OPc for the operator's OP and the subscriber's key K (TS 35.206 §4.1). opc may be op. false: the cipher
 * failed, and opc is as it was.
 */
bool sim_milenage_opc(const uint8_t k[MILENAGE_BLOCK], const uint8_t op[MILENAGE_BLOCK],
                      uint8_t opc[MILENAGE_BLOCK]);

/* The same in place, where there is still OP: then no longer. false as above; nothing has changed. */
static inline bool sim_milenage_ready(const uint8_t k[MILENAGE_BLOCK], uint8_t opc[MILENAGE_BLOCK],
                                      bool *is_op) {
    if (*is_op && sim_milenage_opc(k, opc, opc))
        *is_op = false;
    return !*is_op;
}

/* f2 to f5* for the challenge RAND. false: the cipher failed; *out is then zero. The caller wipes *out. */
bool sim_milenage_answer(const uint8_t k[MILENAGE_BLOCK], const uint8_t opc[MILENAGE_BLOCK],
                         const uint8_t rand[MILENAGE_BLOCK], struct milenage_answer *out);

/*
 * f1 and f1*: what proves the challenge, a sequence number and AMF to come from one who knows the keys. mac:
 * to the card; resync_mac: from the card. false: the cipher failed; both are then zero.
 */
bool sim_milenage_mac(const uint8_t k[MILENAGE_BLOCK], const uint8_t opc[MILENAGE_BLOCK],
                      const uint8_t rand[MILENAGE_BLOCK], const uint8_t sqn[MILENAGE_SQN],
                      const uint8_t amf[MILENAGE_AMF], uint8_t mac[MILENAGE_MAC],
                      uint8_t resync_mac[MILENAGE_MAC]);

/*
 * SRES and Kc of GSM, made of the answer: SRES of RES by the first of its two ways, Kc of CK and IK (TS
 * 55.205).
 */
void sim_milenage_for_gsm(const struct milenage_answer *answer, uint8_t sres[MILENAGE_SRES],
                          uint8_t kc[MILENAGE_KC]);

/*
 * A3 and A8: SRES and Kc for the challenge RAND, both steps in one. false: the cipher failed; sres and kc are
 * then zero.
 */
bool sim_milenage_gsm(const uint8_t k[MILENAGE_BLOCK], const uint8_t opc[MILENAGE_BLOCK],
                      const uint8_t rand[MILENAGE_BLOCK], uint8_t sres[MILENAGE_SRES],
                      uint8_t kc[MILENAGE_KC]);

#endif
