/* Windows' smart card service in the process: see winscard.h. Its table of calls is in winscard_api.c. */
#include "support/fakes/winscard.h"

#include <stdlib.h>
#include <string.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "base/clock.h"
#include "support/fakes/winscard_state.h"

#define PATIENCE_MS 5000u

struct fake_winscard fake;
struct fake_state fake_state = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

bool fake_winscard_open(void) {
    struct fake_state *const state = &fake_state;

    memset(&fake, 0, sizeof fake);
    memset(state->script, 0, sizeof state->script);
    memset(state->used, 0, sizeof state->used);
    fake.idle_ms = 5000;
    state->runs = true;
    state->stalls = false;
    state->last = 0x5CA0u;
    state->started = CreateEventW(NULL, TRUE, TRUE, NULL);
    return state->started && sim_service_create("", &fake.sim, NULL, 0) == RM_OK &&
           sim_plug(fake.sim, FAKE_READER, "demo", 0, NULL, 0) == RM_OK;
}

bool fake_winscard_close(void) {
    struct fake_state *const state = &fake_state;
    const uint64_t end = clock_deadline(PATIENCE_MS);

    fake_winscard_go();
    /* Calls that were given up are ended by threads that nobody waits for. */
    while (fake_winscard_contexts() && clock_left(end))
        Sleep(10);
    const bool tidy = fake_winscard_contexts() == 0;
    fake_winscard_stop();
    while (state->clients)
        fake_client_free(state->clients);
    CloseHandle(state->started);
    rm_service_release(fake.sim);
    fake.sim = NULL;
    return tidy;
}

void fake_winscard_script(enum fake_call call, LONG first, LONG second) {
    pthread_mutex_lock(&fake_state.lock);
    fake_state.used[call] = 0;
    fake_state.script[call][0] = first;
    fake_state.script[call][1] = second;
    pthread_mutex_unlock(&fake_state.lock);
}

unsigned fake_winscard_count(enum fake_call call) {
    pthread_mutex_lock(&fake_state.lock);
    const unsigned used = fake_state.used[call];
    pthread_mutex_unlock(&fake_state.lock);
    return used;
}

unsigned fake_winscard_contexts(void) {
    unsigned count = 0;

    pthread_mutex_lock(&fake_state.lock);
    for (const struct fake_client *client = fake_state.clients; client; client = client->next)
        count += !client->dead;
    pthread_mutex_unlock(&fake_state.lock);
    return count;
}

void fake_winscard_go(void) {
    pthread_mutex_lock(&fake_state.lock);
    fake_state.turns++;
    pthread_cond_broadcast(&fake_state.changed);
    pthread_mutex_unlock(&fake_state.lock);
}

/* Waits with the lock held until nobody is in a call of the client. */
static void drain(struct fake_client *client) {
    while (client->users) {
        pthread_mutex_unlock(&fake_state.lock);
        rm_cancel(client->rm);
        Sleep(1);
        pthread_mutex_lock(&fake_state.lock);
    }
}

void fake_client_end(struct fake_client *client) {
    client->dead = true;
    pthread_cond_broadcast(&fake_state.changed);
    drain(client);
    while (client->handles) {
        struct fake_handle *const handle = client->handles;
        client->handles = handle->next;
        (void)rm_disconnect(handle->rm, RM_LEAVE, RM_WITHIN(2000));
        free(handle);
    }
    if (client->rm)
        rm_context_close(client->rm);
    client->rm = NULL;
    pthread_cond_broadcast(&fake_state.changed); /* who gives the context back has waited for this */
}

void fake_client_free(struct fake_client *client) {
    for (struct fake_client **at = &fake_state.clients; *at; at = &(*at)->next) {
        if (*at == client) {
            *at = client->next;
            break;
        }
    }
    free(client);
}

void fake_winscard_stop(void) {
    pthread_mutex_lock(&fake_state.lock);
    fake_state.runs = false;
    ResetEvent(fake_state.started);
    for (struct fake_client *client = fake_state.clients; client; client = client->next)
        if (!client->dead)
            fake_client_end(client);
    pthread_mutex_unlock(&fake_state.lock);
}

void fake_winscard_start(void) {
    pthread_mutex_lock(&fake_state.lock);
    fake_state.runs = true;
    SetEvent(fake_state.started);
    pthread_mutex_unlock(&fake_state.lock);
}

LONG fake_code(rm_status status) {
    switch (status) {
    case RM_E_INVALID_HANDLE:
        return ERROR_INVALID_HANDLE;
    case RM_E_UNSUPPORTED_FEATURE:
        return ERROR_NOT_SUPPORTED;
    default:
        return (LONG)status;
    }
}
