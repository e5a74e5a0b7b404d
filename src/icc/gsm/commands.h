/*
 * What the files of the SIM's command set share (GSM 11.11): status words, and the commands that have a file
 * of their own.
 */
#ifndef SCARDSSP_SIM_GSM_COMMANDS_H
#define SCARDSSP_SIM_GSM_COMMANDS_H

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

/* record.c */
command_handler sim_gsm_seek, sim_gsm_increase;

/* algorithm.c */
command_handler sim_gsm_algorithm, sim_gsm_sleep;

#endif
