/* The contract of the port, kept by the simulator. */
#include "backends/sim/setup.h"
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

int main(void) {
    struct rm_service *service = NULL;
    if (sim_service_create(NULL, &service, NULL, 0) != RM_OK)
        return 1;
    const struct rm_contract contract = {.name = "sim",
                                         .service = service,
                                         .reader = READER,
                                         .remove = take_out,
                                         .put_back = put_back,
                                         .cut = pull_cable,
                                         .user = service};
    int failures = rm_contract_run(&contract);
    rm_service_release(service);
    return failures;
}
