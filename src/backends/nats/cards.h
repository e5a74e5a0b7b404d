/* The tables of connections and of the cards that share them. Used by connection.c and service.c. */
#ifndef SCARDSSP_BACKENDS_NATS_CARDS_H
#define SCARDSSP_BACKENDS_NATS_CARDS_H

#include "backends/nats/state.h"

/* What is behind a context. */
struct nats_context *cards_context(struct rm_context *context);

/* Makes a connection of the session, and the context's card for it. RM_E_SERVER_TOO_BUSY, RM_E_NO_MEMORY. */
rm_status cards_make(struct nats_context *context, struct nats_session *session, const char *reader,
                     const char *subject, struct nats_card **out);

/* Makes another card of a connection. RM_E_INVALID_HANDLE: there is none of that number. */
rm_status cards_adopt(struct nats_context *context, uint64_t handle, struct nats_card **out);

/* Frees a card; ends: and its connection is no more. */
void cards_drop(struct nats_card *card, bool ends);

/* Frees all cards of a context. Connections that others have, too, no longer work for them. */
void cards_drop_all(struct nats_context *context);

#endif
