/* All files and directories below one. Used by the shell's tree and find. */
#ifndef SCARD_SHELL_WALK_H
#define SCARD_SHELL_WALK_H

#include "shell/session.h"

/* Gets one; depth: how many directories are between it and where the walk began. */
typedef void (*walk_visitor)(void *user, const struct listing_entry *entry, unsigned depth);

/*
 * Visits all below a directory, each before what is in it. What may not be listed has nothing in it. The
 * session is held. The codes of session_list() of the directory itself; SCARD_E_CANCELLED: Ctrl-C.
 */
HRESULT walk_below(struct session *session, const char *place, walk_visitor visit, void *user);

#endif
