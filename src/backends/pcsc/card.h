/*
 * The calls on a connection to a card through the PC/SC service. Used by pcsc.c, which lists them, and by
 * context.c.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_CARD_H
#define SCARDSSP_BACKENDS_PCSC_CARD_H

#include "rm/rm.h"

/* The calls of struct rm_ops that belong to a connection; what they do is said there. */
uint64_t pcsc_card_handle(const struct rm_card *card);
const char *pcsc_card_reader_name(const struct rm_card *card);
rm_status pcsc_card_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
void pcsc_card_abandon(struct rm_card *card);
rm_status pcsc_card_end_transaction(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
rm_status pcsc_card_status(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound);
rm_status pcsc_card_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                             uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status pcsc_card_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                            uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status pcsc_card_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                               struct rm_bound *bound);
rm_status pcsc_card_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size,
                               struct rm_bound *bound);

#endif
