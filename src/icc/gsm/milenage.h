/*
 * Milenage (3GPP TS 35.206) as far as a SIM of GSM wants it (TS 55.205): RUN GSM ALGORITHM of the simulated
 * SIM. It stands in for COMP128, which is not published by those who made it.
 */
#ifndef SCARDSSP_SIM_MILENAGE_H
#define SCARDSSP_SIM_MILENAGE_H

#include <stdbool.h>
#include <stdint.h>

#define MILENAGE_BLOCK 16u
#define MILENAGE_SRES 4u
#define MILENAGE_KC 8u

/* OPc for the operator's OP and the subscriber's key K (TS 35.206 §4.1). false: the cipher failed. */
bool sim_milenage_opc(const uint8_t k[MILENAGE_BLOCK], const uint8_t op[MILENAGE_BLOCK],
                      uint8_t opc[MILENAGE_BLOCK]);

/*
 * A3 and A8: SRES and Kc for the challenge RAND. SRES is made of RES by the first of its two ways, Kc of CK
 * and IK (TS 55.205). false: the cipher failed; sres and kc are then zero.
 */
bool sim_milenage_gsm(const uint8_t k[MILENAGE_BLOCK], const uint8_t opc[MILENAGE_BLOCK],
                      const uint8_t rand[MILENAGE_BLOCK], uint8_t sres[MILENAGE_SRES],
                      uint8_t kc[MILENAGE_KC]);

#endif
