/*
 * The contract of the port, kept by the backend for Windows' smart card service: over a service in the
 * process.
 */
#include "backends/sim/sim.h"
#include "support/contract/contract.h"
#include "support/fakes/winscard.h"

static bool take_out(void *user) {
    (void)user;
    return sim_remove(fake.sim, FAKE_READER) == RM_OK;
}

static bool put_back(void *user) {
    (void)user;
    return sim_put_back(fake.sim, FAKE_READER) == RM_OK;
}

static bool restart(void *user) {
    (void)user;
    fake_winscard_stop();
    fake_winscard_start();
    return true;
}

int main(int argc, char **argv) {
    (void)argv;
    struct rm_service *service = NULL;
    int failures = 1;

    if (fake_winscard_open() && winscard_service_create_with(&fake_winscard_api, &service) == RM_OK) {
        const struct rm_contract contract = {.name = "winscard",
                                             .service = service,
                                             .reader = FAKE_READER,
                                             .remove = take_out,
                                             .put_back = put_back,
                                             .cut = restart};
        fake.keeps_transactions = argc > 1; /* as pcsc-lite does, and Wine with it */
        failures = rm_contract_run(&contract);
    }
    rm_service_release(service);
    return fake_winscard_close() ? failures : failures + 1;
}
