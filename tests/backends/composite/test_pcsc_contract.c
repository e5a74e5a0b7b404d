/*
 * The contract of the port, kept by a composite of a simulator and the PC/SC backend on a private pcscd,
 * whose reader is tested.
 */
#include <stdio.h>
#include <string.h>

#include "backends/composite/composite.h"
#include "backends/sim/setup.h"
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

static rm_status make(const char *spec, struct rm_service **out, char *message, size_t message_size) {
    return strcmp(spec, "system") == 0 ? system_service_create(out)
                                       : sim_service_create(NULL, out, message, message_size);
}

int main(void) {
    char why[256] = "";
    struct pcscd *const pcscd = pcscd_start(why, sizeof why);
    struct rm_service *service = composite_create();
    int failures = 1;
    if (!pcscd) {
        printf("1..0 # SKIP %s\n", why);
        rm_service_release(service);
        return 0;
    }
    if (service && composite_add(service, "sim", make, NULL) == RM_OK &&
        composite_add(service, "system", make, NULL) == RM_OK && put_back(pcscd)) {
        const struct rm_contract contract = {.name = "sim,system",
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
