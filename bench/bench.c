/*
 * bench [--check] [--quick]: speed of the library, as ratios to a reference measured in the same run, where
 * there is one. Everything runs on one core: what is measured is work, not the scheduler. --check: exit
 * status 1 when a row misses its target; --quick: a tenth of the measurements. `make bench` runs it.
 */
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "rows.h"

/* Pins this process, and so its children and threads, to the last core it may use. */
static bool pin(size_t *core) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return false;
    *core = CPU_SETSIZE - 1;
    while (*core > 0 && !CPU_ISSET(*core, &set))
        --*core;
    CPU_ZERO(&set);
    CPU_SET(*core, &set);
    /* Where it is allowed, the neighbours disturb less. */
    (void)setpriority(PRIO_PROCESS, 0, -20);
    return sched_setaffinity(0, sizeof set, &set) == 0;
}

static bool is_over(const struct row *row) {
    return !*row->skipped && row->value > row->target;
}

static void print_row(const struct row *row) {
    char spread[40] = "";
    if (*row->skipped) {
        printf("%-4s %-38s skipped: %s\n", row->number, row->what, row->skipped);
        return;
    }
    if (row->low > 0)
        (void)snprintf(spread, sizeof spread, "%.*f..%.*f", row->decimals, row->low, row->decimals,
                       row->high);
    printf("%-4s %-38s %-30s %9.*f  %-14s <= %-6.*f %s\n", row->number, row->what, row->measured,
           row->decimals, row->value, spread, row->decimals, row->target, is_over(row) ? "OVER" : "ok");
    fflush(stdout);
}

static int run_all(double effort, bool check) {
    struct row rows[ROWS_SIMULATOR + ROWS_BUFFER + ROWS_SERVICE + ROWS_NAMES];
    size_t count = 0;
    bool over = false;
    memset(rows, 0, sizeof rows);
    printf("%-4s %-38s %-30s %9s  %-14s %s\n", "row", "what", "measured", "value", "quartiles", "target");
    count += rows_service(rows + count, effort);
    count += rows_simulator(rows + count, effort);
    count += rows_names(rows + count, effort);
    count += rows_buffer(rows + count, effort);
    for (size_t i = 0; i < count; ++i) {
        print_row(&rows[i]);
        over = over || is_over(&rows[i]);
    }
    return check && over;
}

int main(int argc, char **argv) {
    bool check = false;
    double effort = 1;
    if (argc == 3 && strcmp(argv[1], "--transactions") == 0)
        return transactions(strtoul(argv[2], NULL, 10));
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], "--check") == 0) {
            check = true;
        } else if (strcmp(argv[i], "--quick") == 0) {
            effort = 0.1;
        } else {
            fputs("usage: bench [--check] [--quick]\n", stderr);
            return 2;
        }
    }
    size_t core = 0;
    if (pin(&core))
        printf("all on core %zu; medians\n\n", core);
    else
        printf("not pinned to a core: expect noise\n\n");
    return run_all(effort, check);
}
