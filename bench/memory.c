/*
 * P19: what the heap holds more for each attached card, after its first transaction. Counted by the
 * allocator, large blocks included; pages that the system has not given yet count as well.
 */
#include "memory.h"

#include <malloc.h>
#include <stdio.h>

#include "subject.h"

#include <scardssp_rm.h>

static size_t in_use(void) {
    const struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

void memory_measure(struct row *row, const char *reader, size_t count) {
    struct subject first, subjects[MEMORY_CARDS];
    const char *why = "";
    size_t open = 0;
    /* What is there once for all is none of theirs. */
    bool good = subject_open(&first, reader, T1, &why);
    const size_t before = in_use();
    for (; good && open < count && open < MEMORY_CARDS; ++open)
        good = subject_open(&subjects[open], reader, T1, &why);
    if (good) {
        row->value = (double)(in_use() - before) / 1024 / (double)count;
        (void)snprintf(row->measured, sizeof row->measured, "KiB, of %zu", count);
    } else {
        (void)snprintf(row->skipped, sizeof row->skipped, "%s", why);
    }
    while (open)
        subject_close(&subjects[--open]);
    subject_close(&first);
}

size_t rows_memory(struct row *rows, double effort) {
    (void)effort;
    rows[0] =
        (struct row){.number = "P19", .what = "An attached card, simulator: KiB", .target = 4, .decimals = 1};
    if (FAILED(scardssp_use_rm("sim", NULL, 0)))
        (void)snprintf(rows[0].skipped, sizeof rows[0].skipped, "the simulator cannot be used");
    else
        memory_measure(&rows[0], "Simulated Reader 00", MEMORY_CARDS);
    return 1;
}
