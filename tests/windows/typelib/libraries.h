/*
 * The type libraries that this project makes, for the tests that open them: the four files and the DLL,
 * copied alone into an empty folder that is not the current one, where nothing is registered.
 */
#ifndef SCARDSSP_TESTS_TYPELIB_LIBRARIES_H
#define SCARDSSP_TESTS_TYPELIB_LIBRARIES_H

#include <stdbool.h>

#include "com/win.h"

#define LIBRARIES_COUNT 5

struct library {
    const char *file, *name, *libid;
    bool whole;                /* all interfaces and classes */
    const char *interfaces[8]; /* those that have to be in it where it is not whole */
    const char *classes[4];    /* the same of the classes */
    ITypeLib *opened;
};

/*
 * Copies `count` files, one for each library in the order of libraries_all(), and opens them. false, with a
 * word on stderr: not.
 */
bool libraries_open(char **paths, int count);

/* Closes the libraries and removes the copies. */
void libraries_close(void);

/* The libraries; *count: how many. */
struct library *libraries_all(size_t *count);

/* Whether an interface of this name belongs in the library. */
bool libraries_has(const struct library *library, const char *interface_name);

/* The same of a class. */
bool libraries_has_class(const struct library *library, const char *class_name);

#endif
