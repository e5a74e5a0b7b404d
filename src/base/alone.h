/*
 * Is the calling thread the only one of the process? Then what others could see in the middle need not be one
 * step of the processor, which costs as much as twenty. Asked by locks, and by whoever looks what threads
 * there are.
 */
#ifndef SCARDSSP_BASE_ALONE_H
#define SCARDSSP_BASE_ALONE_H

#include <stdbool.h>

#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>

/*
 * true: there is no other, and there will be none before this thread makes one (glibc 2.32). false: there may
 * be, also where the system does not tell. The compiler is told to expect true: there a jump is felt.
 */
static inline bool thread_is_alone(void) {
    return __builtin_expect(__libc_single_threaded, 1);
}
#else
static inline bool thread_is_alone(void) {
    return false;
}
#endif

#endif
