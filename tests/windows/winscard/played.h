/*
 * played.dll: the card object over the backend for Windows' smart card service, and that service played in the process. It stays
 * loaded, as scardssp.dll does. Used by test_winscard_ends.c.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_WINSCARD_PLAYED_H
#define SCARDSSP_TESTS_WINDOWS_WINSCARD_PLAYED_H

#include "objects/win.h"

/*
 * A card object that is attached to the played reader and has sent a command, so that all that a connection has of threads is
 * there; waits: and whose thread is waiting for the turn of another program that never ends its transaction. NULL: no memory.
 */
typedef ISCard *played_card(BOOL waits);

/* How many contexts of the played service are open. */
typedef unsigned played_contexts(void);

/* keeper.dll: keeps the object in a global, and releases it when the DLL is unloaded or the process ends. */
typedef void keeper_keep(ISCard *card);

#endif
