/*
 * P9: the name of a card by its ATR, out of the public list. Cold: the first question a process asks, against
 * a run of ATR_analysis of pcsc-tools, which reads the same list. Warm: each further question, in
 * microseconds.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pairs.h"
#include "rows.h"
#include "scardssp.h"
#include "scardssp_db.h"

#define COLD_RUNS 41
#define ANALYSIS_RUNS 15
#define WARM_TURNS 50000

/* A SIM whose entry is in the middle of the list. */
static const uint8_t atr[] = {0x3B, 0x9F, 0x96, 0x80, 0x1F, 0xC7, 0x80, 0x31, 0xE0, 0x73, 0xFE,
                              0x21, 0x1B, 0x63, 0x3A, 0x10, 0xA5, 0x83, 0x0F, 0x90, 0x00, 0x60};
#define ANALYSIS                                                                                             \
    "ATR_analysis '3B 9F 96 80 1F C7 80 31 E0 73 FE 21 1B 63 3A 10 A5 83 0F 90 00 60' >/dev/null 2>&1"

static int count_name(void *user, const char *name) {
    (void)name;
    ++*(size_t *)user;
    return 1;
}

/* One question; the names found, or -1. */
static long ask(void) {
    size_t names = 0;
    char message[200];
    const int32_t hr = scardssp_public_names(atr, sizeof atr, count_name, &names, message, sizeof message);
    return FAILED(hr) ? -1 : (long)names;
}

/* The first question of a child process, in ns; below 0: it failed. */
static double cold_once(void) {
    int ends[2];
    uint64_t took = 0;
    if (pipe(ends) != 0)
        return -1;
    const pid_t child = fork();
    if (child == 0) {
        const uint64_t start = now_ns();
        const bool good = ask() >= 0;
        took = now_ns() - start;
        _exit(good && write(ends[1], &took, sizeof took) == sizeof took ? 0 : 1);
    }
    close(ends[1]);
    const bool told = child > 0 && read(ends[0], &took, sizeof took) == sizeof took;
    close(ends[0]);
    if (child > 0)
        (void)waitpid(child, NULL, 0);
    return told ? (double)took : -1;
}

static double analysis_once(void) {
    const uint64_t start = now_ns();
    return system(ANALYSIS) == 0 ? (double)(now_ns() - start) : -1;
}

/* The median of `count` runs; below 0 as soon as one fails. */
static double median_of(double (*once)(void), size_t count) {
    double values[COLD_RUNS];
    for (size_t i = 0; i < count; ++i)
        if ((values[i] = once()) < 0)
            return -1;
    return median(values, count);
}

static void cold_row(struct row *row) {
    const double cold = median_of(cold_once, COLD_RUNS);
    const double analysis = cold < 0 ? -1 : median_of(analysis_once, ANALYSIS_RUNS);
    if (analysis < 0) {
        (void)snprintf(row->skipped, sizeof row->skipped,
                       "the public list or ATR_analysis (pcsc-tools) is missing");
        return;
    }
    row->value = cold / analysis;
    (void)snprintf(row->measured, sizeof row->measured, "%.2f / %.1f ms", cold / 1e6, analysis / 1e6);
}

static void warm_row(struct row *row, size_t turns) {
    long names = ask();
    if (names < 0 || ask() != names) {
        (void)snprintf(row->skipped, sizeof row->skipped, "the public list is missing");
        return;
    }
    const uint64_t start = now_ns();
    for (size_t i = 0; i < turns; ++i)
        (void)ask();
    row->value = (double)(now_ns() - start) / (double)turns / 1000;
    (void)snprintf(row->measured, sizeof row->measured, "us, %ld name%s", names, names == 1 ? "" : "s");
}

size_t rows_names(struct row *rows, double effort) {
    rows[0] = (struct row){
        .number = "P9", .what = "ATR to name, cold / ATR_analysis", .target = 0.006, .decimals = 4};
    rows[1] = (struct row){.number = "P9", .what = "ATR to name, warm: us", .target = 0.3, .decimals = 3};
    cold_row(&rows[0]);
    warm_row(&rows[1], (size_t)(WARM_TURNS * effort));
    return 2;
}
