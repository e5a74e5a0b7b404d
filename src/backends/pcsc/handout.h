/* Leaving a connection and its context to the program (FindCard): members of the table of calls (pcsc.c). */
#ifndef SCARDSSP_BACKENDS_PCSC_HANDOUT_H
#define SCARDSSP_BACKENDS_PCSC_HANDOUT_H

#include "rm/rm.h"

/* Members of struct rm_ops; rm.h says what they do. */
rm_status pcsc_hand_out(struct rm_card *card, uint64_t *context);
void pcsc_take_back(struct rm_service *service, uint64_t context);

#endif
