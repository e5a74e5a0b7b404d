/*
 * The commands of a UICC that those of ISO/IEC 7816-4 do not cover, and how the card comes to have them.
 * Used by the files of this folder and by dispatch.c.
 */
#ifndef SCARDSSP_SIM_UICC_COMMANDS_H
#define SCARDSSP_SIM_UICC_COMMANDS_H

#include "icc/os.h"

/* Instructions of ETSI TS 102 221, table 10.5, that are not ISO/IEC 7816-4's. */
enum { UICC_INS_TERMINAL_PROFILE = 0x10, UICC_INS_TERMINAL_CAPABILITY = 0xAA, UICC_INS_STATUS = 0xF2 };

/* select.c */
command_handler sim_uicc_select, sim_uicc_status;

/* authenticate.c: AUTHENTICATE of a USIM. */
command_handler sim_usim_authenticate;

/* uicc.c: where a UICC differs from the card of ISO/IEC 7816-4. */
extern const struct command_set sim_uicc_commands;

#endif
