/* What a UICC tells of a file (ETSI TS 102 221). Called by select.c. */
#ifndef SCARDSSP_SIM_UICC_FCP_H
#define SCARDSSP_SIM_UICC_FCP_H

#include "apdu/tlv.h"
#include "icc/os.h"

/*
 * Makes the file control parameters of the file (template 62, §11.1.1.3): descriptor, identifier, DF name,
 * what is proprietary, life cycle, the reference to the rule in EF.ARR, and the states of the PINs for a
 * directory, or sizes and short identifier for an EF.
 */
void sim_uicc_fcp(const struct sim_card *card, const struct file *file, struct tlv *out);

#endif
