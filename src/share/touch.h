/*
 * Which cards a session has sent something to: they are reset when it is lost, so that nothing it has told
 * them serves the next user. Used by the files of share/ alone.
 */
#ifndef SCARDSSP_SHARE_TOUCH_H
#define SCARDSSP_SHARE_TOUCH_H

#include "share/state.h"

/* Notes what a request is about to do, and what has become of it: a reset by the session itself is one. */
void touch_before(struct share *share, const struct share_job *job);
void touch_after(struct share *share, const struct share_job *job, rm_status status);

#endif
