/*
 * A connection whose reader is called otherwise by its member than here, or whose member takes less in one
 * answer than the composite has said: every call is passed on, but the name and the room are ours. All other
 * connections are the members' own. Made by connect.c.
 */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_RENAMED_H
#define SCARDSSP_BACKENDS_COMPOSITE_RENAMED_H

#include <stddef.h>

#include "base/lock.h"
#include "rm/rm.h"

struct renamed_card;

/* Those of one context that are not disconnected yet. All zero: none. */
struct renamed_cards {
    struct lock lock;
    struct renamed_card *first;
};

/*
 * Puts a card around `inner`, which belongs to it from then on. name: of its reader, lives as long as the
 * context; receive_max: the most that `inner` takes. NULL: out of memory, and nothing has happened.
 */
struct rm_card *renamed_wrap(struct renamed_cards *cards, struct rm_card *inner, const char *name,
                             size_t receive_max);

/* Frees those that are left when the context is closed; what they were around has gone with it. */
void renamed_free_all(struct renamed_cards *cards);

/* The calls of struct rm_ops that belong to a connection; what they do is said there. */
uint64_t renamed_card_handle(const struct rm_card *card);
const char *renamed_reader_name(const struct rm_card *card);
rm_status renamed_reconnect(struct rm_card *card, uint32_t share, uint32_t protocols, uint32_t init,
                            struct rm_bound *bound);
rm_status renamed_disconnect(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
void renamed_abandon(struct rm_card *card);
rm_status renamed_hand_out(struct rm_card *card, uint64_t *context);
rm_status renamed_begin(struct rm_card *card, struct rm_bound *bound);
rm_status renamed_end(struct rm_card *card, uint32_t disposition, struct rm_bound *bound);
rm_status renamed_status(struct rm_card *card, struct rm_card_status *out, struct rm_bound *bound);
rm_status renamed_transmit(struct rm_card *card, uint8_t nad, const uint8_t *send, size_t send_size,
                           uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status renamed_control(struct rm_card *card, uint32_t code, const uint8_t *send, size_t send_size,
                          uint8_t *receive, size_t *receive_size, struct rm_bound *bound);
rm_status renamed_get_attrib(struct rm_card *card, uint32_t id, uint8_t *value, size_t *size,
                             struct rm_bound *bound);
rm_status renamed_set_attrib(struct rm_card *card, uint32_t id, const uint8_t *value, size_t size,
                             struct rm_bound *bound);

#endif
