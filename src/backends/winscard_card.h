/* Connections over Windows' smart card service: what winscard.c puts into its table of calls. */
#ifndef SCARDSSP_BACKENDS_WINSCARD_CARD_H
#define SCARDSSP_BACKENDS_WINSCARD_CARD_H

#include <stdatomic.h>

#include "backends/winscard_api.h"

struct winscard_card;

/* A client. Its lines are the cards'; its own context serves questions about readers. */
struct winscard_context {
    struct rm_context base;
    const struct winscard_api *api;
    SCARDCONTEXT context;
    atomic_uint cancels;   /* counts rm_cancel() */
    CRITICAL_SECTION lock; /* guards what follows */
    SCARDCONTEXT *waits;   /* contexts that wait for readers to change */
    size_t wait_count, wait_room;
    struct winscard_card *cards;
};

extern const struct rm_ops winscard_ops;

/* Members of struct rm_ops; rm.h says what they do. */
rm_status winscard_card_connect(struct rm_context *context, const char *reader, uint32_t share,
                                uint32_t protocols, uint32_t timeout_ms, struct rm_card **out);
rm_status winscard_card_adopt(struct rm_context *context, uint64_t handle, struct rm_card **out);
uint64_t winscard_card_handle(const struct rm_card *card);
const char *winscard_card_reader_name(const struct rm_card *card);
rm_status winscard_card_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                                  uint32_t timeout_ms);
rm_status winscard_card_disconnect(struct rm_card *card, uint32_t disposition);
void winscard_card_abandon(struct rm_card *card);
rm_status winscard_card_begin(struct rm_card *card, uint32_t timeout_ms);
rm_status winscard_card_end(struct rm_card *card, uint32_t disposition);
rm_status winscard_card_status(struct rm_card *card, struct rm_card_status *out, uint32_t timeout_ms);
rm_status winscard_card_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                                 uint8_t *receive, size_t *receive_size, uint32_t timeout_ms);
rm_status winscard_card_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size);
rm_status winscard_card_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size);
rm_status winscard_card_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size);

/* Ends the connections that a context still has, with LEAVE; called when it closes. */
void winscard_card_end_all(struct winscard_context *context);

#endif
