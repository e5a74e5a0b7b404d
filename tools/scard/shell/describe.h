/* What the card says of a file or directory, asked and printed. Used by the shell's info and select. */
#ifndef SCARD_SHELL_DESCRIBE_H
#define SCARD_SHELL_DESCRIBE_H

#include "shell/session.h"

/*
 * Asks about a path of the user's; *place_out gets where it leads. The session is held. E_INVALIDARG: it
 * leads nowhere; the codes of ISCardFileAccess::GetProperties.
 */
HRESULT describe_ask(struct session *session, const char *path, char place_out[PLACE_MAX], struct facts *out);

/* Tells the place, its name, and what was told of it. */
void describe_tell(const struct session *session, const char *place, const struct facts *facts);

#endif
