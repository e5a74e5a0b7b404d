/* A client of the PC/SC service, from its beginning to its end. Used by pcsc.c. */
#ifndef SCARDSSP_BACKENDS_PCSC_CONTEXT_H
#define SCARDSSP_BACKENDS_PCSC_CONTEXT_H

#include "rm/rm.h"

/* The calls of struct rm_ops that belong to a context; what they do is said there. */
rm_status pcsc_context_open(struct rm_service *service, struct rm_bound *bound, struct rm_context **out);
void pcsc_context_close(struct rm_context *context);
uint64_t pcsc_context_handle(const struct rm_context *context);
void pcsc_context_cancel(struct rm_context *context);

#endif
