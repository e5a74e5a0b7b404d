/*
 * Functions of a library that is loaded when it is first needed (Linux only). The PC/SC backend and the card database take
 * theirs from it, so that programs that use neither need neither.
 */
#ifndef SCARDSSP_BASE_LIBRARY_H
#define SCARDSSP_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

/* A function and where in the caller's table its pointer goes, in bytes. */
struct library_symbol {
    const char *name;
    size_t offset;
};

/*
 * Loads `library` (a soname or path) and fills `table`, a structure of function pointers. The library stays loaded.
 * false: it is not there or lacks one of the `count` symbols; then it is given back, and `table` is undefined.
 */
bool library_open(const char *library, const struct library_symbol *symbols, size_t count, void *table);

#endif
