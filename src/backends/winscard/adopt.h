/*
 * Taking over connections that a program made itself: a member of the table of calls (winscard.c), and what
 * renewing needs.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_ADOPT_H
#define SCARDSSP_BACKENDS_WINSCARD_ADOPT_H

#include "backends/winscard/connection.h"

/* Member of struct rm_ops; rm.h says what it does. */
rm_status winscard_adopt(struct rm_context *context, uint64_t handle, struct rm_bound *bound,
                         struct rm_card **out);

/*
 * Asks a connection for the name of its reader, the protocol and how it is shared. A name that is no text is
 * empty. The codes of rm_status_of(), RM_E_NO_MEMORY, RM_E_INSUFFICIENT_BUFFER: an absurd name.
 */
rm_status winscard_adopt_learn(struct winscard_card *card, const struct winscard_limit *limit);

#endif
