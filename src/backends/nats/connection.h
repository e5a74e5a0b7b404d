/* Connections to cards that are elsewhere, and what is done with them. Used by service.c. */
#ifndef SCARDSSP_BACKENDS_NATS_CONNECTION_H
#define SCARDSSP_BACKENDS_NATS_CONNECTION_H

#include "backends/nats/state.h"

/* What is behind a card. */
struct nats_card *nats_connection_card(struct rm_card *card);
const struct nats_card *nats_connection_card_of(const struct rm_card *card);

/* The calls of the port (rm/rm.h). */
rm_status nats_connection_connect(struct rm_context *context, const char *reader, uint32_t share,
                                  uint32_t protocols, struct rm_bound *bound, struct rm_card **out);
rm_status nats_connection_adopt(struct rm_context *context, uint64_t handle, struct rm_bound *bound,
                                struct rm_card **out);
uint64_t nats_connection_handle(const struct rm_card *card);
const char *nats_connection_reader(const struct rm_card *card);
rm_status nats_connection_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                    struct rm_bound *bound);
rm_status nats_connection_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
void nats_connection_abandon(struct rm_card *card);
rm_status nats_connection_begin(struct rm_card *card, struct rm_bound *bound);
rm_status nats_connection_end(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
rm_status nats_connection_status(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound);
rm_status nats_connection_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                                   uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status nats_connection_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                                  uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status nats_connection_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                                     struct rm_bound *bound);
rm_status nats_connection_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size,
                                     struct rm_bound *bound);

/* Ends all cards of a context, without a word to the agents: its sessions are ended next. */
void nats_connection_end_all(struct nats_context *context);

#endif
