/* Connections to readers that go by another name here: see renamed.h. */
#include "backends/composite/renamed.h"

#include <stdlib.h>
#include <string.h>

#include "backends/composite/ops.h"
#include "base/container.h"

struct renamed_card {
    struct rm_card base;
    struct renamed_cards *cards;
    struct renamed_card *next;
    struct rm_card *inner;
    const char *name;
    size_t receive_max;
};

static struct renamed_card *impl_from_card(struct rm_card *card) {
    return CONTAINER_OF(card, struct renamed_card, base);
}

static const struct renamed_card *const_from_card(const struct rm_card *card) {
    return CONTAINER_OF_CONST(card, struct renamed_card, base);
}

/* What the member keeps of its connection, shown in ours. */
static rm_status mirror(struct renamed_card *card, rm_status status) {
    card->base.protocol = card->inner->protocol;
    card->base.locked = card->inner->locked;
    return status;
}

struct rm_card *renamed_wrap(struct renamed_cards *cards, struct rm_card *inner, const char *name,
                             size_t receive_max) {
    struct renamed_card *card = calloc(1, sizeof *card);
    if (!card)
        return NULL;
    card->base.ops = &composite_ops;
    card->cards = cards;
    card->inner = inner;
    card->name = name;
    card->receive_max = receive_max;
    (void)mirror(card, RM_OK);
    lock_take(&cards->lock);
    card->next = cards->first;
    cards->first = card;
    lock_give(&cards->lock);
    return &card->base;
}

static void free_card(struct renamed_card *card) {
    struct renamed_cards *cards = card->cards;
    lock_take(&cards->lock);
    struct renamed_card **at = &cards->first;
    while (*at != card)
        at = &(*at)->next;
    *at = card->next;
    lock_give(&cards->lock);
    free(card);
}

void renamed_free_all(struct renamed_cards *cards) {
    for (struct renamed_card *card = cards->first, *next; card; card = next) {
        next = card->next;
        free(card);
    }
    cards->first = NULL;
}

uint64_t renamed_card_handle(const struct rm_card *card) {
    return rm_card_handle(const_from_card(card)->inner);
}

const char *renamed_reader_name(const struct rm_card *card) {
    return const_from_card(card)->name;
}

rm_status renamed_reconnect(struct rm_card *base, uint32_t share, uint32_t protocols, uint32_t init,
                            struct rm_bound *bound) {
    struct renamed_card *card = impl_from_card(base);
    return mirror(card, rm_reconnect(card->inner, share, protocols, init, bound));
}

rm_status renamed_disconnect(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct renamed_card *card = impl_from_card(base);
    const rm_status status = rm_disconnect(card->inner, disposition, bound);
    free_card(card);
    return status;
}

void renamed_abandon(struct rm_card *base) {
    struct renamed_card *card = impl_from_card(base);
    rm_abandon(card->inner);
    free_card(card);
}

rm_status renamed_hand_out(struct rm_card *base, uint64_t *context) {
    struct renamed_card *card = impl_from_card(base);
    const rm_status status = rm_hand_out(card->inner, context);
    if (status == RM_OK)
        free_card(card);
    return status;
}

rm_status renamed_begin(struct rm_card *base, struct rm_bound *bound) {
    struct renamed_card *card = impl_from_card(base);
    return mirror(card, rm_begin(card->inner, bound));
}

rm_status renamed_end(struct rm_card *base, uint32_t disposition, struct rm_bound *bound) {
    struct renamed_card *card = impl_from_card(base);
    return mirror(card, rm_end(card->inner, disposition, bound));
}

rm_status renamed_status(struct rm_card *base, struct rm_card_status *out, struct rm_bound *bound) {
    struct renamed_card *card = impl_from_card(base);
    return mirror(card, rm_status_of(card->inner, out, bound));
}

rm_status renamed_transmit(struct rm_card *base, uint8_t nad, const uint8_t *send, size_t send_size,
                           uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct renamed_card *card = impl_from_card(base);
    if (*receive_size > card->receive_max)
        *receive_size = card->receive_max;
    return mirror(card, rm_transmit(card->inner, nad, send, send_size, receive, receive_size, bound));
}

rm_status renamed_control(struct rm_card *base, uint32_t code, const uint8_t *send, size_t send_size,
                          uint8_t *receive, size_t *receive_size, struct rm_bound *bound) {
    struct renamed_card *card = impl_from_card(base);
    if (*receive_size > card->receive_max)
        *receive_size = card->receive_max;
    return mirror(card, rm_control(card->inner, code, send, send_size, receive, receive_size, bound));
}

/* The name as it is listed here. */
static rm_status tell_name(const struct renamed_card *card, uint8_t *value, size_t *size) {
    const size_t room = *size;
    *size = strlen(card->name) + 1;
    if (!value)
        return RM_OK;
    if (room < *size)
        return RM_E_INSUFFICIENT_BUFFER;
    memcpy(value, card->name, *size);
    return RM_OK;
}

rm_status renamed_get_attrib(struct rm_card *base, uint32_t id, uint8_t *value, size_t *size,
                             struct rm_bound *bound) {
    struct renamed_card *card = impl_from_card(base);
    if (id == RM_ATTR_FRIENDLY_NAME)
        return tell_name(card, value, size);
    return mirror(card, rm_get_attrib(card->inner, id, value, size, bound));
}

rm_status renamed_set_attrib(struct rm_card *base, uint32_t id, const uint8_t *value, size_t size,
                             struct rm_bound *bound) {
    struct renamed_card *card = impl_from_card(base);
    return mirror(card, rm_set_attrib(card->inner, id, value, size, bound));
}
