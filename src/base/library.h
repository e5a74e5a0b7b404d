/*
 * Functions of a library that is loaded when it is first needed. The PC/SC backend, the card database and
 * Windows' dialog take theirs from it, so that programs that use none of them need none.
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
 * Loads `library` (Linux: a soname or path; Windows: a file of the system's folder, by its name; what it
 * needs comes from there as well) and fills `table`, a structure of function pointers. The library stays
 * loaded. false: it is not there or lacks one of the `count` symbols; then it is given back, and `table` is
 * undefined.
 */
bool library_open(const char *library, const struct library_symbol *symbols, size_t count, void *table);

/*
 * Keeps the code of the library that has `inside` loaded until the process ends, whatever the system wants to
 * unload. On Linux it is linked so (-z nodelete).
 */
void library_keep(const void *inside);

/*
 * Windows only: whether the system is Wine. Its libraries have functions in name only, which end the process
 * that calls them, and which nobody can tell from others: what Wine is known not to have must not be asked of
 * it.
 */
bool library_system_is_wine(void);

#endif
