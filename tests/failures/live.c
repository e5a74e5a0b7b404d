/* What our objects have of the system: see live.h. */
#include "failures/live.h"

#include <dirent.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PLACES (1u << 18)
#define LOOK_MS 10
#define TOLD_MOST 20

/* Blocks by their address, in a table with open addresses. */
struct entry {
    const void *block;
    const void *caller;
    uint64_t number; /* when it was asked for */
};

static struct entry entries[PLACES];
static size_t used;
static uint64_t asked;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Where the program begins, so that what is told is the same wherever it was loaded. */
extern const char __executable_start[];

static size_t home_of(const void *block) {
    return (size_t)((((uint64_t)(uintptr_t)block >> 4) * 0x9E3779B97F4A7C15u) >> 46);
}

static size_t place_of(const void *block) {
    size_t place = home_of(block);
    while (entries[place].block && entries[place].block != block)
        place = (place + 1) % PLACES;
    return place;
}

void live_add(const void *block, const void *caller) {
    if (!block)
        return;
    pthread_mutex_lock(&lock);
    if (++used > PLACES / 2)
        abort(); /* a test that keeps so much needs a larger table */
    entries[place_of(block)] = (struct entry){block, caller, ++asked};
    pthread_mutex_unlock(&lock);
}

/* What stands behind a place that becomes free moves up where it could not be found any more. */
static void close_up(size_t gap) {
    for (size_t next = (gap + 1) % PLACES; entries[next].block; next = (next + 1) % PLACES) {
        const size_t home = home_of(entries[next].block);
        if ((next - home + PLACES) % PLACES < (next - gap + PLACES) % PLACES)
            continue;
        entries[gap] = entries[next];
        entries[next].block = NULL;
        gap = next;
    }
}

/* Blocks that the C library has got for us are not in the table. */
void live_drop(const void *block) {
    if (!block)
        return;
    pthread_mutex_lock(&lock);
    const size_t place = place_of(block);
    if (entries[place].block) {
        entries[place].block = NULL;
        --used;
        close_up(place);
    }
    pthread_mutex_unlock(&lock);
}

static size_t count_entries(const char *folder) {
    size_t count = 0;
    DIR *const listing = opendir(folder);
    if (!listing)
        abort();
    for (const struct dirent *entry; (entry = readdir(listing));)
        count += entry->d_name[0] != '.';
    closedir(listing);
    return count;
}

struct live live_now(void) {
    struct live now = {.descriptors = count_entries("/proc/self/fd") - 1,
                       .threads = count_entries("/proc/self/task")};
    pthread_mutex_lock(&lock);
    now.blocks = used;
    pthread_mutex_unlock(&lock);
    return now;
}

static int by_age(const void *one, const void *other) {
    const struct entry *const a = one, *const b = other;
    return a->number < b->number ? 1 : -1;
}

/* The youngest blocks are most likely those that nobody gave back. */
static void tell_blocks(size_t count) {
    static struct entry sorted[PLACES / 2];
    size_t found = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < PLACES; ++i)
        if (entries[i].block)
            sorted[found++] = entries[i];
    pthread_mutex_unlock(&lock);
    qsort(sorted, found, sizeof *sorted, by_age);
    for (size_t i = 0; i < found && i < count && i < TOLD_MOST; ++i)
        (void)fprintf(stderr, "# a block asked for at 0x%zx\n",
                      (size_t)((const char *)sorted[i].caller - __executable_start));
}

bool live_is_no_more(const struct live *before, unsigned ms) {
    static const struct timespec moment = {.tv_nsec = LOOK_MS * 1000000};
    for (unsigned waited = 0;; waited += LOOK_MS) {
        const struct live now = live_now();
        if (now.blocks <= before->blocks && now.descriptors <= before->descriptors &&
            now.threads <= before->threads)
            return true;
        if (waited >= ms)
            return false;
        (void)nanosleep(&moment, NULL);
    }
}

void live_tell(const struct live *before) {
    const struct live now = live_now();
    (void)fprintf(stderr, "# %zu blocks, before %zu; %zu descriptors, before %zu; %zu threads, before %zu\n",
                  now.blocks, before->blocks, now.descriptors, before->descriptors, now.threads,
                  before->threads);
    if (now.blocks > before->blocks)
        tell_blocks(now.blocks - before->blocks);
}
