/*
 * A library that is loaded by the first who needs it and then stays, for all threads of the process. What a
 * feature stands on costs a program nothing that does not use the feature.
 */
#ifndef SCARDSSP_BASE_LAZYLIBRARY_H
#define SCARDSSP_BASE_LAZYLIBRARY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/library.h"
#include "base/lock.h"

/* Static, with the first four members set and the rest 0. */
struct lazylibrary {
    const char *name;                     /* as for library_open() */
    const struct library_symbol *symbols; /* what is wanted of it */
    size_t count;
    void *table; /* where that goes; only read once it is there */
    struct lock lock;
    _Atomic bool loaded;
};

/* The part of lazylibrary_load() that loads. */
bool lazylibrary_open(struct lazylibrary *library);

/* Is the table filled? false: there is no such library, or it lacks a function; the next call tries again. */
static inline bool lazylibrary_load(struct lazylibrary *library) {
    return atomic_load_explicit(&library->loaded, memory_order_acquire) || lazylibrary_open(library);
}

#endif
