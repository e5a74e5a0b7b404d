/*
 * The end of a session: its calls are ended, its connections and their transactions, and where it was lost
 * the cards it has used are reset. Used by the files of share/ alone.
 */
#ifndef SCARDSSP_SHARE_BURIAL_H
#define SCARDSSP_SHARE_BURIAL_H

#include "share/state.h"

/* Ends a session that is in no table any more, and frees it. It may take its time. */
void burial_now(struct share *share, struct share_session *session);

/* The same, by a thread of its own. With the lock held. */
void burial_later(struct share *share, struct share_session *session);

#endif
