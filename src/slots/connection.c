/* WinSCard's rules between the clients of a reader. */
#include "slots/connection.h"

#include <stdlib.h>
#include <string.h>

#include "slots/entry.h"

static void take_protocol(struct slots_connection *connection, uint32_t protocol) {
    connection->protocol = protocol;
    connection->usable = protocol;
}

/* Agrees on a protocol with a card that has power. */
static rm_status agree(struct slots_connection *connection, uint32_t protocols) {
    struct slots_reader *reader = connection->reader;
    uint32_t protocol = RM_PROTOCOL_UNDEFINED;
    rm_status status = slots_reader_choose(reader, protocols, false, &protocol);
    if (status == RM_OK)
        status = slots_reader_use(reader, protocol);
    if (status == RM_OK)
        take_protocol(connection, protocol);
    return status;
}

/* A DIRECT connection asks the card for nothing and takes what is in use; RAW it puts in use. */
static void agree_direct(struct slots_connection *connection, uint32_t protocols) {
    struct slots_reader *reader = connection->reader;
    const uint32_t raw = protocols & RM_PROTOCOL_RAW;
    if (raw && reader->power == SLOTS_ON)
        (void)slots_reader_use(reader, raw); /* of which the card hears nothing */
    take_protocol(connection, raw ? raw : reader->protocol);
}

/* With the lock taken: powers the card where it is asked for, and agrees on a protocol. */
static rm_status connect_card(struct slots_connection *connection, uint32_t protocols) {
    struct slots_reader *reader = connection->reader;
    if (reader->lock.closed)
        return RM_E_READER_UNAVAILABLE;
    if (!slots_reader_can_share(reader, connection->share, NULL))
        return RM_E_SHARING_VIOLATION;
    if (connection->share == RM_SHARE_DIRECT) {
        agree_direct(connection, protocols);
        return RM_OK;
    }
    rm_status status = slots_reader_wake(reader);
    if (status == RM_OK)
        status = agree(connection, protocols);
    return reader->lock.closed ? RM_E_READER_UNAVAILABLE : status;
}

static rm_status connect_locked(struct slots_connection *connection, const struct slots_claim *claim,
                                uint32_t protocols) {
    struct slots_reader *reader = connection->reader;
    if (!slots_reader_can_share(reader, connection->share, NULL))
        return RM_E_SHARING_VIOLATION;
    rm_status status = slots_enter_anyhow(connection, claim);
    if (status != RM_OK)
        return status;
    status = connect_card(connection, protocols);
    if (status == RM_OK)
        slots_reader_join(reader, connection);
    slots_leave(connection);
    return status;
}

rm_status slots_connection_open(struct slots_reader *reader, const void *context, uint32_t share,
                                uint32_t protocols, struct rm_bound *bound, struct slots_connection **out) {
    struct slots_connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return RM_E_NO_MEMORY;
    refcount_init(&connection->refs);
    connection->reader = slots_reader_hold(reader);
    connection->opener = context;
    connection->share = share;

    const struct slots_claim claim = {connection, context, NULL, bound};
    lock_take(&reader->mutex);
    rm_status status = connect_locked(connection, &claim, protocols);
    lock_give(&reader->mutex);

    if (status == RM_OK)
        *out = connection;
    else
        slots_connection_drop(connection);
    return status;
}

void slots_connection_drop(struct slots_connection *connection) {
    if (refcount_drop(&connection->refs) != 0)
        return;
    slots_reader_drop(connection->reader);
    free(connection);
}

/* The reader has an ejector, or the card is switched off instead. */
static void eject(struct slots_reader *reader, const struct slots_connection *self) {
    const uint16_t changes = reader->changes;
    slots_reader_unpower(reader, self);
    if ((reader->flags & SLOTS_READER_EJECTOR) && reader->changes == changes)
        slots_reader_remove(reader);
}

/*
 * What becomes of the card when a connection ends. Without a card there is nothing to do, and that is no
 * error.
 */
static rm_status dispose(struct slots_reader *reader, uint32_t disposition,
                         const struct slots_connection *self) {
    if (disposition == RM_LEAVE || !reader->slot || reader->lock.closed)
        return RM_OK;
    if (disposition == RM_RESET) {
        const rm_status status = slots_reader_reset(reader, false, self);
        return status == RM_E_NO_SMARTCARD ? RM_OK : status;
    }
    if (disposition == RM_EJECT)
        eject(reader, self);
    else
        slots_reader_unpower(reader, self);
    return RM_OK;
}

/*
 * Waits until the reader is the connection's to do something with the card. A reader that has gone is
 * nobody's.
 */
static rm_status take_to_dispose(struct slots_connection *connection, const void *context,
                                 uint32_t disposition, struct rm_bound *bound) {
    struct slots_reader *reader = connection->reader;
    const struct slots_claim claim = {connection, context, NULL, bound};
    if (disposition == RM_LEAVE || reader->lock.closed)
        return RM_OK;
    rm_status status = slots_enter_anyhow(connection, &claim);
    return status == RM_E_READER_UNAVAILABLE ? RM_OK : status;
}

/* Others may have a view of it, and a call in progress. */
static void dismiss_calls(struct slots_connection *connection) {
    struct slots_reader *reader = connection->reader;
    slots_lock_dismiss(&reader->lock, connection);
    slot_work_call_off(&reader->works, &(struct slot_work_filter){.connection = connection}, 0);
}

rm_status slots_connection_close(struct slots_connection *connection, const void *context,
                                 uint32_t disposition, struct rm_bound *bound) {
    struct slots_reader *reader = connection->reader;
    rm_status status = RM_E_INVALID_HANDLE;
    lock_take(&reader->mutex);
    if (connection->notice != RM_E_INVALID_HANDLE)
        status = take_to_dispose(connection, context, disposition, bound);
    if (status == RM_OK && connection->notice != RM_E_INVALID_HANDLE)
        status = dispose(reader, disposition, connection);
    if (connection->notice == RM_E_INVALID_HANDLE) {
        status = RM_E_INVALID_HANDLE; /* it was ended before, or while we waited */
    } else {
        slots_reader_leave(reader, connection);
        connection->notice = RM_E_INVALID_HANDLE;
        dismiss_calls(connection);
    }
    lock_give(&reader->mutex);
    return status;
}

/* With the lock taken: everything that can be refused is refused before the card feels anything. */
static rm_status reconnect_locked(struct slots_connection *connection, uint32_t share, uint32_t protocols,
                                  uint32_t init) {
    struct slots_reader *reader = connection->reader;
    uint32_t protocol;
    rm_status status = RM_OK;
    if (!slots_reader_can_share(reader, share, connection))
        return RM_E_SHARING_VIOLATION;
    if (share != RM_SHARE_DIRECT || init != RM_LEAVE) {
        if (!reader->slot)
            return RM_E_NO_SMARTCARD;
        if (share != RM_SHARE_DIRECT)
            status = slots_reader_choose(reader, protocols, init != RM_LEAVE, &protocol);
        if (status == RM_OK && init == RM_LEAVE)
            status = slots_reader_wake(reader);
        else if (status == RM_OK)
            status = slots_reader_reset(reader, init == RM_UNPOWER, connection);
    }
    if (status != RM_OK)
        return status;
    if (share == RM_SHARE_DIRECT)
        agree_direct(connection, protocols);
    else
        status = agree(connection, protocols);
    if (status != RM_OK)
        return status;
    connection->share = share;
    connection->notice = RM_OK;
    slots_events_post(reader->events);
    return RM_OK;
}

/* With one level of the lock held: takes those again that a removal took, which needs no waiting. */
static void resume_transaction(struct slots_connection *connection) {
    const struct slots_claim claim = {connection, NULL, NULL, RM_WITHIN(0)};
    for (; connection->levels_to_resume; --connection->levels_to_resume)
        (void)slots_lock_take(&connection->reader->lock, &connection->reader->mutex, &claim);
}

/* Waits for the reader, then reconnects. */
static rm_status enter_and_reconnect(struct slots_connection *connection, const struct slots_claim *claim,
                                     uint32_t share, uint32_t protocols, uint32_t init) {
    if (!slots_reader_can_share(connection->reader, share, connection))
        return RM_E_SHARING_VIOLATION;
    rm_status status = slots_enter_anyhow(connection, claim);
    if (status != RM_OK)
        return status;
    if (!slots_is_lost(connection))
        status = reconnect_locked(connection, share, protocols, init);
    if (status == RM_OK && !slots_is_lost(connection))
        resume_transaction(connection);
    slots_leave(connection);
    return status;
}

rm_status slots_connection_reconnect(struct slots_connection *connection, const void *context, uint32_t share,
                                     uint32_t protocols, uint32_t init, struct rm_bound *bound) {
    struct slots_reader *reader = connection->reader;
    const struct slots_claim claim = {connection, context, NULL, bound};
    rm_status status = RM_OK;
    if (init > RM_UNPOWER)
        return RM_E_INVALID_VALUE;
    lock_take(&reader->mutex);
    if (!slots_is_lost(connection))
        status = enter_and_reconnect(connection, &claim, share, protocols, init);
    if (slots_is_lost(connection))
        status = connection->notice; /* it was ended before, or while we waited */
    lock_give(&reader->mutex);
    return status;
}

rm_status slots_connection_begin(struct slots_connection *connection, const void *context,
                                 struct rm_bound *bound) {
    struct lock *mutex = &connection->reader->mutex;
    lock_take(mutex);
    rm_status status = slots_enter(connection, context, bound);
    if (status == RM_OK)
        --connection->calls; /* the level stays after the call */
    lock_give(mutex);
    return status;
}

/* At the end of a transaction: the card has power afterwards, and our own reset is no news to ourselves. */
static rm_status dispose_held(struct slots_connection *connection, uint32_t disposition) {
    struct slots_reader *reader = connection->reader;
    if (disposition == RM_LEAVE || !reader->slot)
        return RM_OK;
    if (disposition == RM_EJECT && (reader->flags & SLOTS_READER_EJECTOR)) {
        eject(reader, connection);
        return RM_OK;
    }
    rm_status status = slots_reader_reset(reader, disposition != RM_RESET, connection);
    if (status == RM_OK && connection->protocol != RM_PROTOCOL_RAW &&
        connection->protocol != RM_PROTOCOL_UNDEFINED)
        status = slots_reader_use(reader, connection->protocol);
    return status == RM_E_NO_SMARTCARD ? slots_notice_now(connection) : status;
}

/* The level may have gone with the card while the disposition took its time. */
static void end_level(struct slots_connection *connection) {
    if (!slots_lock_give(&connection->reader->lock, connection) && connection->levels_to_resume)
        --connection->levels_to_resume;
}

rm_status slots_connection_end(struct slots_connection *connection, uint32_t disposition) {
    struct slots_reader *reader = connection->reader;
    rm_status status = RM_OK;
    lock_take(&reader->mutex);
    if (connection->levels_to_resume) {
        --connection->levels_to_resume;
        status = slots_notice_now(connection);
    } else if (connection->notice != RM_OK) {
        status = slots_notice_now(connection);
    } else if (reader->lock.owner != connection) {
        status = RM_E_NOT_TRANSACTED;
    } else {
        if (reader->lock.depth == 1)
            status = dispose_held(connection, disposition);
        end_level(connection);
    }
    lock_give(&reader->mutex);
    return status;
}

static enum rm_card_state card_state(const struct slots_connection *connection) {
    switch (connection->reader->power) {
    case SLOTS_EMPTY:
        return RM_CARD_ABSENT;
    case SLOTS_ON:
        return connection->protocol ? RM_CARD_SPECIFIC : RM_CARD_NEGOTIABLE;
    default:
        return RM_CARD_PRESENT;
    }
}

static rm_status report(const struct slots_connection *connection, struct rm_card_status *out) {
    const struct slots_reader *reader = connection->reader;
    if (reader->power == SLOTS_MUTE)
        return RM_W_UNRESPONSIVE_CARD;
    out->state = card_state(connection);
    out->protocol = connection->protocol;
    out->atr_size = reader->atr_size;
    memcpy(out->atr, reader->atr, sizeof out->atr);
    return RM_OK;
}

rm_status slots_connection_status(struct slots_connection *connection, const void *context,
                                  struct rm_card_status *out, struct rm_bound *bound) {
    struct slots_reader *reader = connection->reader;
    lock_take(&reader->mutex);
    rm_status status = slots_notice_now(connection);
    if (status == RM_OK && slots_reader_is_transacted(reader, connection)) {
        status = slots_enter(connection, context, bound);
        if (status == RM_OK)
            slots_leave(connection);
    }
    if (status == RM_OK)
        status = report(connection, out);
    lock_give(&reader->mutex);
    return status;
}

rm_status slots_connection_notice(struct slots_connection *connection) {
    lock_take(&connection->reader->mutex);
    rm_status notice = slots_notice_now(connection);
    lock_give(&connection->reader->mutex);
    return notice;
}

uint32_t slots_connection_protocol(struct slots_connection *connection) {
    lock_take(&connection->reader->mutex);
    uint32_t protocol = connection->protocol;
    lock_give(&connection->reader->mutex);
    return protocol;
}

bool slots_connection_locked(struct slots_connection *connection) {
    lock_take(&connection->reader->mutex);
    const bool taken = connection->levels_to_resume || connection->reader->lock.owner == connection;
    const bool locked = taken && !slots_is_lost(connection);
    lock_give(&connection->reader->mutex);
    return locked;
}
