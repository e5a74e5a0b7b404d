/* Clients, and waits that can be called off: see client.h. */
#include "dropin/client.h"

#include <stdlib.h>
#include <time.h>

#include "base/container.h"
#include "base/env.h"
#include "module/manager.h"

static struct client *client_of(struct handle *handle) {
    return CONTAINER_OF(handle, struct client, handle);
}

static void client_end(struct handle *handle) {
    struct client *client = client_of(handle);
    rm_context_close(atomic_load(&client->waits));
    rm_context_close(client->calls);
    free(client);
}

/*
 * pcsc-lite waits for other users of a reader as long as it takes, or not at all where its variable says so.
 * Where ours is set, it is the limit of every wait.
 */
static void set_patience(struct client *client) {
    client->connect_ms = manager_timeout();
    client->patience_ms = env_get("SCARDSSP_TIMEOUT") ? client->connect_ms : RM_INFINITE;
    if (env_get("PCSCLITE_NO_BLOCKING")) {
        client->connect_ms = 0;
        client->patience_ms = 0;
    }
}

rm_status client_open(LONG *number) {
    struct rm_service *service = NULL;
    rm_status status = manager_service(&service);
    struct client *client = status == RM_OK ? calloc(1, sizeof *client) : NULL;
    if (status == RM_OK && !client)
        status = RM_E_NO_MEMORY;
    if (status == RM_OK)
        status = rm_context_open(service, RM_WITHIN(RM_INFINITE), &client->calls);
    if (status == RM_OK) {
        client->handle.end = client_end;
        client->receive_max = service->receive_max;
        set_patience(client);
        *number = handle_add(&client->handle, HANDLE_CONTEXT);
        if (*number) {
            client_leave(client);
            return RM_OK;
        }
        rm_context_close(client->calls);
        status = RM_E_NO_MEMORY;
    }
    free(client);
    return status;
}

struct client *client_enter(LONG number) {
    struct handle *handle = handle_find(HANDLE_CONTEXT, number);
    return handle ? client_of(handle) : NULL;
}

void client_leave(struct client *client) {
    handle_drop(&client->handle);
}

struct client *client_withdraw(LONG number) {
    struct handle *handle = handle_withdraw(HANDLE_CONTEXT, number);
    struct client *client = handle ? client_of(handle) : NULL;
    if (!client)
        return NULL;
    lock_take(&client->lock);
    client->closed = true;
    lock_give(&client->lock);
    client_cancel(client);
    return client;
}

/* Waits */

/* The context for waits, opened when it is first needed. */
static rm_status open_waits(struct client *client, struct rm_bound *bound, struct rm_context **out) {
    struct rm_service *service = NULL;
    struct rm_context *fresh = NULL;
    *out = atomic_load(&client->waits);
    if (*out)
        return RM_OK;
    rm_status status = manager_service(&service);
    if (status == RM_OK)
        status = rm_context_open(service, bound, &fresh);
    if (status != RM_OK)
        return status;
    if (atomic_compare_exchange_strong(&client->waits, out, fresh))
        *out = fresh;
    else
        rm_context_close(fresh); /* another thread was faster */
    return RM_OK;
}

static rm_status begin_wait(struct client *client, struct client_wait *wait) {
    lock_take(&client->lock);
    const rm_status status = client->closed ? RM_E_INVALID_HANDLE : RM_OK;
    if (status == RM_OK) {
        wait->next = client->waiting;
        client->waiting = wait;
    }
    lock_give(&client->lock);
    return status;
}

static void end_wait(struct client *client, const struct client_wait *wait) {
    lock_take(&client->lock);
    struct client_wait **at = &client->waiting;
    while (*at != wait)
        at = &(*at)->next;
    *at = wait->next;
    lock_give(&client->lock);
}

static bool is_called_off(struct client *client, const struct client_wait *wait) {
    lock_take(&client->lock);
    const bool off = wait->called_off;
    lock_give(&client->lock);
    return off;
}

rm_status client_wait(struct client *client, struct rm_reader_state *states, size_t count,
                      struct rm_bound *bound) {
    struct rm_context *context = NULL;
    struct client_wait wait = {.next = NULL};
    rm_status status = open_waits(client, bound, &context);
    if (status == RM_OK)
        status = begin_wait(client, &wait);
    if (status != RM_OK)
        return status;
    do { /* somebody else's cancelling, which began before this wait, is not meant for it */
        status = is_called_off(client, &wait) ? RM_E_CANCELLED : rm_wait(context, states, count, bound);
    } while (status == RM_E_CANCELLED && !is_called_off(client, &wait));
    end_wait(client, &wait);
    return status;
}

/* Calls off all waits there are at this moment. */
static void call_off(struct client *client) {
    lock_take(&client->lock);
    for (struct client_wait *wait = client->waiting; wait; wait = wait->next)
        wait->called_off = true;
    lock_give(&client->lock);
}

static bool has_called_off(struct client *client) {
    lock_take(&client->lock);
    const struct client_wait *wait = client->waiting;
    while (wait && !wait->called_off)
        wait = wait->next;
    lock_give(&client->lock);
    return wait != NULL;
}

/* A wait that has been announced and has not reached the port yet misses the first of these. */
void client_cancel(struct client *client) {
    static const struct timespec moment = {.tv_nsec = 1000000};
    struct rm_context *context = atomic_load(&client->waits);
    call_off(client);
    while (context && has_called_off(client)) {
        rm_cancel(context);
        if (has_called_off(client))
            (void)nanosleep(&moment, NULL);
    }
}
