/* The allocator that tests wrap around the real one. */
#include "support/fakes/allocator.h"

#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *memory);

static size_t allowance = ALLOCATOR_UNLIMITED;
static const uint8_t *watched;
static size_t watched_size;
static bool saw_zeros;

void allocator_allow(size_t count) {
    allowance = count;
}

void allocator_watch(const void *memory, size_t size) {
    watched = memory;
    watched_size = size;
    saw_zeros = false;
}

bool allocator_saw_zeros(void) {
    return saw_zeros;
}

static bool allowed(void) {
    if (allowance == ALLOCATOR_UNLIMITED)
        return true;
    if (allowance == 0)
        return false;
    --allowance;
    return true;
}

void *__wrap_malloc(size_t size) {
    return allowed() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size) {
    return allowed() ? __real_calloc(count, size) : NULL;
}

void __wrap_free(void *memory) {
    if (memory && memory == watched) {
        saw_zeros = true;
        for (size_t i = 0; i < watched_size; ++i)
            saw_zeros = saw_zeros && watched[i] == 0;
        watched = NULL;
    }
    __real_free(memory);
}
