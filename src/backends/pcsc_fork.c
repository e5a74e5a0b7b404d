/* Counts forks. The handler runs in every child of the process. */
#include "backends/pcsc_fork.h"

#include <pthread.h>

#include "backends/pcsc_watch.h"

_Atomic unsigned pcsc_fork_counter;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void in_child(void) {
    pthread_mutex_init(&lock, NULL);
    atomic_fetch_add(&pcsc_fork_counter, 1);
    pcsc_watch_thread = 0; /* the child's only thread has another number */
}

static void install(void) {
    pthread_atfork(NULL, NULL, in_child);
}

void pcsc_fork_watch(void) {
    pthread_once(&once, install);
}

void pcsc_process_lock(void) {
    pthread_mutex_lock(&lock);
}

void pcsc_process_unlock(void) {
    pthread_mutex_unlock(&lock);
}
