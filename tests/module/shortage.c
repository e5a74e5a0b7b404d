/* An allocator that fails for one library only: see shortage.h. */
#include "shortage.h"

#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The C library's own, under its other names. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static struct {
    bool on, lasting, failed;
    size_t left; /* allocations that still succeed */
    uintptr_t begin, end;
} shortage;

/* Where the library's code lies. */
static int find_library(struct dl_phdr_info *info, size_t size, void *unused) {
    (void)size, (void)unused;
    if (!strstr(info->dlpi_name, "libscardssp"))
        return 0;
    for (size_t i = 0; i < info->dlpi_phnum; ++i)
        if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
            shortage.begin = (uintptr_t)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
            shortage.end = shortage.begin + (uintptr_t)info->dlpi_phdr[i].p_memsz;
        }
    return 1;
}

void shortage_begin(size_t at, bool lasting) {
    if (!shortage.end)
        (void)dl_iterate_phdr(find_library, NULL);
    if (!shortage.end)
        abort(); /* nothing would ever fail */
    shortage.lasting = lasting;
    shortage.failed = false;
    shortage.left = at;
    shortage.on = true;
}

bool shortage_end(void) {
    shortage.on = false;
    return shortage.failed;
}

static bool fails(const void *caller) {
    if (!shortage.on || (uintptr_t)caller < shortage.begin || (uintptr_t)caller >= shortage.end)
        return false;
    if (shortage.failed)
        return shortage.lasting;
    if (shortage.left--)
        return false;
    shortage.failed = true;
    return true;
}

/* Seen by the libraries, whatever the compiler is told of everything else. */
#define SEEN __attribute__((visibility("default")))

SEEN void *malloc(size_t size) {
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

SEEN void *calloc(size_t count, size_t size) {
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

SEEN void *realloc(void *memory, size_t size) {
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(memory, size);
}

SEEN char *strdup(const char *text) {
    const size_t size = strlen(text) + 1;
    char *const copy = fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}
