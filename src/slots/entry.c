/* A call's way into the reader: notices, and a level of the lock. */
#include "slots/entry.h"

rm_status sim_notice_now(const struct sim_connection *connection) {
    bool off = connection->notice == RM_W_RESET_CARD && connection->reader->power == SIM_OFF;
    return off ? RM_W_UNPOWERED_CARD : connection->notice;
}

bool sim_is_lost(const struct sim_connection *connection) {
    return connection->notice == RM_E_INVALID_HANDLE || connection->notice == RM_E_READER_UNAVAILABLE;
}

void sim_leave(struct sim_connection *connection) {
    --connection->calls;
    if (!sim_lock_give(&connection->reader->lock, connection) && connection->levels_to_resume)
        --connection->levels_to_resume;
}

rm_status sim_enter_anyhow(struct sim_connection *connection, const struct sim_claim *claim) {
    struct sim_reader *reader = connection->reader;
    const rm_status status = sim_lock_take(&reader->lock, &reader->mutex, claim);
    if (status == RM_OK)
        ++connection->calls;
    return status;
}

rm_status sim_enter(struct sim_connection *connection, const void *context, struct rm_bound *bound) {
    const struct sim_claim claim = {connection, context, &connection->notice, bound};
    if (connection->notice != RM_OK)
        return sim_notice_now(connection);
    const rm_status status = sim_enter_anyhow(connection, &claim);
    if (status == RM_OK && connection->notice != RM_OK)
        sim_leave(connection);
    return connection->notice != RM_OK ? sim_notice_now(connection) : status;
}
