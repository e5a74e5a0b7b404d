/* Making connections, taking them over, and making them again after a fault. Used by pcsc.c. */
#ifndef SCARDSSP_BACKENDS_PCSC_ATTACH_H
#define SCARDSSP_BACKENDS_PCSC_ATTACH_H

#include "rm/rm.h"

/* The calls of struct rm_ops; what they do is said there. */
rm_status pcsc_attach_connect(struct rm_context *context, const char *reader, uint32_t share,
                              uint32_t protocols, struct rm_bound *bound, struct rm_card **out);
rm_status pcsc_attach_adopt(struct rm_context *context, uint64_t handle, struct rm_bound *bound,
                            struct rm_card **out);
rm_status pcsc_attach_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                struct rm_bound *bound);

#endif
