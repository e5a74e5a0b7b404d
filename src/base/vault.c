/*
 * Memory for secrets on Linux: see vault.h. The pages are the allocator's, so that whoever watches over
 * memory (sanitizers, tests) knows them, too. A child of fork() has its own, with the same properties but
 * for the lock.
 */
#include "base/vault.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/wipe.h"

/* As many bytes as the pages have that it takes; 0: there are not so many. */
static size_t whole_pages(size_t size) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    return size > SIZE_MAX - page ? 0 : (size ? (size + page - 1) / page : 1) * page;
}

void *vault_alloc(size_t size) {
    const size_t whole = whole_pages(size);
    void *const memory = whole ? aligned_alloc((size_t)sysconf(_SC_PAGESIZE), whole) : NULL;
    if (!memory)
        return NULL;
    memset(memory, 0, whole);
    /* A kernel that knows the one not, or grants no more of the other, leaves memory as good as any. */
    (void)madvise(memory, whole, MADV_DONTDUMP);
    (void)mlock(memory, whole);
    return memory;
}

void vault_free(void *memory, size_t size) {
    const size_t whole = whole_pages(size);
    if (!memory)
        return;
    wipe(memory, whole);
    (void)munlock(memory, whole);
    (void)madvise(memory, whole, MADV_DODUMP);
    free(memory);
}
