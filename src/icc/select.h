/* What SELECT means, for the cards that answer it in their own way. Used by select.c and uicc/select.c. */
#ifndef SCARDSSP_SIM_SELECT_H
#define SCARDSSP_SIM_SELECT_H

#include "apdu/tlv.h"
#include "icc/os.h"

/*
 * Finds the file that P1, P2 and the data of SELECT mean (ISO/IEC 7816-4 §11.2.2; P1 is one of table 62); in
 * a UICC 7FFF, alone or at the beginning of a path from the MF, is the current application. Returns 0, or the
 * status word: the data cannot be what P1 announces (6A87), there is no such file (6A82), and *out is then
 * NULL or as it was.
 */
uint16_t sim_select_find(const struct sim_card *card, const struct channel *channel, const struct apdu *apdu,
                         struct file **out);

/*
 * The end of SELECT: the file is current in the command's channel, and the card answers with what it says of
 * it. Returns the status word: 6283 for a file that is deactivated; where the answer's length is not the one
 * that was asked for (6Cxx), nothing has been selected.
 */
uint16_t sim_select_finish(struct sim_card *card, struct command *command, struct file *file,
                           const struct tlv *answer);

#endif
