/* The end of a context: see release.h. */
#include "dropin/release.h"

#include <sched.h>

#include "dropin/client.h"
#include "dropin/connection.h"

/* The number of a connection that there still is; 0: none. */
static LONG next_connection(struct client *client) {
    lock_take(&client->lock);
    const LONG number = client->connections ? client->connections->number : 0;
    lock_give(&client->lock);
    return number;
}

rm_status context_release(LONG number) {
    struct client *client = client_withdraw(number);
    if (!client)
        return RM_E_INVALID_HANDLE;
    for (LONG card; (card = next_connection(client)) != 0;)
        if (connection_abandon(card) == RM_E_INVALID_HANDLE)
            (void)sched_yield(); /* another thread has withdrawn it, and takes it off the list next */
    client_leave(client);
    return RM_OK;
}
