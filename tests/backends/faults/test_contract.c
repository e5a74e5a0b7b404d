/* The contract of the port, kept by the simulator with faults around it that never strike. */
#include <string.h>

#include "backends/faults/faulty.h"
#include "backends/sim/setup.h"
#include "support/contract/simulated.h"

int main(void) {
    static const char script[] = "after 999999: remove\nins 00: stop\n";
    struct rm_service *sim = NULL, *service = NULL;
    if (sim_service_create(NULL, &sim, NULL, 0) != RM_OK ||
        faulty_wrap(sim, script, strlen(script), &service, NULL, 0) != RM_OK)
        return 1;
    const int failures = rm_contract_run_simulated("faults", service, sim);
    rm_service_release(service);
    return failures;
}
