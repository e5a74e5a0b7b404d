/* What a file of a card says, in words. Used by the shell's cat. */
#ifndef SCARD_SHELL_CONTENT_H
#define SCARD_SHELL_CONTENT_H

#include "transfer/filecopy.h"

/* Prints what is known of the content of the file at that place; nothing, where nothing is. */
void content_explain(const char *place, const struct filecopy *copy);

#endif
