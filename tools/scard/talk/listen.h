/* Runs a search for a card and listens for Ctrl-C meanwhile. Used by search.c. */
#ifndef SCARD_LISTEN_H
#define SCARD_LISTEN_H

#include <stdbool.h>

#include "scardssp.h"

/*
 * ISCardLocate::FindCard, shared, with these protocols. *stopped: Ctrl-C came and has ended it.
 * E_OUTOFMEMORY.
 */
HRESULT listen_find(ISCardLocate *locate, int protocols, SCARDINFO **out, bool *stopped);

#endif
