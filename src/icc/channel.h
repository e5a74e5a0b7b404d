/* Logical channels: what is selected on each. Used by card.c and by the files of the commands. */
#ifndef SCARDSSP_SIM_CHANNEL_H
#define SCARDSSP_SIM_CHANNEL_H

#include "icc/os.h"

/* Makes a DF, or an EF and the DF it lies in, current; local PINs and keys out of reach are forgotten. */
void sim_channel_select(struct channel *channel, struct file *file);

/* Opens the channel at the master file, with nothing shown or proven. */
void sim_channel_open(struct sim_card *card, struct channel *channel, struct file *df);

/* Ends the channel and wipes its state. */
void sim_channel_close(struct channel *channel);

#endif
