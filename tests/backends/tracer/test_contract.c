/* The contract of the port, kept by the simulator with the tracer around it: the tracer changes nothing. */
#include <stdio.h>

#include "backends/sim/setup.h"
#include "backends/tracer/tracer.h"
#include "support/contract/simulated.h"

#ifdef _WIN32
#define NOWHERE "NUL"
#else
#define NOWHERE "/dev/null"
#endif

int main(void) {
    struct rm_service *sim = NULL;
    FILE *nowhere = fopen(NOWHERE, "w");
    if (!nowhere || sim_service_create(NULL, &sim, NULL, 0) != RM_OK)
        return 1;
    struct rm_service *service = tracer_wrap(sim, 2, nowhere, NULL);
    if (!service)
        return 1;
    int failures = rm_contract_run_simulated("tracer", service, sim);
    rm_service_release(service);
    fclose(nowhere);
    return failures;
}
