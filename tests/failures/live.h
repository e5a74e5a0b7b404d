/*
 * What our objects have of the system at a moment: blocks of memory, descriptors, threads. Whatever fails,
 * there must not be more of it afterwards. Memory is counted by wrap_memory.c, also where no sanitizer does.
 */
#ifndef SCARDSSP_TESTS_FAILURES_LIVE_H
#define SCARDSSP_TESTS_FAILURES_LIVE_H

#include <stdbool.h>
#include <stddef.h>

struct live {
    size_t blocks, descriptors, threads;
};

/* What there is now. */
struct live live_now(void);

/*
 * Whether there is no more than at a former moment. What is still being given back by other threads is waited
 * for, for as long as `ms`.
 */
bool live_is_no_more(const struct live *before, unsigned ms);

/*
 * Tells on standard error what is too much: blocks by the place in the program that asked for them (addr2line
 * -fie PROGRAM knows it).
 */
void live_tell(const struct live *before);

/* For wrap_memory.c: a block that `caller` has got / that is given back. NULL: nothing happens. */
void live_add(const void *block, const void *caller);
void live_drop(const void *block);

#endif
