/* Readers lent through a NATS server: see lent.h. */
#include "support/services/lent.h"

#include <stdio.h>
#include <time.h>

#include "backends/nats/setup.h"
#include "base/clock.h"
#include "rm/readerstate.h"

#define PATIENCE_MS 10000u

bool lent_agent_start(struct lent *lent, struct rm_service *service, char *why, size_t why_size) {
    const struct share_options options = {.name = LENT_AGENT};
    return share_start(service, &lent->settings, &options, &lent->agent, why, why_size) == RM_OK;
}

struct rm_service *lent_client(const struct lent *lent) {
    struct rm_service *client = NULL;
    const char *spec = nats_server_spec(&lent->server);
    return nats_service_create(spec, &client, NULL, 0) == RM_OK ? client : NULL;
}

bool lent_start(struct lent *lent, struct rm_service *service, char *why, size_t why_size) {
    if (!nats_server_start(&lent->server, why, why_size))
        return false;
    if (settings_read(nats_server_spec(&lent->server), false, &lent->settings, why, why_size) != RM_OK)
        return false;
    if (!lent_agent_start(lent, service, why, why_size))
        return false;
    lent->client = lent_client(lent);
    return lent->client != NULL;
}

void lent_stop(struct lent *lent) {
    rm_service_release(lent->client);
    share_stop(lent->agent);
    settings_clear(&lent->settings);
    nats_server_stop(&lent->server);
    lent->client = NULL;
    lent->agent = NULL;
}

static uint32_t look(struct rm_service *service, const char *reader) {
    struct rm_reader_state state = {.reader = reader};
    struct rm_context *context = NULL;
    if (rm_context_open(service, RM_WITHIN(RM_INFINITE), &context) != RM_OK)
        return RM_STATE_GONE;
    (void)rm_wait(context, &state, 1, RM_WITHIN(0));
    rm_context_close(context);
    return state.event & (RM_STATE_COUNT | RM_STATE_PRESENCE);
}

bool lent_is_seen(const struct lent *lent, struct rm_service *service, const char *reader) {
    const struct timespec moment = {.tv_nsec = 1000000};
    const uint64_t deadline = clock_deadline(PATIENCE_MS);
    char far[160];
    (void)snprintf(far, sizeof far, "%s" LENT_BEHIND, reader);
    while (look(lent->client, far) != look(service, reader)) {
        if (!clock_left(deadline))
            return false;
        nanosleep(&moment, NULL);
    }
    return true;
}
