/* A file or directory of a card as a line, of text or of JSON. Used by the shell's ls, tree and find. */
#ifndef SCARD_SHELL_ENTRY_H
#define SCARD_SHELL_ENTRY_H

#include "shell/session.h"

/*
 * Prints identifier, name, kind and size, and meaning; `depth` directories further to the right. In JSON
 * where the session is to.
 */
void entry_tell(const struct session *session, const struct listing_entry *entry, unsigned depth);

#endif
