/*
 * The lists of all members, joined, and the readers by their names. Used by composite.c, connect.c and
 * wait.c.
 */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_LISTS_H
#define SCARDSSP_BACKENDS_COMPOSITE_LISTS_H

#include <stddef.h>

#include "backends/composite/context.h"
#include "backends/composite/readernames.h"
#include "rm/rm.h"

/*
 * The calls of struct rm_ops; what they do is said there. Members that fail are left out; if all do: the code
 * of the first. A group of several members is told once.
 */
rm_status composite_list_readers(struct rm_context *context, struct rm_bound *bound, struct names *out);
rm_status composite_list_groups(struct rm_context *context, struct rm_bound *bound, struct names *out);

/*
 * Appends what the member at `place` calls its readers, which is found within the bound. Its codes, and those
 * of composite_context_with().
 */
rm_status composite_list_of(struct composite_context *context, size_t place, struct rm_bound *bound,
                            struct names *out);

/*
 * The reader of this name; where it is not known yet all members are asked for theirs, within the bound.
 * RM_E_UNKNOWN_READER; the codes of composite_list_readers().
 */
rm_status composite_find(struct composite_context *context, const char *reader, struct rm_bound *bound,
                         const struct readername **out);

#endif
