/*
 * Plays a table of scenarios (clients/scenarios.h) on the stage that the first argument names: "sim" or
 * "pcscd" (stage.h).
 */
#include <stdio.h>

#include "clients/scenarios.h"
#include "stage.h"

int main(int argc, char **argv) {
    char why[300] = "";
    if (!stage_open(argc > 1 ? argv[1] : NULL, why, sizeof why)) {
        printf("1..0 # SKIP %s\n", why);
        stage_close();
        return 0;
    }
    const int failed = _cmocka_run_group_tests(stage_kind(), scenarios, scenarios_count, NULL, NULL);
    stage_close();
    return failed;
}
