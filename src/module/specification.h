/*
 * What SCARDSSP_RM says, taken apart: one backend, or several with commas between them, each NAME or
 * NAME:ARGUMENT. Used by backends.c.
 *
 * An argument may have commas and colons of its own, as names of files do: a comma separates two backends
 * only where the name of a backend comes next, with a colon or a comma behind it, or nothing. So
 * "sim:a,b.json,system" is two, a simulator with the file "a,b.json" and the system's service.
 */
#ifndef SCARDSSP_MODULE_SPECIFICATION_H
#define SCARDSSP_MODULE_SPECIFICATION_H

#include <stdbool.h>
#include <stddef.h>

/* Whether there is a backend of this name, `length` bytes. */
typedef bool (*specification_names)(const char *name, size_t length);

/* What is said of one backend; it points into the specification. */
struct specification_part {
    const char *text; /* NAME or NAME:ARGUMENT */
    size_t length;
    size_t name_length;
    bool has_argument; /* there is a colon; the argument may be empty */
};

/*
 * Takes the next part from *rest, which is what is left of the specification, and moves that behind it.
 * false: nothing is left (*rest is NULL), *out is undefined. A part may name no backend: that is for the
 * caller to see.
 */
bool specification_next(const char **rest, specification_names is_backend, struct specification_part *out);

#endif
