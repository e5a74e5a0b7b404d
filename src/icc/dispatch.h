/* From a command to its handler. Used by card.c. */
#ifndef SCARDSSP_SIM_DISPATCH_H
#define SCARDSSP_SIM_DISPATCH_H

#include "icc/os.h"

/* Runs a parsed command: class, channel, chaining, then its handler. Returns the SW. */
uint16_t sim_command_run(struct sim_card *card, struct command *command);

#endif
