/* The slot of a simulated reader: card in and out, power, notices to the connections, sharing. */
#include "slots/reader.h"
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

struct sim_reader *sim_reader_create(const char *name, uint32_t flags, struct sim_events *events) {
    struct sim_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return NULL;
    refcount_init(&reader->refs);
    memcpy(reader->name, name, strlen(name) + 1);
    reader->flags = flags;
    reader->events = events;
    reader->power = SIM_EMPTY;
    return reader;
}

struct sim_reader *sim_reader_hold(struct sim_reader *reader) {
    refcount_take(&reader->refs);
    return reader;
}

void sim_reader_drop(struct sim_reader *reader) {
    if (refcount_drop(&reader->refs) != 0)
        return;
    sim_card_destroy(reader->card);
    sim_card_destroy(reader->aside);
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

static void notify(struct sim_reader *reader, rm_status notice, const struct sim_connection *except) {
    for (struct sim_connection *at = reader->connections; at; at = at->next)
        if (at != except && notice_weight(notice) > notice_weight(at->notice))
            at->notice = notice;
    sim_lock_wake(&reader->lock);
    lock_ring(&reader->jolt);
}

/* The contacts get power, or a reset pulse: the card answers or is mute from now on. */
static rm_status start_card(struct sim_reader *reader, bool cold) {
    uint8_t atr[SIM_ATR_MAX];
    size_t size = 0;
    if (cold ? sim_fault_cold_reset(&reader->fault) : !sim_fault_is_mute(&reader->fault))
        size = cold ? sim_card_power_up(reader->card, atr) : sim_card_reset(reader->card, atr);
    reader->protocol = RM_PROTOCOL_UNDEFINED;
    reader->atr_size = size;
    memcpy(reader->atr, atr, size);
    reader->power = size ? SIM_ON : SIM_MUTE;
    sim_events_post(reader->events);
    return size ? RM_OK : RM_W_UNRESPONSIVE_CARD;
}

static void stop_card(struct sim_reader *reader) {
    sim_card_power_down(reader->card);
    reader->power = SIM_OFF;
    reader->protocol = RM_PROTOCOL_UNDEFINED;
}

void sim_reader_insert(struct sim_reader *reader, struct sim_card *card) {
    sim_reader_remove(reader);
    reader->card = card;
    sim_fault_card(&reader->fault, sim_card_delays(card));
    ++reader->changes;
    (void)start_card(reader, true); /* a card that stays mute is in the reader all the same */
}

bool sim_reader_remove(struct sim_reader *reader) {
    if (!reader->card)
        return false;
    stop_card(reader);
    sim_card_destroy(reader->aside);
    reader->aside = reader->card;
    reader->card = NULL;
    reader->power = SIM_EMPTY;
    reader->atr_size = 0;
    ++reader->changes;
    notify(reader, RM_W_REMOVED_CARD, NULL);
    /* A transaction is one with a card: it ends with the card, or nobody else could use the next one. */
    const void *owner = reader->lock.owner;
    const uint32_t ended = sim_lock_end(&reader->lock);
    for (struct sim_connection *c = reader->connections; c; c = c->next)
        if (c == owner)
            c->owed += ended;
    sim_events_post(reader->events);
    return true;
}

bool sim_reader_put_back(struct sim_reader *reader) {
    struct sim_card *card = reader->aside;
    if (!card)
        return false;
    reader->aside = NULL;
    sim_reader_insert(reader, card);
    return true;
}

void sim_reader_unplug(struct sim_reader *reader) {
    if (reader->card)
        stop_card(reader);
    sim_lock_close(&reader->lock);
    notify(reader, RM_E_READER_UNAVAILABLE, NULL);
    sim_events_post(reader->events);
}

void sim_reader_call_off(struct sim_reader *reader, const void *context) {
    if (reader->working != context)
        return;
    reader->called_off = true;
    lock_ring(&reader->jolt);
}

void sim_reader_disown(struct sim_reader *reader) {
    for (struct sim_connection *at = reader->connections; at; at = at->next)
        at->notice = RM_E_INVALID_HANDLE;
    reader->connections = NULL;
    reader->working = NULL;
    reader->called_off = false;
    sim_lock_disown(&reader->lock);
}

bool sim_reader_fault(struct sim_reader *reader, uint32_t kind, uint32_t value) {
    if (!sim_fault_arm(&reader->fault, kind, value))
        return false;
    if (kind == SIM_FAULT_MUTE && value && reader->power == SIM_ON) {
        reader->power = SIM_MUTE;
        reader->atr_size = 0;
        sim_events_post(reader->events);
    }
    return true;
}

rm_status sim_reader_reset(struct sim_reader *reader, bool cold, const struct sim_connection *except) {
    if (!reader->card)
        return RM_E_NO_SMARTCARD;
    /* A card without power knows no warm reset. */
    cold = cold || reader->power == SIM_OFF;
    if (cold && reader->power != SIM_OFF)
        stop_card(reader);
    notify(reader, RM_W_RESET_CARD, except);
    return start_card(reader, cold);
}

void sim_reader_unpower(struct sim_reader *reader, const struct sim_connection *except) {
    if (!reader->card)
        return;
    stop_card(reader);
    notify(reader, RM_W_RESET_CARD, except);
    sim_events_post(reader->events);
}

rm_status sim_reader_wake(struct sim_reader *reader) {
    switch (reader->power) {
    case SIM_EMPTY:
        return RM_E_NO_SMARTCARD;
    case SIM_OFF:
        return start_card(reader, true);
    case SIM_MUTE:
        return RM_W_UNRESPONSIVE_CARD;
    default:
        return RM_OK;
    }
}

bool sim_reader_can_share(const struct sim_reader *reader, uint32_t share,
                          const struct sim_connection *self) {
    for (const struct sim_connection *at = reader->connections; at; at = at->next)
        if (at != self && (share == RM_SHARE_EXCLUSIVE || at->share == RM_SHARE_EXCLUSIVE))
            return false;
    return true;
}

rm_status sim_reader_choose(const struct sim_reader *reader, uint32_t protocols, bool anew, uint32_t *out) {
    const uint32_t in_use = anew ? RM_PROTOCOL_UNDEFINED : reader->protocol;
    enum sim_protocol first;
    const uint32_t offered = sim_card_protocols(reader->card, &first);
    const uint32_t first_bit = first == SIM_T1 ? RM_PROTOCOL_T1 : RM_PROTOCOL_T0;
    const uint32_t fit = (in_use ? in_use : offered) & protocols;
    if (protocols & RM_PROTOCOL_RAW)
        *out = RM_PROTOCOL_RAW;
    else if (fit)
        *out = fit & first_bit ? first_bit : fit;
    else
        return RM_E_PROTO_MISMATCH;
    return RM_OK;
}

enum sim_protocol sim_reader_link(uint32_t protocol) {
    return protocol == RM_PROTOCOL_T0    ? SIM_T0
           : protocol == RM_PROTOCOL_T1  ? SIM_T1
           : protocol == RM_PROTOCOL_RAW ? SIM_RAW
                                         : (enum sim_protocol)0;
}

void sim_reader_use(struct sim_reader *reader, uint32_t protocol) {
    reader->protocol = protocol;
    for (struct sim_connection *at = reader->connections; at; at = at->next)
        at->link = at->protocol == protocol || at->protocol == RM_PROTOCOL_RAW ? sim_reader_link(at->protocol)
                                                                               : (enum sim_protocol)0;
}

void sim_reader_join(struct sim_reader *reader, struct sim_connection *connection) {
    connection->next = reader->connections;
    reader->connections = connection;
    sim_events_post(reader->events);
}

void sim_reader_leave(struct sim_reader *reader, struct sim_connection *connection) {
    struct sim_connection **at = &reader->connections;
    while (*at && *at != connection)
        at = &(*at)->next;
    if (*at)
        *at = connection->next;
    sim_lock_drop(&reader->lock, connection);
    sim_events_post(reader->events);
}

uint32_t sim_reader_state(const struct sim_reader *reader) {
    uint32_t state = reader->card ? RM_STATE_PRESENT : RM_STATE_EMPTY;
    if (reader->power == SIM_MUTE)
        state |= RM_STATE_MUTE;
    else if (reader->power == SIM_OFF)
        state |= RM_STATE_UNPOWERED;
    for (const struct sim_connection *at = reader->connections; reader->card && at; at = at->next)
        state |= at->share == RM_SHARE_EXCLUSIVE ? RM_STATE_EXCLUSIVE : RM_STATE_INUSE;
    return state | (uint32_t)reader->changes << 16;
}
