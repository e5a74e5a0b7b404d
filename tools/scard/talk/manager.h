/*
 * The manager of a card (ISCardManage) as the commands of the tool use it: attached to a reader by its UTF-8
 * name. Used by the commands about files and codes.
 */
#ifndef SCARD_MANAGER_H
#define SCARD_MANAGER_H

#include "talk/card.h"

/*
 * Makes a manager and attaches it to the card in the reader of exactly this name, shared, for a command:
 * failures are told. On EXIT_GOOD *out is ended with manager_close(); otherwise an exit code.
 */
int manager_open(const char *reader, ISCardManage **out);

/* Ends locks, detaches, leaves the card as it is, and releases; NULL is fine. */
void manager_close(ISCardManage *manage);

/* UTF-8 as a new BSTR, for SysFreeString(). NULL: out of memory. */
BSTR manager_text(const char *text);

/*
 * Makes a directory of the card the current one, whichever it was before: DF01 or /DF01/DF11, both from the
 * master file on, or an AID. NULL: none is asked for, the current one stays. The codes of
 * ISCardFileAccess::ChangeDir.
 */
HRESULT manager_enter(ISCardFileAccess *files, const char *directory);

#endif
