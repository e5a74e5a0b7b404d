/* The contract of the port, kept by the PC/SC backend on a private pcscd with a simulated card. */
#include <stdio.h>

#include "backends/system.h"
#include "support/contract/contract.h"
#include "support/kits/sim_source.h"
#include "support/services/pcscd.h"

static const struct sim_source card = {.image = "demo"};

static bool take_out(void *user) {
    return pcscd_remove(user, 0);
}

static bool put_back(void *user) {
    return pcscd_insert(user, 0, sim_source_serve, &card);
}

static bool restart(void *user) {
    pcscd_halt(user);
    return pcscd_resume(user) && put_back(user);
}

int main(void) {
    char why[256] = "";
    struct pcscd *const pcscd = pcscd_start(why, sizeof why);
    struct rm_service *service = NULL;

    if (!pcscd) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    int failures = 1;
    if (system_service_create(&service) == RM_OK && put_back(pcscd)) {
        const struct rm_contract contract = {.name = "pcsc",
                                             .service = service,
                                             .reader = pcscd_reader(0),
                                             .settle_ms = 2000,
                                             .remove = take_out,
                                             .put_back = put_back,
                                             .cut = restart,
                                             .user = pcscd};
        failures = rm_contract_run(&contract);
    }
    rm_service_release(service);
    pcscd_stop(pcscd);
    return failures;
}
