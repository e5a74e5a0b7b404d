/* The contract of the port, kept by the simulator with the tracer around it: the tracer changes nothing. */
#include <stdio.h>

#include "backends/sim/setup.h"
#include "backends/sim/sim.h"
#include "backends/tracer/tracer.h"
#include "support/contract/contract.h"

#ifdef _WIN32
#define NOWHERE "NUL"
#else
#define NOWHERE "/dev/null"
#endif
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
    struct rm_service *sim = NULL;
    FILE *nowhere = fopen(NOWHERE, "w");
    if (!nowhere || sim_service_create(NULL, &sim, NULL, 0) != RM_OK)
        return 1;
    struct rm_service *service = tracer_wrap(sim, 2, nowhere);
    if (!service)
        return 1;
    const struct rm_contract contract = {.name = "tracer",
                                         .service = service,
                                         .reader = READER,
                                         .remove = take_out,
                                         .put_back = put_back,
                                         .cut = pull_cable,
                                         .user = sim};
    int failures = rm_contract_run(&contract);
    rm_service_release(service);
    fclose(nowhere);
    return failures;
}
