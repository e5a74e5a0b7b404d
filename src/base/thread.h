/*
 * A thread of the library's own, which nobody joins: who needs its end is told by it. It takes no signals,
 * they are the program's. Used by what has to wait in several places at once.
 */
#ifndef SCARDSSP_BASE_THREAD_H
#define SCARDSSP_BASE_THREAD_H

#include <stdbool.h>

/*
 * Runs `run` with `argument` in a new thread. false: there can be none. In a process made by fork() the
 * threads of the parent do not exist.
 */
bool thread_start(void (*run)(void *argument), void *argument);

#endif
