/*
 * The calls on a connection over Windows' smart card service. Used by winscard.c, which lists them, and by
 * context.c.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_CARD_H
#define SCARDSSP_BACKENDS_WINSCARD_CARD_H

#include "rm/rm.h"

/* Members of struct rm_ops; rm.h says what they do. */
uint64_t winscard_card_handle(const struct rm_card *card);
const char *winscard_card_reader_name(const struct rm_card *card);
rm_status winscard_card_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
void winscard_card_abandon(struct rm_card *card);
rm_status winscard_card_hand_out(struct rm_card *card, uint64_t *context);
rm_status winscard_card_end(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
rm_status winscard_card_status(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound);
rm_status winscard_card_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                                 uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status winscard_card_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                                uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status winscard_card_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                                   struct rm_bound *bound);
rm_status winscard_card_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size,
                                   struct rm_bound *bound);

#endif
