/*
 * The contract over simulated readers: what is around the simulator may change nothing of what it keeps.
 * Used by the contract tests of the simulator and of what wraps it.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_CONTRACT_SIMULATED_H
#define SCARDSSP_TESTS_SUPPORT_CONTRACT_SIMULATED_H

#include "rm/rm.h"

/*
 * Runs all cases over `service` as one group of this name and returns the number of failures. sim: the
 * simulator of sim_service_create(NULL, ...), whose first reader is used: `service` itself, or what is behind
 * it.
 */
int rm_contract_run_simulated(const char *name, struct rm_service *service, struct rm_service *sim);

#endif
