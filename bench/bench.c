/*
 * bench [--check] [--quick] [--family NAME]... [--json FILE] [--plot FILE]: speed of the library, as ratios
 * to a reference measured in the same run, where there is one. Everything runs on one core: what is measured
 * is work, not the scheduler. --check: exit status 1 when a row misses its target; --quick: a tenth of the
 * measurements; --family: only these; --json, --plot: the rows once more, for scripts and for the eye. `make
 * bench` runs it.
 */
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"
#include "rows.h"
#include "session.h"

static const struct family {
    const char *name;
    rows_family measure;
} families[] = {
    {"service", rows_service}, {"simulator", rows_simulator}, {"byname", rows_byname},
    {"names", rows_names},     {"processes", rows_processes}, {"buffer", rows_buffer},
    {"memory", rows_memory},   {"scaling", rows_scaling},     {"handover", rows_handover},
    {"pcsc", rows_pcsc},       {"listener", rows_listener},   {"insertion", rows_insertion},
    {"driver", rows_driver},   {"remote", rows_remote},       {"rack", rows_rack},
};

#define FAMILIES (sizeof families / sizeof *families)

/* What the process of a family hands back. */
struct result {
    size_t count;
    struct row rows[ROWS_MAX];
};

struct settings {
    bool check, chosen[FAMILIES], any_chosen;
    double effort;
    const char *json, *plot;
};

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

/*
 * Measures a family in a process of its own. One that dies gives one row, which says so. The result's
 * constant texts are at the same places in both processes.
 */
static void measure(const struct family *family, double effort, struct result *result) {
    int status = -1;
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        result->count = family->measure(result->rows, effort);
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
        result->count = 1;
        result->rows[0] = (struct row){.number = "-", .what = family->name};
        (void)snprintf(result->rows[0].skipped, sizeof result->rows[0].skipped,
                       "the process that measured it has died, status %d", status);
    }
}

static bool write_file(const char *path, void (*write)(FILE *, const struct row *, size_t),
                       const struct row *rows, size_t count) {
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!path)
        return true;
    if (file)
        write(file, rows, count);
    const bool good = file && !ferror(file) && fclose(file) == 0;
    if (!good)
        perror(path);
    return good;
}

static int run_all(const struct settings *settings) {
    static struct row rows[FAMILIES * ROWS_MAX];
    struct result *result =
        mmap(NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t count = 0;
    bool missed = false;
    if (result == MAP_FAILED) {
        perror("bench");
        return 1;
    }
    report_titles(stdout);
    for (size_t i = 0; i < FAMILIES; ++i) {
        if (settings->any_chosen && !settings->chosen[i])
            continue;
        memset(result, 0, sizeof *result);
        measure(&families[i], settings->effort, result);
        for (size_t j = 0; j < result->count; ++j) {
            rows[count] = result->rows[j];
            report_row(stdout, &rows[count]);
            missed = report_is_missed(&rows[count]) || missed;
            count++;
        }
    }
    (void)munmap(result, sizeof *result);
    const bool written = write_file(settings->json, report_json, rows, count) &&
                         write_file(settings->plot, report_plot, rows, count);
    return !written || (settings->check && missed);
}

static bool choose(struct settings *settings, const char *name) {
    for (size_t i = 0; i < FAMILIES; ++i) {
        if (strcmp(families[i].name, name) == 0)
            return settings->chosen[i] = settings->any_chosen = true;
    }
    return false;
}

static int usage(void) {
    fputs("usage: bench [--check] [--quick] [--family NAME]... [--json FILE] [--plot FILE]\nfamilies:",
          stderr);
    for (size_t i = 0; i < FAMILIES; ++i)
        fprintf(stderr, " %s", families[i].name);
    fputs("\n", stderr);
    return 2;
}

static bool take(struct settings *settings, int argc, char **argv, int *at) {
    const char *option = argv[*at];
    const char *value = *at + 1 < argc ? argv[*at + 1] : NULL;
    if (strcmp(option, "--check") == 0)
        return settings->check = true;
    if (strcmp(option, "--quick") == 0) {
        settings->effort = 0.1;
        return true;
    }
    if (!value)
        return false;
    ++*at;
    if (strcmp(option, "--family") == 0)
        return choose(settings, value);
    if (strcmp(option, "--json") == 0)
        return settings->json = value, true;
    return strcmp(option, "--plot") == 0 && (settings->plot = value, true);
}

int main(int argc, char **argv) {
    struct settings settings = {.effort = 1};
    if (argc == 3 && strcmp(argv[1], "--transactions") == 0)
        return transactions(strtoul(argv[2], NULL, 10));
    if (argc == 4 && strcmp(argv[1], "--sessions") == 0)
        return sessions(argv[2], strtod(argv[3], NULL));
    for (int i = 1; i < argc; ++i)
        if (!take(&settings, argc, argv, &i))
            return usage();
    size_t core = 0;
    if (pin(&core))
        printf("all on core %zu; medians\n\n", core);
    else
        printf("not pinned to a core: expect noise\n\n");
    return run_all(&settings);
}
