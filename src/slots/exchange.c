/* What a connection asks of the slot: exchanges, commands for the reader, attributes. */
#include "slots/exchange.h"

#include "slots/entry.h"

/* What the end of an exchange says of the card and of the connection. */
static rm_status conclude(struct slots_connection *connection, const struct slot_work *work,
                          rm_status status) {
    if (status == RM_W_REMOVED_CARD && !work->gone)
        slots_reader_remove(connection->reader);
    if (connection->notice != RM_OK)
        return slots_notice_now(connection);
    if (status == RM_E_CANCELLED)
        connection->notice = RM_W_RESET_CARD; /* nobody knows what the card has done */
    return status;
}

/* The exchange itself, on a reader that is this connection's to use. */
static rm_status exchange(struct slots_connection *connection, const void *context, const uint8_t *send,
                          size_t send_size, uint8_t *receive, size_t *receive_size) {
    static const rm_status unfit[] = {[SLOTS_EMPTY] = RM_W_REMOVED_CARD,
                                      [SLOTS_OFF] = RM_W_UNPOWERED_CARD,
                                      [SLOTS_MUTE] = RM_W_UNRESPONSIVE_CARD};
    struct slots_reader *reader = connection->reader;
    if (reader->power != SLOTS_ON)
        return unfit[reader->power];
    const uint32_t protocol = connection->usable;
    if (!protocol)
        return RM_E_PROTO_MISMATCH;
    struct slot_work work = {
        .works = &reader->works, .slot = reader->slot, .connection = connection, .context = context};
    rm_status status = slot_work_begin(&work);
    if (status != RM_OK)
        return connection->notice != RM_OK ? slots_notice_now(connection) : status;
    status = work.slot->ops->exchange(work.slot, protocol, send, send_size, receive, receive_size);
    slot_work_end(&work);
    return conclude(connection, &work, status);
}

rm_status slots_exchange_transmit(struct slots_connection *connection, const void *context,
                                  const uint8_t *send, size_t send_size, uint8_t *receive,
                                  size_t *receive_size, struct rm_bound *bound) {
    struct slots_reader *reader = connection->reader;
    size_t size = *receive_size;
    *receive_size = 0;
    if (size < 2)
        return RM_E_INSUFFICIENT_BUFFER;
    lock_take(&reader->mutex);
    rm_status status = slots_enter(connection, context, bound);
    if (status == RM_OK) {
        status = exchange(connection, context, send, send_size, receive, &size);
        slots_leave(connection);
    }
    lock_give(&reader->mutex);
    if (status == RM_OK)
        *receive_size = size;
    return status;
}

/* Who answers commands for the reader: its card's slot, or what it has without a card. NULL: nobody. */
static struct slot *commanded(const struct slots_reader *reader) {
    return reader->slot ? reader->slot : reader->vacant;
}

/* Who tells its attributes: they are the reader's, with a card or without. NULL: nobody. */
static struct slot *asked(const struct slots_reader *reader) {
    return reader->vacant ? reader->vacant : reader->slot;
}

/*
 * With the mutex held: begins the call; into the card's slot, where it is not instant, with a level of the
 * reader's lock. What answers for the reader knows nothing of transactions.
 */
static rm_status begin_in_slot(struct slots_connection *connection, struct slot_work *work,
                               struct slot *(*who)(const struct slots_reader *reader),
                               struct rm_bound *bound) {
    struct slots_reader *reader = connection->reader;
    const struct slots_claim claim = {connection, work->context, NULL, bound};
    if (slots_is_lost(connection))
        return connection->notice;
    if (!who(reader) || who(reader)->plain)
        return RM_E_UNSUPPORTED_FEATURE;
    work->entered = who(reader) != reader->vacant && !who(reader)->instant;
    rm_status status = work->entered ? slots_enter_anyhow(connection, &claim) : RM_OK;
    if (status != RM_OK)
        return status;
    work->slot = who(reader);
    work->of_reader = work->slot && work->slot == reader->vacant;
    if (slots_is_lost(connection))
        status = connection->notice;
    else
        status = work->slot ? slot_work_begin(work) : RM_E_UNSUPPORTED_FEATURE;
    if (status != RM_OK && work->entered)
        slots_leave(connection);
    return status;
}

/*
 * Begins a call into the slot that is not about the card's state: notices of the card do not keep it from
 * working. RM_OK: it ends with leave_slot(). RM_E_UNSUPPORTED_FEATURE: there is nobody to ask.
 */
static rm_status enter_slot(struct slots_connection *connection, const void *context, struct slot_work *work,
                            struct slot *(*who)(const struct slots_reader *reader), struct rm_bound *bound) {
    *work =
        (struct slot_work){.works = &connection->reader->works, .connection = connection, .context = context};
    lock_take(&connection->reader->mutex);
    const rm_status status = begin_in_slot(connection, work, who, bound);
    if (status != RM_OK)
        lock_give(&connection->reader->mutex);
    return status;
}

static void leave_slot(struct slots_connection *connection, struct slot_work *work) {
    slot_work_end(work);
    if (work->entered)
        slots_leave(connection);
    lock_give(&connection->reader->mutex);
}

rm_status slots_exchange_control(struct slots_connection *connection, const void *context, uint32_t code,
                                 const uint8_t *send, size_t send_size, uint8_t *receive,
                                 size_t *receive_size, struct rm_bound *bound) {
    struct slot_work work;
    size_t size = *receive_size;
    *receive_size = 0;
    rm_status status = enter_slot(connection, context, &work, commanded, bound);
    if (status != RM_OK)
        return status;
    status = work.slot->ops->control(work.slot, code, send, send_size, receive, &size);
    leave_slot(connection, &work);
    if (status == RM_OK)
        *receive_size = size;
    return status;
}

rm_status slots_exchange_attrib(struct slots_connection *connection, const void *context, uint32_t id,
                                uint8_t *value, size_t *size, struct rm_bound *bound) {
    struct slot_work work;
    rm_status status = enter_slot(connection, context, &work, asked, bound);
    if (status != RM_OK)
        return status;
    status = work.slot->ops->get_attrib(work.slot, id, value, size);
    leave_slot(connection, &work);
    return status;
}
