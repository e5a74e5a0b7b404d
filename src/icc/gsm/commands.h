/*
 * What the files of the SIM's command set share (GSM 11.11): status words, instructions, and the commands
 * that have a file of their own.
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

/* Instructions of §9.2, table 9. */
enum {
    GSM_INS_INVALIDATE = 0x04,
    GSM_INS_VERIFY_CHV = 0x20,
    GSM_INS_CHANGE_CHV = 0x24,
    GSM_INS_DISABLE_CHV = 0x26,
    GSM_INS_ENABLE_CHV = 0x28,
    GSM_INS_UNBLOCK_CHV = 0x2C,
    GSM_INS_INCREASE = 0x32,
    GSM_INS_REHABILITATE = 0x44,
    GSM_INS_RUN_ALGORITHM = 0x88,
    GSM_INS_SEEK = 0xA2,
    GSM_INS_SELECT = 0xA4,
    GSM_INS_READ_BINARY = 0xB0,
    GSM_INS_READ_RECORD = 0xB2,
    GSM_INS_GET_RESPONSE = 0xC0,
    GSM_INS_UPDATE_BINARY = 0xD6,
    GSM_INS_UPDATE_RECORD = 0xDC,
    GSM_INS_STATUS = 0xF2,
    GSM_INS_SLEEP = 0xFA
};

/* record.c */
command_handler sim_gsm_seek, sim_gsm_increase;

/* algorithm.c */
command_handler sim_gsm_algorithm, sim_gsm_sleep;

#endif
