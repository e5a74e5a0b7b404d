/*
 * Has this process been forked since? A child shares its parent's sockets with the daemon: one message of it
 * would end up in the middle of the parent's. So connections made before a fork are dead in the child. Asked at
 * the beginning of every call of this backend, which costs one read of memory.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_FORK_H
#define SCARDSSP_BACKENDS_PCSC_FORK_H

#include <stdatomic.h>

extern _Atomic unsigned pcsc_fork_counter;

/* Starts counting; called before the first connection. */
void pcsc_fork_watch(void);

/* Number of forks this process descends from since then. */
static inline unsigned pcsc_fork_count(void) {
    return atomic_load_explicit(&pcsc_fork_counter, memory_order_relaxed);
}

/* Serialises what concerns the whole process (opening links, clearing up after a fork); fresh in a child. */
void pcsc_process_lock(void);
void pcsc_process_unlock(void);

#endif
