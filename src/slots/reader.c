/* A reader: card in and out, power, notices to the connections, sharing. */
#include "slots/reader.h"

#include <stdlib.h>
#include <string.h>

struct slots_reader *slots_reader_create(const char *name, uint32_t flags, struct slots_events *events) {
    struct slots_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    refcount_init(&reader->refs);
    memcpy(reader->name, name, strlen(name) + 1);
    reader->flags = flags;
    reader->events = events;
    reader->power = SLOTS_EMPTY;
    reader->works.mutex = &reader->mutex;
    return reader;
}

struct slots_reader *slots_reader_hold(struct slots_reader *reader) {
    refcount_take(&reader->refs);
    return reader;
}

void slots_reader_drop(struct slots_reader *reader) {
    if (refcount_drop(&reader->refs) != 0)
        return;
    if (reader->release_owner)
        reader->release_owner(reader->owner);
    slot_drop(reader->slot);
    slot_drop(reader->vacant);
    free(reader);
}

/* A notice never hides a graver one: a reset after a removal does not bring the card back. */
static unsigned notice_weight(rm_status notice) {
    switch (notice) {
    case RM_OK:
        return 0;
    case RM_W_RESET_CARD:
        return 1;
    case RM_W_REMOVED_CARD:
        return 2;
    default:
        return 3;
    }
}

static void notify(struct slots_reader *reader, rm_status notice, const struct slots_connection *except) {
    for (struct slots_connection *at = reader->connections; at; at = at->next)
        if (at != except && notice_weight(notice) > notice_weight(at->notice))
            at->notice = notice;
    slots_lock_wake(&reader->lock);
}

/* What has become of a card after power(): it has answered, or is mute from now on. */
static void note_start(struct slots_reader *reader, const uint8_t *atr, size_t size) {
    reader->protocol = RM_PROTOCOL_UNDEFINED;
    reader->atr_size = size;
    if (size)
        memcpy(reader->atr, atr, size);
    reader->power = size ? SLOTS_ON : SLOTS_MUTE;
    slots_events_post(reader->events);
}

/* The contacts get power, or a reset pulse. */
static rm_status start_card(struct slots_reader *reader, bool cold) {
    struct slot_work work = {.works = &reader->works, .slot = reader->slot};
    uint8_t atr[RM_ATR_MAX];
    const rm_status status = slot_work_begin(&work);
    if (status != RM_OK)
        return status;
    const size_t size = work.slot->ops->power(work.slot, cold, atr);
    slot_work_end(&work);
    if (work.gone)
        return RM_E_NO_SMARTCARD;
    note_start(reader, atr, size);
    return size ? RM_OK : RM_W_UNRESPONSIVE_CARD;
}

/* The contacts lose power. false: the card has been taken out meanwhile. */
static bool stop_card(struct slots_reader *reader) {
    struct slot_work work = {.works = &reader->works, .slot = reader->slot};
    if (slot_work_begin(&work) != RM_OK)
        return false;
    work.slot->ops->off(work.slot);
    slot_work_end(&work);
    if (work.gone)
        return false;
    reader->power = SLOTS_OFF;
    reader->protocol = RM_PROTOCOL_UNDEFINED;
    return true;
}

void slots_reader_insert(struct slots_reader *reader, struct slot *slot, const uint8_t *atr, size_t size) {
    reader->slot = slot_hold(slot);
    ++reader->changes;
    note_start(reader, atr, size); /* a mute card still counts as present */
}

bool slots_reader_remove(struct slots_reader *reader) {
    struct slot *slot = reader->slot;
    slot_work_card_gone(&reader->works);
    if (!slot)
        return false;
    reader->slot = NULL;
    reader->power = SLOTS_EMPTY;
    reader->protocol = RM_PROTOCOL_UNDEFINED;
    reader->atr_size = 0;
    ++reader->changes;
    notify(reader, RM_W_REMOVED_CARD, NULL);
    /* A transaction is one with a card: it ends with the card, or nobody else could use the next one. */
    const void *owner = reader->lock.owner;
    const uint32_t ended = slots_lock_end(&reader->lock);
    for (struct slots_connection *c = reader->connections; c; c = c->next)
        if (c == owner)
            c->levels_to_resume += ended;
    slots_events_post(reader->events);
    slot_drop(slot);
    return true;
}

void slots_reader_mute(struct slots_reader *reader) {
    if (reader->power != SLOTS_ON)
        return;
    reader->power = SLOTS_MUTE;
    reader->atr_size = 0;
    slots_events_post(reader->events);
}

void slots_reader_unplug(struct slots_reader *reader) {
    slots_lock_close(&reader->lock);
    notify(reader, RM_E_READER_UNAVAILABLE, NULL);
    slot_work_card_gone(&reader->works);
    slot_work_call_off(&reader->works, &(struct slot_work_filter){NULL, NULL}, 0);
    slots_events_post(reader->events);
}

void slots_reader_disown(struct slots_reader *reader) {
    for (struct slots_connection *at = reader->connections; at; at = at->next)
        at->notice = RM_E_INVALID_HANDLE;
    reader->connections = NULL;
    slot_work_disown(&reader->works);
    slots_lock_disown(&reader->lock);
}

rm_status slots_reader_reset(struct slots_reader *reader, bool cold, const struct slots_connection *except) {
    if (!reader->slot)
        return RM_E_NO_SMARTCARD;
    notify(reader, RM_W_RESET_CARD, except);
    /* A card without power knows no warm reset. */
    return start_card(reader, cold || reader->power == SLOTS_OFF);
}

void slots_reader_unpower(struct slots_reader *reader, const struct slots_connection *except) {
    if (!reader->slot || !stop_card(reader))
        return;
    notify(reader, RM_W_RESET_CARD, except);
    slots_events_post(reader->events);
}

rm_status slots_reader_wake(struct slots_reader *reader) {
    switch (reader->power) {
    case SLOTS_EMPTY:
        return RM_E_NO_SMARTCARD;
    case SLOTS_OFF:
        return start_card(reader, true);
    case SLOTS_MUTE: /* whoever is connected decides on it */
        return reader->connections ? RM_W_UNRESPONSIVE_CARD : start_card(reader, true);
    default:
        return RM_OK;
    }
}

bool slots_reader_can_share(const struct slots_reader *reader, uint32_t share,
                            const struct slots_connection *self) {
    for (const struct slots_connection *at = reader->connections; at; at = at->next)
        if (at != self && (share == RM_SHARE_EXCLUSIVE || at->share == RM_SHARE_EXCLUSIVE))
            return false;
    return true;
}

rm_status slots_reader_choose(const struct slots_reader *reader, uint32_t protocols, bool anew,
                              uint32_t *out) {
    const uint32_t in_use = anew ? RM_PROTOCOL_UNDEFINED : reader->protocol;
    uint32_t first = RM_PROTOCOL_UNDEFINED;
    const uint32_t offered = reader->slot->ops->protocols(reader->slot, &first);
    const uint32_t fit = (in_use ? in_use : offered) & protocols;
    if (protocols & RM_PROTOCOL_RAW)
        *out = RM_PROTOCOL_RAW;
    else if (fit)
        *out = fit & first ? first : fit;
    else
        return RM_E_PROTO_MISMATCH;
    return RM_OK;
}

/* The card hears of a protocol once after each start. RAW is none. */
static rm_status settle_card(struct slots_reader *reader, uint32_t protocol) {
    struct slot_work work = {.works = &reader->works, .slot = reader->slot};
    if (!reader->slot || protocol == RM_PROTOCOL_RAW || protocol == reader->protocol)
        return RM_OK;
    rm_status status = slot_work_begin(&work);
    if (status != RM_OK)
        return status;
    status = work.slot->ops->settle(work.slot, protocol);
    slot_work_end(&work);
    return work.gone ? RM_E_NO_SMARTCARD : status;
}

rm_status slots_reader_use(struct slots_reader *reader, uint32_t protocol) {
    const rm_status status = settle_card(reader, protocol);
    if (status != RM_OK)
        return status;
    reader->protocol = protocol;
    for (struct slots_connection *at = reader->connections; at; at = at->next)
        at->usable = at->protocol == protocol || at->protocol == RM_PROTOCOL_RAW ? at->protocol
                                                                                 : RM_PROTOCOL_UNDEFINED;
    return RM_OK;
}

bool slots_reader_is_transacted(const struct slots_reader *reader, const struct slots_connection *self) {
    const void *owner = reader->lock.owner;
    for (const struct slots_connection *at = reader->connections; owner && at; at = at->next)
        if (at == owner)
            return at != self && reader->lock.depth > at->calls;
    return false; /* nobody's, or of one who is still connecting */
}

void slots_reader_join(struct slots_reader *reader, struct slots_connection *connection) {
    connection->next = reader->connections;
    reader->connections = connection;
    slots_events_post(reader->events);
}

void slots_reader_leave(struct slots_reader *reader, struct slots_connection *connection) {
    struct slots_connection **at = &reader->connections;
    while (*at && *at != connection)
        at = &(*at)->next;
    if (*at)
        *at = connection->next;
    slots_lock_drop(&reader->lock, connection);
    slots_events_post(reader->events);
}

uint32_t slots_reader_state(const struct slots_reader *reader) {
    uint32_t state = reader->slot ? RM_STATE_PRESENT : RM_STATE_EMPTY;
    if (reader->power == SLOTS_MUTE)
        state |= RM_STATE_MUTE;
    else if (reader->power == SLOTS_OFF)
        state |= RM_STATE_UNPOWERED;
    for (const struct slots_connection *at = reader->connections; reader->slot && at; at = at->next)
        state |= at->share == RM_SHARE_EXCLUSIVE ? RM_STATE_EXCLUSIVE : RM_STATE_INUSE;
    return state | (uint32_t)reader->changes << 16;
}
