/* From a command to its handler. Used by card.c. */
#ifndef SCARDSSP_SIM_DISPATCH_H
#define SCARDSSP_SIM_DISPATCH_H

#include "icc/os.h"

/* Gives the card, its image read, the handlers of its command set. */
void sim_commands_prepare(struct sim_card *card);

/* Runs a parsed command: class, channel, chaining, then its handler. Returns the SW. */
uint16_t sim_command_run(struct sim_card *card, struct command *command);

#endif
