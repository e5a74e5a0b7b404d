/*
 * P10 and P18: whole processes, from the call that starts them to their end, as they are once installed. P10:
 * the tool beside OpenSC's, over a private pcscd with a card in its reader, and a program that makes nothing
 * but the calls. P18: a program that makes one card object on the simulator beside one that does nothing.
 */
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <scardssp_sim.h>

#include "installed.h"
#include "pairs.h"
#include "rows.h"
#include "support/services/pcscd.h"

#define TURNS_TOOL 120
#define TURNS_START 400

extern char **environ;

struct programs {
    char *const *ours, *const *reference; /* argv, found in PATH */
};

/* Runs it to its end, with its output thrown away. */
static bool run(char *const *argv) {
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    int status = 1;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    bool good = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
                posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
                posix_spawnp(&child, argv[0], &actions, NULL, argv, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    good = good && waitpid(child, &status, 0) == child;
    return good && status == 0;
}

static bool run_ours(void *programs) {
    return run(((const struct programs *)programs)->ours);
}

static bool run_reference(void *programs) {
    return run(((const struct programs *)programs)->reference);
}

/* added: the value is what ours takes longer, in ms; else it is the ratio. */
static void measure(struct row *row, const struct programs *programs, double turns, bool added) {
    struct programs both = *programs;
    struct pairs_result result;
    if (!pairs_run(run_ours, run_reference, &both, (size_t)turns, &result)) {
        (void)snprintf(row->skipped, sizeof row->skipped, "%s or %s fails, or is not installed", both.ours[0],
                       both.reference[0]);
        return;
    }
    const double unit = added ? result.reference / 1e6 : 1;
    row->value = (added ? result.ratio - 1 : result.ratio) * unit;
    row->low = (added ? result.low - 1 : result.low) * unit;
    row->high = (added ? result.high - 1 : result.high) * unit;
    (void)snprintf(row->measured, sizeof row->measured, "%.2f / %.2f ms", result.ours / 1e6,
                   result.reference / 1e6);
}

static int serve(const void *card, uint16_t port, int stop_fd, void (*connected)(void *user), void *user) {
    const struct scardssp_sim_serve_options options = {
        .image = card, .protocol = 2, .wait_ms = 5000, .port = port, .connected = connected, .user = user};
    return scardssp_sim_serve(&options, stop_fd, NULL, 0) == S_OK ? 0 : 1;
}

/* What no list can do without: told beside the row, and taken into account by whoever reads it. */
static void add_floor(struct row *row, char *const *reference, double turns) {
    static char rawlist[] = BENCH_RAWLIST;
    char *const raw[] = {rawlist, NULL};
    struct programs both = {raw, reference};
    struct pairs_result result;
    const size_t length = strlen(row->measured);
    if (!*row->skipped && pairs_run(run_ours, run_reference, &both, (size_t)turns, &result))
        (void)snprintf(row->measured + length, sizeof row->measured - length, "; the raw calls alone %.3f",
                       result.ratio);
}

static void measure_tools(struct row *rows, char *scard, double effort) {
    static char list[] = "list", apdu[] = "apdu", one[] = "-r", first[] = "0";
    static char opensc[] = "opensc-tool", l[] = "-l", r[] = "-r", s[] = "-s", command[] = "0084000008";
    char *const ours_list[] = {scard, list, NULL}, *const opensc_list[] = {opensc, l, NULL};
    char *const ours_apdu[] = {scard, apdu, one, first, command, NULL};
    char *const opensc_send[] = {opensc, r, first, s, command, NULL};
    measure(&rows[0], &(struct programs){ours_list, opensc_list}, TURNS_TOOL * effort, false);
    add_floor(&rows[0], opensc_list, TURNS_TOOL * effort);
    measure(&rows[1], &(struct programs){ours_apdu, opensc_send}, TURNS_TOOL * effort, false);
}

static void measure_start(struct row *row, char *with_card, double effort) {
    static char empty[] = BENCH_EMPTY;
    char *const ours[] = {with_card, NULL}, *const reference[] = {empty, NULL};
    measure(row, &(struct programs){ours, reference}, TURNS_START * effort, true);
}

size_t rows_processes(struct row *rows, double effort) {
    static const struct row plan[] = {
        {.number = "P10", .what = "scard list / opensc-tool -l, process", .target = 0.2, .decimals = 3},
        {.number = "P10", .what = "scard apdu / opensc-tool -s, process", .target = 0.25, .decimals = 3},
        {.number = "P18", .what = "One card object / empty program, added: ms", .target = 0.5, .decimals = 3},
    };
    char why[sizeof rows->skipped] = "", scard[PATH_MAX], with_card[PATH_MAX];
    memcpy(rows, plan, sizeof plan);
    struct pcscd *pcscd = pcscd_start(why, sizeof why);
    struct installed installed = {""};
    if (!pcscd || !installed_begin(&installed, BENCH_LIBRARY))
        (void)fprintf(stderr, "P10, P18: the programs are those of the build, which start more slowly\n");
    (void)installed_path(&installed, BENCH_SCARD, scard, sizeof scard);
    (void)installed_path(&installed, BENCH_ONECARD, with_card, sizeof with_card);
    if (pcscd && pcscd_insert(pcscd, 0, serve, "demo"))
        measure_tools(rows, scard, effort);
    for (size_t i = 0; i < 2; ++i)
        if (rows[i].value <= 0 && !*rows[i].skipped)
            (void)snprintf(rows[i].skipped, sizeof rows[i].skipped, "%s",
                           pcscd ? "the service does not see the served card" : why);
    pcscd_stop(pcscd);
    measure_start(&rows[2], with_card, effort);
    installed_end(&installed);
    return 3;
}
