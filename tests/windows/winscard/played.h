/*
 * played.dll: the card object over the backend for Windows' smart card service, and that service played in
 * the process. It stays loaded, as scardssp.dll does. served/scenes.c is the same with that one. Used by
 * test_winscard_ends.c.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_WINSCARD_PLAYED_H
#define SCARDSSP_TESTS_WINDOWS_WINSCARD_PLAYED_H

#include "com/win.h"
#include "scenes.h"

/*
 * A card object that is attached to the played reader and has had a transaction, so that all that a
 * connection has of threads is there; it waits a minute for others. shares: the other thread has a reference
 * of its own. NULL: the scene cannot be set.
 */
typedef ISCard *played_card(enum played_scene scene, BOOL shares);

/* How many contexts of the played service are open. */
typedef unsigned played_contexts(void);

/*
 * keeper.dll: keeps the object in a global, and releases it when the DLL is unloaded or the process ends.
 * tidies: it locks it, resets the card and detaches first.
 */
typedef void keeper_keep(ISCard *card, BOOL tidies);

#endif
