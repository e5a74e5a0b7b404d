/* Making connections and making them anew: members of the table of calls (winscard.c). */
#ifndef SCARDSSP_BACKENDS_WINSCARD_ATTACH_H
#define SCARDSSP_BACKENDS_WINSCARD_ATTACH_H

#include "rm/rm.h"

/* Members of struct rm_ops; rm.h says what they do. */
rm_status winscard_attach_connect(struct rm_context *context, const char *reader, uint32_t share,
                                  uint32_t protocols, struct rm_bound *bound, struct rm_card **out);
rm_status winscard_attach_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                    struct rm_bound *bound);

#endif
