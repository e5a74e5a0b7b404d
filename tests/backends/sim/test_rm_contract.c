/* The contract of the port, kept by the simulator. */
#include "backends/sim/setup.h"
#include "support/contract/simulated.h"

int main(void) {
    struct rm_service *service = NULL;
    if (sim_service_create(NULL, &service, NULL, 0) != RM_OK)
        return 1;
    int failures = rm_contract_run_simulated("sim", service, service);
    rm_service_release(service);
    return failures;
}
