/*
 * Connecting to a card: SCardConnect with a bound, and patience with cards that were switched off. Used by
 * attach.c.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_CONNECT_H
#define SCARDSSP_BACKENDS_WINSCARD_CONNECT_H

#include "backends/winscard/question.h"
#include "backends/winscard/worker.h"

/*
 * Connects by a new worker, which the caller closes. *protocol: the one in use. RM_E_UNKNOWN_READER,
 * RM_E_NO_SMARTCARD, RM_E_SHARING_VIOLATION, RM_E_PROTO_MISMATCH, RM_W_UNPOWERED_CARD,
 * RM_W_UNRESPONSIVE_CARD, RM_E_TIMEOUT, RM_E_CANCELLED, RM_E_NO_SERVICE, RM_E_NO_MEMORY.
 */
rm_status winscard_connect(struct winscard_context *context, const wchar_t *reader, uint32_t share,
                           uint32_t protocols, struct rm_bound *bound, struct winscard_worker **worker,
                           uint32_t *protocol);

#endif
