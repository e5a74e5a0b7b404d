/* The way to another directory of the card. Used by the shell's cd and select. */
#ifndef SCARD_SHELL_MOVE_H
#define SCARD_SHELL_MOVE_H

#include "shell/session.h"

/*
 * Makes the directory there the session's current one, on the card too; a failure leaves the one that was. An
 * application that was reached by an identifier goes by its name, by which its kind is known. The session is
 * held. E_INVALIDARG: the path leads nowhere; the codes of ISCardFileAccess::ChangeDir.
 */
HRESULT move_to(struct session *session, const char *path);

#endif
