/*
 * For programs that run with more rights than their caller: the library that lies beside the program, which
 * is the one that was built. The loader is no help: it takes such a program's library from wherever the
 * system has one.
 */
#ifndef SCARDSSP_TESTS_MODULE_BESIDE_H
#define SCARDSSP_TESTS_MODULE_BESIDE_H

#define BESIDE_LIBRARY "libscardssp.so.0"

/* What the program ends with where it has no library. */
#define BESIDE_MISSING 99

/*
 * The function of this name, for the caller to convert to its type. Ends the program where the library or the
 * function is missing.
 */
void (*beside_function(const char *name))(void);

#endif
