/* A client of Windows' smart card service, from its beginning to its end. Used by winscard.c. */
#ifndef SCARDSSP_BACKENDS_WINSCARD_CONTEXT_H
#define SCARDSSP_BACKENDS_WINSCARD_CONTEXT_H

#include "rm/rm.h"

/* Members of struct rm_ops; rm.h says what they do. */
rm_status winscard_context_open(struct rm_service *service, struct rm_bound *bound, struct rm_context **out);
void winscard_context_close(struct rm_context *context);
uint64_t winscard_context_handle(const struct rm_context *context);
void winscard_context_cancel(struct rm_context *context);

#endif
