/* The end of a context with all that it has. Called by SCardReleaseContext. */
#ifndef SCARDSSP_DROPIN_RELEASE_H
#define SCARDSSP_DROPIN_RELEASE_H

#include <winscard.h>

#include "rm/rm.h"

/*
 * Ends the context of this number: no call finds it any more, its connections end (connection_abandon()), its
 * waits come back. Waits for commands that cards are executing for other threads, not for other users of
 * their readers. RM_E_INVALID_HANDLE: there is none such.
 */
rm_status context_release(LONG number);

#endif
