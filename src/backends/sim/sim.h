/*
 * The simulator as its owner sees it: the hand that plugs readers and moves cards. setup.h makes it.
 * module/backends.c makes the one of the process, tests make their own. The calls act at once; programs
 * blocked in a wait see it. They may be called from any thread. Text is UTF-8. Names and images:
 * scardssp_sim.h.
 */
#ifndef SCARDSSP_BACKENDS_SIM_SIM_H
#define SCARDSSP_BACKENDS_SIM_SIM_H

#include <stddef.h>
#include <stdint.h>

#include "rm/rm.h"

struct sim_card;

/*
 * Plugs in a reader, empty (image NULL) or with a card. flags: 1 (SCARDSSP_SIM_EJECTOR): it can eject.
 * RM_E_DUPLICATE_READER; RM_E_INVALID_PARAMETER: name NULL, empty, longer than 127 bytes or the pseudo
 * reader's, unknown flags, bad image (with message, may be NULL). RM_E_NO_MEMORY.
 */
rm_status sim_plug(struct rm_service *service, const char *reader, const char *image, uint32_t flags,
                   char *message, size_t message_size);

/* The same with a card (NULL: empty) that is the reader's from now on, or destroyed. */
rm_status sim_plug_card(struct rm_service *service, const char *reader, struct sim_card *card,
                        uint32_t flags);

/*
 * Gives a reader a PIN pad, for cards that are put in from now on: somebody types `pin`, and `next` twice
 * for a new one; "": presses Cancel. RM_E_UNKNOWN_READER; RM_E_INVALID_PARAMETER: NULL, or longer than 16
 * characters.
 */
rm_status sim_give_pad(struct rm_service *service, const char *reader, const char *pin, const char *next);

/* Pulls the reader's cable. RM_E_UNKNOWN_READER; RM_E_INVALID_PARAMETER: reader NULL (here and below). */
rm_status sim_unplug(struct rm_service *service, const char *reader);

/*
 * Puts a fresh card in; one that is there is taken out first. RM_E_UNKNOWN_READER; RM_E_INVALID_PARAMETER and
 * message as above.
 */
rm_status sim_insert(struct rm_service *service, const char *reader, const char *image, char *message,
                     size_t message_size);

/* Takes the card out and keeps it aside. RM_E_UNKNOWN_READER, RM_E_NO_SMARTCARD. */
rm_status sim_remove(struct rm_service *service, const char *reader);

/* Puts back the card that was taken out last, with all it holds; one that is there is taken out for it.
 * RM_E_UNKNOWN_READER, RM_E_NO_SMARTCARD: there is none. */
rm_status sim_put_back(struct rm_service *service, const char *reader);

/* Arms a fault (enum scardssp_sim_fault). RM_E_UNKNOWN_READER; RM_E_INVALID_PARAMETER: no such fault. */
rm_status sim_fault(struct rm_service *service, const char *reader, uint32_t fault, uint32_t value);

/*
 * The name of the image that stands at this place among those that come with the library; *summary (may be
 * NULL): one line that says what card it is. NULL: there are no more, and *summary stays. Both are static
 * text.
 */
const char *sim_image_name(uint32_t place, const char **summary);

/* Unplugs every reader. */
void sim_clear(struct rm_service *service);

#endif
