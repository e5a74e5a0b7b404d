/*
 * Has this process been forked, and what has to be done about it? In a child made by fork() there is one
 * thread; the others' locks stay taken and their waits stay noted for ever. What belongs to the parent is
 * recognised by the generation it is from: lock.h takes over locks, backends give up connections. One handler
 * of the process does it all.
 */
#ifndef SCARDSSP_BASE_FORK_H
#define SCARDSSP_BASE_FORK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* The compiler is told that no other module has it, and spares the look into the table of those that may. */
#ifdef __ELF__
#define FORK_OWN __attribute__((visibility("hidden")))
#else
#define FORK_OWN
#endif

/* The generation times 4, plus 1, which is how locks want it; written by the handler in a child only. */
extern FORK_OWN _Atomic uint32_t fork_word;

static inline uint32_t fork_mark(void) {
    return atomic_load_explicit(&fork_word, memory_order_relaxed);
}

/* The generation: how many forks lie between this process and the one that loaded the library. */
static inline uint32_t fork_count(void) {
    return fork_mark() >> 2;
}

/*
 * What is called around each fork(), in memory of its owner, who sets the first two members; either may be
 * NULL.
 */
struct fork_part {
    /*
     * In the parent, before: takes what must be whole in the child; no longer than a few instructions, and
     * nothing else.
     */
    void (*before)(struct fork_part *part);
    /* In both, afterwards, in the opposite order: gives it back. child: no other thread exists. */
    void (*after)(struct fork_part *part, bool child);
    struct fork_part *next;
};

/*
 * From now on the part is called / no longer called; then its memory may be freed. No lock of the part's may
 * be held.
 */
void fork_join(struct fork_part *part);
void fork_leave(struct fork_part *part);

#endif
