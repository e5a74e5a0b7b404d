/*
 * What the type libraries should say of a method, from a row of the specification: the same text as
 * described_function() makes of what they do say. Which types in C are which in a type library, and which way
 * pointers go, is written here by hand. Used by the tests of the type libraries only.
 */
#ifndef SCARDSSP_TESTS_TYPELIB_EXPECTED_H
#define SCARDSSP_TESTS_TYPELIB_EXPECTED_H

#include "described.h"
#include "support/kits/spec.h"

/* The row as text. A type in it that is not known here is told as such, and then agrees with nothing. */
void expected_function(const struct spec_row *row, char out[DESCRIBED_MAX]);

#endif
