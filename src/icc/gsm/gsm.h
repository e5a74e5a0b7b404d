/* What the files of the SIM's command set share (GSM 11.11). */
#ifndef SCARDSSP_SIM_GSM_H
#define SCARDSSP_SIM_GSM_H

#include "icc/os.h"

/* Status words of §9.4. */
enum {
    GSM_MEMORY_FAILURE = 0x9240,
    GSM_NO_EF = 0x9400,
    GSM_OUT_OF_RANGE = 0x9402,
    GSM_NOT_FOUND = 0x9404,
    GSM_WRONG_FILE = 0x9408,
    GSM_NO_CHV = 0x9802,
    GSM_ACCESS = 0x9804,
    GSM_CHV_STATUS = 0x9808,
    GSM_INVALIDATED = 0x9810,
    GSM_BLOCKED = 0x9840,
    GSM_OVERFLOW = 0x9850
};

/* Leaves the answer for GET RESPONSE and announces it by 9Fxx, on T=1 as well. */
void sim_gsm_announce(struct sim_card *card, struct command *command, const uint8_t *bytes, uint32_t size);

/* record.c */
command_handler sim_gsm_seek, sim_gsm_increase;

/* algorithm.c */
command_handler sim_gsm_algorithm, sim_gsm_sleep;

#endif
