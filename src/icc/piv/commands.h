/*
 * The commands of a PIV card (NIST SP 800-73-4, part 2) that differ from those of ISO/IEC 7816-4, and how the
 * card comes to have them. Used by the files of this folder and by dispatch.c.
 */
#ifndef SCARDSSP_SIM_PIV_COMMANDS_H
#define SCARDSSP_SIM_PIV_COMMANDS_H

#include "icc/os.h"

/* object.c: GET DATA and PUT DATA, odd instruction: the data name the object. */
command_handler sim_piv_get_data, sim_piv_put_data;

/* reference.c: what concerns the PIN and its PUK. */
command_handler sim_piv_verify, sim_piv_change_reference, sim_piv_reset_retry;

/* authenticate.c */
command_handler sim_piv_authenticate;

/* piv.c: where a PIV card differs from the card of ISO/IEC 7816-4. */
extern const struct command_set sim_piv_commands;

#endif
