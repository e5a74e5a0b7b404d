/*
 * An allocator that fails when told to and looks at what is given back. For executables linked with --wrap of
 * malloc, calloc and free.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_ALLOCATOR_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_ALLOCATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ALLOCATOR_UNLIMITED SIZE_MAX

/* How many allocations still succeed from now on. */
void allocator_allow(size_t count);

/* Watches a block: when it is freed, its first `size` bytes are looked at. */
void allocator_watch(const void *memory, size_t size);

/* Whether the watched block has been freed, all its watched bytes being zero by then. */
bool allocator_saw_zeros(void);

#endif
