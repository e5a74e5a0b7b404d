/* The command set of a SIM (GSM 11.11). Used by dispatch.c. */
#ifndef SCARDSSP_SIM_GSM_H
#define SCARDSSP_SIM_GSM_H

#include "icc/os.h"

/* Carries out a command of class A0 on channel 0; returns a status word of GSM 11.11 §9.4. */
uint16_t sim_gsm_run(struct sim_card *card, struct command *command);

#endif
