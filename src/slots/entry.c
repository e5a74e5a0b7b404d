/* A call's way into the reader: notices, and a level of the lock. */
#include "slots/entry.h"

rm_status slots_notice_now(const struct slots_connection *connection) {
    bool off = connection->notice == RM_W_RESET_CARD && connection->reader->power == SLOTS_OFF;
    return off ? RM_W_UNPOWERED_CARD : connection->notice;
}

bool slots_is_lost(const struct slots_connection *connection) {
    return connection->notice == RM_E_INVALID_HANDLE || connection->notice == RM_E_READER_UNAVAILABLE;
}

void slots_leave(struct slots_connection *connection) {
    --connection->calls;
    if (!slots_lock_give(&connection->reader->lock, connection) && connection->levels_to_resume)
        --connection->levels_to_resume;
}

rm_status slots_enter_anyhow(struct slots_connection *connection, const struct slots_claim *claim) {
    struct slots_reader *reader = connection->reader;
    const rm_status status = slots_lock_take(&reader->lock, &reader->mutex, claim);
    if (status == RM_OK)
        ++connection->calls;
    return status;
}

rm_status slots_enter(struct slots_connection *connection, const void *context, struct rm_bound *bound) {
    const struct slots_claim claim = {connection, context, &connection->notice, bound};
    if (connection->notice != RM_OK)
        return slots_notice_now(connection);
    const rm_status status = slots_enter_anyhow(connection, &claim);
    if (status == RM_OK && connection->notice != RM_OK)
        slots_leave(connection);
    return connection->notice != RM_OK ? slots_notice_now(connection) : status;
}
