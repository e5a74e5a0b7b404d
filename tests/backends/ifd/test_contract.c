/* The contract of the port, kept by a driver in the process: vsmartcard's, with a simulated card. */
#include <stdio.h>

#include "support/contract/contract.h"
#include "support/kits/sim_source.h"
#include "support/services/ifd_rig.h"

static const struct sim_source card = {.image = "demo"};

static bool take_out(void *user) {
    return ifd_rig_remove(user, 0);
}

static bool put_back(void *user) {
    return ifd_rig_insert(user, 0, sim_source_serve, &card);
}

static bool cut(void *user) {
    return ifd_rig_cut(user) && put_back(user);
}

int main(void) {
    char why[300] = "";
    struct ifd_rig rig;
    if (!ifd_rig_open(&rig, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        return 0;
    }
    int failures = 1;
    if (put_back(&rig)) {
        const struct rm_contract contract = {.name = "ifd",
                                             .service = rig.service,
                                             .reader = ifd_rig_reader(0),
                                             .settle_ms = 1000,
                                             .remove = take_out,
                                             .put_back = put_back,
                                             .cut = cut,
                                             .user = &rig};
        failures = rm_contract_run(&contract);
    }
    ifd_rig_close(&rig);
    return failures;
}
