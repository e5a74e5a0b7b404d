/* Lists that a resource manager gives: its readers and its groups of readers. Used by database.c and finder.c. */
#ifndef SCARDSSP_CLIENT_READERS_H
#define SCARDSSP_CLIENT_READERS_H

#include "carddb/carddb.h"
#include "rm/names.h"
#include "rm/rm.h"

/*
 * Appends the names of all readers / of all groups to a list, in the service's order; none: RM_OK. Other codes of
 * rm_list_readers(); RM_E_NO_MEMORY.
 */
rm_status readers_list(struct rm_context *context, struct names *out);
rm_status readers_groups(struct rm_context *context, struct names *out);

#endif
