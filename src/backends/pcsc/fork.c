/* What this backend does at a fork: see fork.h. */
#include "backends/pcsc/fork.h"

#include <pthread.h>

#include "backends/pcsc/watch.h"
#include "base/lock.h"

static struct lock lock;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void afterwards(struct fork_part *part, bool child) {
    (void)part;
    if (child)
        pcsc_watch_thread = 0; /* the child's only thread has another number */
}

static struct fork_part part = {.after = afterwards};

static void install(void) {
    fork_join(&part);
}

void pcsc_fork_watch(void) {
    pthread_once(&once, install);
}

void pcsc_process_lock(void) {
    lock_take(&lock);
}

void pcsc_process_unlock(void) {
    lock_give(&lock);
}
