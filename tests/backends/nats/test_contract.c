/* The contract of the port, kept by simulated readers that an agent lends through a NATS server. */
#include <stdio.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "support/contract/contract.h"
#include "support/services/lent.h"

#define READER "Simulated Reader 00"

static bool take_out(void *user) {
    return sim_remove(user, READER) == RM_OK;
}

static bool put_back(void *user) {
    return sim_put_back(user, READER) == RM_OK;
}

static bool pull_cable(void *user) {
    return sim_unplug(user, READER) == RM_OK && sim_plug(user, READER, "demo", 0, NULL, 0) == RM_OK;
}

int main(void) {
    char why[300] = "";
    struct lent lent = {.agent = NULL};
    struct rm_service *sim = NULL;
    int failures = 1;
    if (sim_service_create(NULL, &sim, NULL, 0) != RM_OK)
        return 1;
    if (lent_start(&lent, sim, why, sizeof why)) {
        const struct rm_contract contract = {.name = "nats",
                                             .service = lent.client,
                                             .reader = READER LENT_BEHIND,
                                             .settle_ms = 2000,
                                             .remove = take_out,
                                             .put_back = put_back,
                                             .cut = pull_cable,
                                             .user = sim};
        failures = rm_contract_run(&contract);
    } else {
        printf("1..0 # SKIP %s\n", why);
        failures = lent.server.process != 0;
    }
    lent_stop(&lent);
    rm_service_release(sim);
    return failures;
}
