/* Which readers and groups of readers there are. Used by pcsc.c, wait.c and attach.c. */
#ifndef SCARDSSP_BACKENDS_PCSC_READERS_H
#define SCARDSSP_BACKENDS_PCSC_READERS_H

#include "rm/rm.h"

/* The calls of struct rm_ops; what they do is said there. */
rm_status pcsc_context_list_readers(struct rm_context *context, struct rm_bound *bound, struct names *out);
rm_status pcsc_context_list_groups(struct rm_context *context, struct rm_bound *bound, struct names *out);

#endif
