/* WinSCard's rules between the clients of a simulated reader. */
#include "slots/connection.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define MOMENT_MS                                                                                            \
    300u /* what a command is given to end when its call is cancelled, as on the other backends */

/* The notice in the words of the moment: a card that was switched off and is still off is "unpowered". */
static rm_status notice_now(const struct sim_connection *connection) {
    bool off = connection->notice == RM_W_RESET_CARD && connection->reader->power == SIM_OFF;
    return off ? RM_W_UNPOWERED_CARD : connection->notice;
}

/* Gives back a level that a call took; one that a removal took meanwhile is owed no more. */
static void leave(struct sim_connection *connection) {
    if (!sim_lock_give(&connection->reader->lock, connection) && connection->owed)
        --connection->owed;
}

/* Waits for the reader; on success one level of its lock is the connection's and no notice is pending. */
static rm_status enter(struct sim_connection *connection, const void *context, uint32_t timeout_ms) {
    struct sim_reader *reader = connection->reader;
    const struct sim_claim claim = {connection, context, &connection->notice, timeout_ms};
    if (connection->notice != RM_OK)
        return notice_now(connection);
    rm_status status = sim_lock_take(&reader->lock, &reader->mutex, &claim);
    if (status == RM_OK && connection->notice != RM_OK)
        sim_lock_give(&reader->lock, connection);
    return connection->notice != RM_OK ? notice_now(connection) : status;
}

static void take_protocol(struct sim_connection *connection, uint32_t protocol) {
    connection->protocol = protocol;
    connection->link = sim_reader_link(protocol);
}

/* Agrees on a protocol with a card that has power. */
static rm_status settle(struct sim_connection *connection, uint32_t protocols) {
    struct sim_reader *reader = connection->reader;
    uint32_t protocol = RM_PROTOCOL_UNDEFINED;
    rm_status status = sim_reader_choose(reader, protocols, false, &protocol);
    if (status != RM_OK)
        return status;
    sim_reader_use(reader, protocol);
    take_protocol(connection, protocol);
    return RM_OK;
}

/* A DIRECT connection asks the card for nothing and takes what is in use; RAW it puts in use. */
static void settle_direct(struct sim_connection *connection, uint32_t protocols) {
    struct sim_reader *reader = connection->reader;
    const uint32_t raw = protocols & RM_PROTOCOL_RAW;
    if (raw && reader->power == SIM_ON)
        sim_reader_use(reader, raw);
    take_protocol(connection, raw ? raw : reader->protocol);
}

static rm_status connect_locked(struct sim_connection *connection, const struct sim_claim *claim,
                                uint32_t protocols) {
    struct sim_reader *reader = connection->reader;
    const uint32_t share = connection->share;
    if (!sim_reader_can_share(reader, share, NULL))
        return RM_E_SHARING_VIOLATION;
    rm_status status = sim_lock_take(&reader->lock, &reader->mutex, claim);
    if (status != RM_OK)
        return status;
    if (reader->lock.closed)
        status = RM_E_READER_UNAVAILABLE;
    else if (!sim_reader_can_share(reader, share, NULL))
        status = RM_E_SHARING_VIOLATION;
    else if (share == RM_SHARE_DIRECT)
        settle_direct(connection, protocols);
    else if ((status = sim_reader_wake(reader)) == RM_OK)
        status = settle(connection, protocols);
    if (status == RM_OK)
        sim_reader_join(reader, connection);
    sim_lock_give(&reader->lock, claim->owner);
    return status;
}

rm_status sim_connection_open(struct sim_reader *reader, const void *context, uint32_t share,
                              uint32_t protocols, uint32_t timeout_ms, struct sim_connection **out) {
    struct sim_connection *connection = calloc(1, sizeof *connection);
    if (!connection)
        return RM_E_NO_MEMORY;
    refcount_init(&connection->refs);
    connection->reader = sim_reader_hold(reader);
    connection->opener = context;
    connection->share = share;

    const struct sim_claim claim = {connection, context, NULL, timeout_ms};
    lock_take(&reader->mutex);
    rm_status status = connect_locked(connection, &claim, protocols);
    lock_give(&reader->mutex);

    if (status == RM_OK)
        *out = connection;
    else
        sim_connection_drop(connection);
    return status;
}

void sim_connection_drop(struct sim_connection *connection) {
    if (refcount_drop(&connection->refs) != 0)
        return;
    sim_reader_drop(connection->reader);
    free(connection);
}

/* What becomes of the card when a connection ends. Without a card there is nothing to do, and that is no error. */
static rm_status dispose(struct sim_reader *reader, uint32_t disposition, const struct sim_connection *self) {
    if (disposition == RM_LEAVE || !reader->card || reader->lock.closed)
        return RM_OK;
    if (disposition == RM_RESET)
        return sim_reader_reset(reader, false, self);
    if (disposition == RM_EJECT && (reader->flags & SIM_READER_EJECTOR))
        sim_reader_remove(reader);
    else
        sim_reader_unpower(reader, self);
    return RM_OK;
}

/* Waits until the reader is the connection's to do something with the card. A reader that has gone is nobody's. */
static rm_status take_to_dispose(struct sim_connection *connection, const void *context, uint32_t disposition,
                                 uint32_t timeout_ms) {
    struct sim_reader *reader = connection->reader;
    const struct sim_claim claim = {connection, context, NULL, timeout_ms};
    if (disposition == RM_LEAVE || reader->lock.closed)
        return RM_OK;
    rm_status status = sim_lock_take(&reader->lock, &reader->mutex, &claim);
    return status == RM_E_READER_UNAVAILABLE ? RM_OK : status;
}

rm_status sim_connection_close(struct sim_connection *connection, const void *context, uint32_t disposition,
                               uint32_t timeout_ms) {
    struct sim_reader *reader = connection->reader;
    rm_status status = RM_E_INVALID_HANDLE;
    lock_take(&reader->mutex);
    if (connection->notice != RM_E_INVALID_HANDLE)
        status = take_to_dispose(connection, context, disposition, timeout_ms);
    if (connection->notice == RM_E_INVALID_HANDLE) {
        status = RM_E_INVALID_HANDLE; /* it was ended before, or while we waited */
    } else {
        if (status == RM_OK)
            status = dispose(reader, disposition, connection);
        sim_reader_leave(reader, connection);
        connection->notice = RM_E_INVALID_HANDLE;
        /* Others may have a view of it, and a call in progress. */
        sim_lock_dismiss(&reader->lock, connection);
        lock_ring(&reader->jolt);
    }
    lock_give(&reader->mutex);
    return status;
}

/* With the lock taken: everything that can be refused is refused before the card feels anything. */
static rm_status reconnect_locked(struct sim_connection *connection, uint32_t share, uint32_t protocols,
                                  uint32_t init) {
    struct sim_reader *reader = connection->reader;
    uint32_t protocol;
    rm_status status = RM_OK;
    if (!sim_reader_can_share(reader, share, connection))
        return RM_E_SHARING_VIOLATION;
    if (share != RM_SHARE_DIRECT || init != RM_LEAVE) {
        if (!reader->card)
            return RM_E_NO_SMARTCARD;
        if (share != RM_SHARE_DIRECT)
            status = sim_reader_choose(reader, protocols, init != RM_LEAVE, &protocol);
        if (status == RM_OK && init == RM_LEAVE)
            status = sim_reader_wake(reader);
        else if (status == RM_OK)
            status = sim_reader_reset(reader, init == RM_UNPOWER, connection);
    }
    if (status != RM_OK)
        return status;
    if (share == RM_SHARE_DIRECT)
        settle_direct(connection, protocols);
    else
        status = settle(connection, protocols);
    if (status != RM_OK)
        return status;
    connection->share = share;
    connection->notice = RM_OK;
    sim_events_post(reader->events);
    return RM_OK;
}

/* A notice of reset or removal is what reconnecting is for; the two for ever are not. */
static bool is_lost(const struct sim_connection *connection) {
    return connection->notice == RM_E_INVALID_HANDLE || connection->notice == RM_E_READER_UNAVAILABLE;
}

/* With one level of the lock held: takes those again that a removal took, which needs no waiting. */
static void resume_transaction(struct sim_connection *connection) {
    const struct sim_claim claim = {connection, NULL, NULL, 0};
    for (; connection->owed; --connection->owed)
        (void)sim_lock_take(&connection->reader->lock, &connection->reader->mutex, &claim);
}

rm_status sim_connection_reconnect(struct sim_connection *connection, const void *context, uint32_t share,
                                   uint32_t protocols, uint32_t init, uint32_t timeout_ms) {
    struct sim_reader *reader = connection->reader;
    const struct sim_claim claim = {connection, context, NULL, timeout_ms};
    rm_status status;
    if (init > RM_UNPOWER)
        return RM_E_INVALID_VALUE;
    lock_take(&reader->mutex);
    if (is_lost(connection))
        status = connection->notice;
    else if (!sim_reader_can_share(reader, share, connection))
        status = RM_E_SHARING_VIOLATION;
    else if ((status = sim_lock_take(&reader->lock, &reader->mutex, &claim)) == RM_OK) {
        status =
            is_lost(connection) ? connection->notice : reconnect_locked(connection, share, protocols, init);
        if (status == RM_OK)
            resume_transaction(connection);
        sim_lock_give(&reader->lock, connection);
    } else if (is_lost(connection)) {
        status = connection->notice; /* it was ended while we waited */
    }
    lock_give(&reader->mutex);
    return status;
}

rm_status sim_connection_begin(struct sim_connection *connection, const void *context, uint32_t timeout_ms) {
    struct lock *mutex = &connection->reader->mutex;
    lock_take(mutex);
    rm_status status = enter(connection, context, timeout_ms);
    lock_give(mutex);
    return status;
}

/* At the end of a transaction: the card has power afterwards, and our own reset is no news to ourselves. */
static rm_status dispose_held(struct sim_connection *connection, uint32_t disposition) {
    struct sim_reader *reader = connection->reader;
    if (disposition == RM_LEAVE || !reader->card)
        return RM_OK;
    if (disposition == RM_EJECT && (reader->flags & SIM_READER_EJECTOR)) {
        sim_reader_remove(reader);
        return RM_OK;
    }
    const rm_status status = sim_reader_reset(reader, disposition != RM_RESET, connection);
    if (status == RM_OK && connection->protocol != RM_PROTOCOL_RAW)
        reader->protocol = connection->protocol; /* agreed on again */
    return status;
}

rm_status sim_connection_end(struct sim_connection *connection, uint32_t disposition) {
    struct sim_reader *reader = connection->reader;
    rm_status status = RM_OK;
    lock_take(&reader->mutex);
    if (connection->owed) {
        --connection->owed;
        status = notice_now(connection);
    } else if (connection->notice != RM_OK) {
        status = notice_now(connection);
    } else if (reader->lock.owner != connection) {
        status = RM_E_NOT_TRANSACTED;
    } else {
        if (reader->lock.depth == 1)
            status = dispose_held(connection, disposition);
        leave(connection);
    }
    lock_give(&reader->mutex);
    return status;
}

static enum rm_card_state card_state(const struct sim_connection *connection) {
    switch (connection->reader->power) {
    case SIM_EMPTY:
        return RM_CARD_ABSENT;
    case SIM_ON:
        return connection->protocol ? RM_CARD_SPECIFIC : RM_CARD_NEGOTIABLE;
    default:
        return RM_CARD_PRESENT;
    }
}

rm_status sim_connection_status(struct sim_connection *connection, const void *context,
                                struct rm_card_status *out, uint32_t timeout_ms) {
    struct sim_reader *reader = connection->reader;
    lock_take(&reader->mutex);
    rm_status status = enter(connection, context, timeout_ms);
    if (status == RM_OK) {
        if (reader->power == SIM_MUTE) {
            status = RM_W_UNRESPONSIVE_CARD;
        } else {
            out->state = card_state(connection);
            out->protocol = connection->protocol;
            out->atr_size = reader->atr_size;
            memcpy(out->atr, reader->atr, sizeof out->atr);
        }
        leave(connection);
    }
    lock_give(&reader->mutex);
    return status;
}

/* The exchange itself, on a reader that is this connection's to use. */
static rm_status exchange(struct sim_connection *connection, const uint8_t *send, size_t send_size,
                          uint8_t *receive, size_t room, size_t *received) {
    static const rm_status unfit[] = {[SIM_EMPTY] = RM_W_REMOVED_CARD,
                                      [SIM_OFF] = RM_W_UNPOWERED_CARD,
                                      [SIM_MUTE] = RM_W_UNRESPONSIVE_CARD};
    struct sim_reader *reader = connection->reader;
    if (reader->power != SIM_ON)
        return unfit[reader->power];
    if (!connection->link)
        return RM_E_PROTO_MISMATCH;
    size_t size = sim_card_exchange(reader->card, connection->link, send, send_size, receive, room);
    *received = size;
    return size ? RM_OK : sim_connection_silence(room);
}

/*
 * A slow exchange sleeps with the reader's mutex released, the lock keeps others away meanwhile. One that is never answered
 * ends with the card, the reader or the connection, or by Cancel, after which it is given a moment to end by itself. RM_OK:
 * it has taken its time; RM_E_CANCELLED; a notice that came.
 */
static rm_status dawdle(struct sim_connection *connection, const void *context, uint32_t delay_ms) {
    struct sim_reader *reader = connection->reader;
    const uint64_t deadline = clock_deadline(delay_ms);
    uint64_t end = deadline;
    bool expired = false;
    reader->working = context;
    reader->called_off = false;
    while (connection->notice == RM_OK && !expired) {
        const uint64_t moment = reader->called_off ? clock_deadline(MOMENT_MS) : CLOCK_NEVER;
        if (end == deadline && moment < end)
            end = moment;
        expired = !lock_sleep(&reader->mutex, &reader->jolt, end);
    }
    reader->working = NULL;
    if (connection->notice != RM_OK)
        return notice_now(connection);
    if (end == deadline)
        return RM_OK;
    /* What has become of the command nobody knows. */
    connection->notice = RM_W_RESET_CARD;
    return RM_E_CANCELLED;
}

/* How long this exchange takes: as the armed fault says, and as the card itself is slow. */
static uint32_t delay_of(const struct sim_reader *reader, const uint8_t *send, size_t send_size) {
    uint32_t delay_ms = 0;
    if (reader->fault.slow_card && reader->power == SIM_ON)
        delay_ms = sim_card_delay(reader->card, send, send_size);
    return delay_ms < SIM_CARD_NEVER - reader->fault.slow_ms ? delay_ms + reader->fault.slow_ms
                                                             : SIM_CARD_NEVER;
}

static rm_status exchange_faulty(struct sim_connection *connection, const void *context, const uint8_t *send,
                                 size_t send_size, uint8_t *receive, size_t room, size_t *received) {
    struct sim_reader *reader = connection->reader;
    const uint32_t delay_ms = delay_of(reader, send, send_size);
    const rm_status slow = delay_ms ? dawdle(connection, context, delay_ms) : RM_OK;
    if (slow != RM_OK)
        return slow;
    if (reader->power != SIM_ON)
        return exchange(connection, send, send_size, receive, room, received);
    switch (sim_fault_exchange(&reader->fault)) {
    case SIM_NO_ANSWER:
        return RM_W_UNRESPONSIVE_CARD;
    case SIM_BAD_CONTACT:
        return RM_E_NOT_TRANSACTED;
    case SIM_PULLED:
        sim_reader_remove(reader);
        return RM_W_REMOVED_CARD;
    default:
        return exchange(connection, send, send_size, receive, room, received);
    }
}

rm_status sim_connection_transmit(struct sim_connection *connection, const void *context, const uint8_t *send,
                                  size_t send_size, uint8_t *receive, size_t *receive_size,
                                  uint32_t timeout_ms) {
    struct sim_reader *reader = connection->reader;
    const size_t room = *receive_size;
    *receive_size = 0;
    if (room < 2)
        return RM_E_INSUFFICIENT_BUFFER;
    lock_take(&reader->mutex);
    rm_status status = enter(connection, context, timeout_ms);
    if (status == RM_OK) {
        status = exchange_faulty(connection, context, send, send_size, receive, room, receive_size);
        leave(connection);
    }
    lock_give(&reader->mutex);
    return status;
}

rm_status sim_connection_notice(struct sim_connection *connection) {
    lock_take(&connection->reader->mutex);
    rm_status notice = notice_now(connection);
    lock_give(&connection->reader->mutex);
    return notice;
}

uint32_t sim_connection_protocol(struct sim_connection *connection) {
    lock_take(&connection->reader->mutex);
    uint32_t protocol = connection->protocol;
    lock_give(&connection->reader->mutex);
    return protocol;
}

bool sim_connection_locked(struct sim_connection *connection) {
    lock_take(&connection->reader->mutex);
    bool locked = connection->owed || connection->reader->lock.owner == connection;
    lock_give(&connection->reader->mutex);
    return locked;
}
