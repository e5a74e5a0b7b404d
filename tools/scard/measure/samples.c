/* Lists of times: see samples.h. */
#include "measure/samples.h"

#include <stdlib.h>

bool samples_add(struct samples *samples, uint64_t ns) {
    if (samples->count == samples->room) {
        const size_t room = samples->room ? 2 * samples->room : 64;
        uint64_t *more = realloc(samples->ns, room * sizeof *more);
        if (more == NULL)
            return false;
        samples->ns = more;
        samples->room = room;
    }
    samples->ns[samples->count++] = ns;
    return true;
}

static int compare(const void *one, const void *other) {
    const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

void samples_sort(struct samples *samples) {
    if (samples->count > 1)
        qsort(samples->ns, samples->count, sizeof *samples->ns, compare);
}

uint64_t samples_percent(const struct samples *samples, unsigned percent) {
    if (samples->count == 0)
        return 0;
    const size_t place = (samples->count * percent + 99) / 100; /* counted from 1 */
    return samples->ns[place > 0 ? place - 1 : 0];
}

void samples_spread(const struct samples *samples, size_t *counts, size_t parts) {
    const uint64_t low = samples_percent(samples, 0), high = samples_percent(samples, 95);
    for (size_t part = 0; part < parts; ++part)
        counts[part] = 0;
    for (size_t i = 0; i < samples->count; ++i) {
        const uint64_t above = samples->ns[i] - low;
        const size_t part = high > low ? (size_t)(above * parts / (high - low + 1)) : 0;
        ++counts[part < parts ? part : parts - 1];
    }
}

void samples_free(struct samples *samples) {
    free(samples->ns);
    *samples = (struct samples){0};
}
