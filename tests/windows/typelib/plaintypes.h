/*
 * The enumerations and structures that belong to the contract, with their values and places, against what a
 * type library says of them. Used by the tests of the type libraries only.
 */
#ifndef SCARDSSP_TESTS_TYPELIB_PLAINTYPES_H
#define SCARDSSP_TESTS_TYPELIB_PLAINTYPES_H

#include "described.h"

/* Whether a type of this name, with or without "tag" before it, is one of them. */
bool plaintypes_known(const char *name);

/*
 * Counts what differs in the library from the enumerations and structures that it has; `why` tells the first
 * difference. A type that the library has not, or an alias of it that is missing, is a difference only where
 * `all` is true.
 */
size_t plaintypes_compare(ITypeLib *library, bool all, char why[DESCRIBED_MAX]);

#endif
