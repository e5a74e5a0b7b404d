/*
 * P5: ISCard::Transaction on the simulator: instructions (callgrind), heap allocations (memcheck) and time.
 * This program runs itself with a number of transactions; two runs of different length give the cost of one.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <scardssp_rm.h>

#include "pairs.h"
#include "rows.h"
#include "subject.h"

#define SHORT_RUN 1000ul
#define LONG_RUN 11000ul
#define BLOCK 1000ul
#define BLOCKS_MAX 5000ul

/* The body of the measurement: nothing but the call. */
static bool run(struct subject *subject, unsigned long count) {
    HRESULT hr = S_OK;
    for (unsigned long i = 0; i < count && hr == S_OK; ++i)
        hr = ISCard_Transaction(subject->card, &subject->cmd);
    return hr == S_OK;
}

static double time_of_one(struct subject *subject, unsigned long count) {
    static double blocks[BLOCKS_MAX];
    size_t used = 0;
    for (; used * BLOCK < count && used < BLOCKS_MAX; ++used) {
        const uint64_t start = now_ns();
        if (!run(subject, BLOCK))
            return -1;
        blocks[used] = (double)(now_ns() - start) / (double)BLOCK;
    }
    return median(blocks, used);
}

int transactions(unsigned long count) {
    const char *why = "";
    struct subject subject = {NULL, NULL};
    double one = -1;
    if (FAILED(scardssp_use_rm("sim", NULL, 0)) || !subject_open(&subject, "Simulated Reader 00", T1, &why))
        fprintf(stderr, "the simulator cannot be used: %s\n", why);
    else
        one = time_of_one(&subject, count);
    if (one >= 0)
        printf("transaction %.1f ns\n", one);
    subject_close(&subject);
    return one < 0;
}

/*
 * Runs `tool` bench --transactions count and returns the number behind `mark` in its output; below 0: none.
 */
static double run_self(const char *tool, unsigned long count, const char *mark) {
    char self[PATH_MAX];
    char command[PATH_MAX + 200];
    char line[400];
    double value = -1;
    const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0)
        return -1;
    self[length] = '\0';
    (void)snprintf(command, sizeof command, "%s '%s' --transactions %lu 2>&1", tool, self, count);
    FILE *output = popen(command, "r");
    while (output && fgets(line, sizeof line, output)) {
        const char *at = strstr(line, mark);
        if (!at || value >= 0)
            continue;
        char digits[40];
        size_t used = 0;
        for (at += strlen(mark); *at == ' ' || *at == ':'; ++at)
            continue;
        for (; (*at >= '0' && *at <= '9') || *at == '.' || *at == ','; ++at)
            if (*at != ',' && used + 1 < sizeof digits)
                digits[used++] = *at;
        digits[used] = '\0';
        value = used ? strtod(digits, NULL) : -1;
    }
    if (!output || pclose(output) != 0)
        return -1;
    return value;
}

/* What one transaction adds to the number that the tool prints behind `mark`. */
static void count_one(struct row *row, const char *tool, const char *mark) {
    const double few = run_self(tool, SHORT_RUN, mark);
    const double many = few < 0 ? -1 : run_self(tool, LONG_RUN, mark);
    if (many < 0) {
        (void)snprintf(row->skipped, sizeof row->skipped, "valgrind is not installed, or failed");
        return;
    }
    row->value = (many - few) / (double)(LONG_RUN - SHORT_RUN);
    (void)snprintf(row->measured, sizeof row->measured, "%.0f - %.0f in %lu calls", many, few,
                   LONG_RUN - SHORT_RUN);
}

size_t rows_simulator(struct row *rows, double effort) {
    static const struct row plan[] = {
        {.number = "P5", .what = "Transaction, simulator: instructions", .target = 420},
        {.number = "P5", .what = "Transaction, simulator: allocations", .target = 0},
        {.number = "P5", .what = "Transaction, simulator: ns", .target = 60, .decimals = 1},
    };
    memcpy(rows, plan, sizeof plan);
    count_one(&rows[0], "valgrind --tool=callgrind --callgrind-out-file=/dev/null", "Collected");
    count_one(&rows[1], "valgrind --tool=memcheck", "total heap usage");
    rows[2].value = run_self("", (unsigned long)(2e6 * effort), "transaction");
    if (rows[2].value < 0)
        (void)snprintf(rows[2].skipped, sizeof rows[2].skipped, "the simulator cannot be used");
    return sizeof plan / sizeof *plan;
}
