/* The hand at a simulated reader, for the contract: see simulated.h. */
#include "support/contract/simulated.h"

#include "backends/sim/sim.h"
#include "support/contract/contract.h"

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

int rm_contract_run_simulated(const char *name, struct rm_service *service, struct rm_service *sim) {
    const struct rm_contract contract = {.name = name,
                                         .service = service,
                                         .reader = READER,
                                         .remove = take_out,
                                         .put_back = put_back,
                                         .cut = pull_cable,
                                         .user = sim};
    return rm_contract_run(&contract);
}
