/*
 * P11: 1, 2, 4 ... 64 simulated readers, a thread and a card object for each: how much more commands they do
 * than one reader (gain.h).
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <scardssp_rm.h>
#include <scardssp_sim.h>

#include "gain.h"
#include "rows.h"
#include "subject.h"

#define READERS_MAX GAIN_THREADS_MAX
#define ROWS 6u /* 2, 4 ... 64 */

static struct subject subjects[READERS_MAX];

static bool step(void *data) {
    struct subject *subject = data;
    return ISCard_Transaction(subject->card, &subject->cmd) == S_OK;
}

static bool open_subjects(void) {
    const char *why = "";
    if (FAILED(scardssp_use_rm("sim:", NULL, 0)))
        return false;
    for (unsigned i = 0; i < READERS_MAX; ++i) {
        char name[40];
        (void)snprintf(name, sizeof name, "Bench Reader %02u", i);
        if (FAILED(scardssp_sim_plug(name, "demo", 0, NULL, 0)) ||
            !subject_open(&subjects[i], name, T1, &why)) {
            fprintf(stderr, "%s cannot be used: %s\n", name, why);
            return false;
        }
    }
    return true;
}

size_t rows_scaling(struct row *rows, double effort) {
    static const struct row plan[ROWS] = {
        {.number = "P11", .what = "2 readers: gain / a loop's gain"},
        {.number = "P11", .what = "4 readers: gain / a loop's gain"},
        {.number = "P11", .what = "8 readers: gain / a loop's gain"},
        {.number = "P11", .what = "16 readers: gain / a loop's gain"},
        {.number = "P11", .what = "32 readers: gain / a loop's gain"},
        {.number = "P11", .what = "64 readers: gain / a loop's gain"},
    };
    const struct gain gain = {step, subjects, sizeof *subjects};
    const size_t rounds = gain_rounds(effort);
    gain_free_cores();
    bool good = open_subjects();
    memcpy(rows, plan, sizeof plan);
    for (unsigned i = 0; i < ROWS; ++i) {
        rows[i].target = 0.9;
        rows[i].at_least = 1;
        rows[i].decimals = 2;
        rows[i].limit = "the cores that the machine gives at that moment; readers share nothing";
        good = good && gain_measure(&rows[i], &gain, 2u << i, rounds);
        if (!good)
            (void)snprintf(rows[i].skipped, sizeof rows[i].skipped, "the simulator cannot be used");
    }
    for (unsigned i = 0; i < READERS_MAX; ++i)
        subject_close(&subjects[i]);
    return ROWS;
}
