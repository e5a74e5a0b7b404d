/*
 * What the readers of all members are called: unique names, given when a reader is first seen and never taken
 * back. Used by the lists and by everything that takes the name of a reader.
 */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_READERNAMES_H
#define SCARDSSP_BACKENDS_COMPOSITE_READERNAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/lock.h"

/* One reader; does not change, and lives as long as the table. */
struct readername {
    struct readername *next;
    size_t place;  /* of the member that has it */
    char *outer;   /* its name here */
    char *inner;   /* its name there */
    bool is_other; /* they differ */
};

/* All zero: empty. */
struct readernames {
    struct lock lock;
    struct readername *first;
};

/*
 * The reader that the member at `place` calls `inner`, which gets a name here if it is new. NULL: no memory.
 */
const struct readername *readernames_enter(struct readernames *names, size_t place, const char *inner);

/* The reader of this name; NULL: none has ever been seen. */
const struct readername *readernames_find(struct readernames *names, const char *outer);

/* Frees all of them. */
void readernames_clear(struct readernames *names);

#endif
