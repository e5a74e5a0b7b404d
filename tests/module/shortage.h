/*
 * Want of memory for a whole program: this file's malloc() and its like stand before the C library's, and the
 * allocations that libscardssp itself makes fail on request. Everything else, the test and other libraries,
 * gets its memory.
 */
#ifndef SCARDSSP_TESTS_MODULE_SHORTAGE_H
#define SCARDSSP_TESTS_MODULE_SHORTAGE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * From now on the library's allocation number `at` (from 0) fails: only that one, or that and all behind it.
 * It is over with shortage_end(), which tells whether one has failed.
 */
void shortage_begin(size_t at, bool lasting);
bool shortage_end(void);

#endif
