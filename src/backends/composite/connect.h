/* Connections to the cards of all members. Used by composite.c. */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_CONNECT_H
#define SCARDSSP_BACKENDS_COMPOSITE_CONNECT_H

#include "rm/rm.h"

/* The calls of struct rm_ops; what they do is said there. */
rm_status composite_connect(struct rm_context *context, const char *reader, uint32_t share,
                            uint32_t protocols, struct rm_bound *bound, struct rm_card **out);
rm_status composite_adopt(struct rm_context *context, uint64_t handle, struct rm_bound *bound,
                          struct rm_card **out);
void composite_take_back(struct rm_service *service, uint64_t context);

#endif
