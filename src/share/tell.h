/* What an agent tells whoever runs it. Used by the files of share/ alone. */
#ifndef SCARDSSP_SHARE_TELL_H
#define SCARDSSP_SHARE_TELL_H

#include "share/state.h"

/* Tells one event (options.h); who and reader may be NULL. */
void share_tell(const struct share *share, enum share_event_kind kind, const char *who, const char *reader,
                uint32_t status);

#endif
