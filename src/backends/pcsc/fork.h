/*
 * Has this process been forked since? A child shares its parent's sockets with the daemon: one message of it
 * would end up in the middle of the parent's. So connections made before a fork are dead in the child. Asked
 * at the beginning of every call of this backend, which costs one read of memory.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_FORK_H
#define SCARDSSP_BACKENDS_PCSC_FORK_H

#include "base/fork.h"

/* Starts to be told of forks; called before the first connection. */
void pcsc_fork_watch(void);

/* The generation of this process: fork_count(). */
static inline unsigned pcsc_fork_count(void) {
    return fork_count();
}

/* Serialises what concerns the whole process (opening links, clearing up after a fork); fresh in a child. */
void pcsc_process_lock(void);
void pcsc_process_unlock(void);

#endif
