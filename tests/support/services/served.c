/* Cards that are served on a thread: see served.h. */
#include "support/services/served.h"

#include <stdio.h>

#include "backends/vpcd/serve.h"
#include "base/clock.h"

#define PATIENCE_MS 10000u

static void take(void *user) {
    struct served *served = user;
    atomic_store(&served->taken, true);
}

static void *serve(void *argument) {
    struct served *served = argument;
    const struct vpcd_serve options = {
        .port = served->port, .wait_ms = PATIENCE_MS, .connected = take, .user = served};
    char message[300] = "";
    const rm_status status =
        vpcd_serve_card(served->card, &options, served->stop.fd, message, sizeof message);
    if (status != RM_OK)
        (void)fprintf(stderr, "serving: 0x%08X %s\n", (unsigned)status, message);
    atomic_store(&served->over, true);
    return NULL;
}

static void nap(void) {
    static const struct timespec moment = {0, 200000};
    (void)nanosleep(&moment, NULL);
}

bool served_start(struct served *served, struct sim_card *card, uint16_t port) {
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    served_stop(served);
    served->card = card;
    served->port = port;
    atomic_store(&served->taken, false);
    atomic_store(&served->over, false);
    if (!stopper_open(&served->stop))
        return false;
    served->running = pthread_create(&served->thread, NULL, serve, served) == 0;
    if (!served->running)
        stopper_close(&served->stop);
    while (served->running && !atomic_load(&served->taken) && !atomic_load(&served->over) &&
           clock_left(deadline) > 0)
        nap();
    return served->running && atomic_load(&served->taken);
}

void served_stop(struct served *served) {
    if (!served->running)
        return;
    (void)stopper_ask(&served->stop);
    (void)pthread_join(served->thread, NULL);
    stopper_close(&served->stop);
    served->running = false;
}

bool served_is_seen(struct rm_service *service, const char *reader, bool present) {
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    struct rm_context *context = NULL;
    bool seen = false;
    if (rm_context_open(service, RM_WITHIN(RM_INFINITE), &context) != RM_OK)
        return false;
    while (!seen && clock_left(deadline) > 0) {
        struct rm_reader_state state = {.reader = reader};
        seen = rm_wait(context, &state, 1, RM_WITHIN(0)) == RM_OK &&
               ((state.event & RM_STATE_PRESENT) != 0) == present && (!present || state.atr_size);
        if (!seen)
            nap();
    }
    rm_context_close(context);
    return seen;
}
