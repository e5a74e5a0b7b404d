/* Two ways measured in turn: see pairs.h. */
#include "pairs.h"

#include <stdlib.h>
#include <time.h>

#define PARTS 20u
#define WARM_TURNS 50u

struct turn {
    double ours, reference; /* mean of the two steps */
};

uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, by_size);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static bool turn_run(pairs_step ours, pairs_step reference, void *subject, struct turn *out) {
    const uint64_t t0 = now_ns();
    const bool first = ours(subject);
    const uint64_t t1 = now_ns();
    const bool second = reference(subject) && reference(subject);
    const uint64_t t2 = now_ns();
    const bool last = ours(subject);
    const uint64_t t3 = now_ns();
    out->ours = (double)(t1 - t0 + t3 - t2) / 2;
    out->reference = (double)(t2 - t1) / 2;
    return first && second && last;
}

/* Ratio over turns; scratch has room for `count` numbers. */
static double ratio_of(const struct turn *turns, size_t count, double *scratch, double *ours,
                       double *reference) {
    for (size_t i = 0; i < count; ++i)
        scratch[i] = turns[i].ours;
    *ours = median(scratch, count);
    for (size_t i = 0; i < count; ++i)
        scratch[i] = turns[i].reference;
    *reference = median(scratch, count);
    for (size_t i = 0; i < count; ++i)
        scratch[i] = turns[i].ours - turns[i].reference;
    return 1 + median(scratch, count) / *reference;
}

static void evaluate(const struct turn *turns, size_t count, double *scratch, struct pairs_result *out) {
    double parts[PARTS];
    double ours, reference;
    const size_t part = count / PARTS;
    for (size_t i = 0; i < PARTS; ++i)
        parts[i] = ratio_of(turns + i * part, part, scratch, &ours, &reference);
    (void)median(parts, PARTS);
    out->low = parts[PARTS / 4];
    out->high = parts[PARTS - 1 - PARTS / 4];
    out->ratio = ratio_of(turns, count, scratch, &out->ours, &out->reference);
}

bool pairs_run(pairs_step ours, pairs_step reference, void *subject, size_t turns, struct pairs_result *out) {
    const size_t count = turns < PARTS ? PARTS : turns;
    struct turn *all = calloc(count, sizeof *all);
    double *scratch = calloc(count, sizeof *scratch);
    bool good = all && scratch;
    for (size_t i = 0; good && i < WARM_TURNS; ++i)
        good = turn_run(ours, reference, subject, &all[0]);
    for (size_t i = 0; good && i < count; ++i)
        good = turn_run(ours, reference, subject, &all[i]);
    if (good)
        evaluate(all, count, scratch, out);
    free(scratch);
    free(all);
    return good;
}
