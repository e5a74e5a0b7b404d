/* A file or directory of a card as a line. Used by the shell's ls, tree and find. */
#ifndef SCARD_SHELL_ENTRY_H
#define SCARD_SHELL_ENTRY_H

#include "shell/listing.h"

/* Prints identifier, name, kind and size, and meaning; `depth` directories further to the right. */
void entry_print(const struct listing_entry *entry, unsigned depth);

#endif
