/* What an agent says of itself and of who uses it. Used by request.c. */
#ifndef SCARDSSP_SHARE_REPORT_H
#define SCARDSSP_SHARE_REPORT_H

#include "share/state.h"

/* Its description (remote/description.h); 0: no room. */
size_t report_description(struct share *share, uint8_t *out, size_t room);

/*
 * Its sessions, as many as there is room for, without the first `skip`: remote/usage.h. Returns the bytes; 0:
 * there are no more.
 */
size_t report_sessions(struct share *share, uint32_t skip, uint8_t *out, size_t room);

#endif
