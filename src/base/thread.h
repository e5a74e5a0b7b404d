/*
 * A thread of the library's own, which nobody joins: who needs its end is told by it. It takes no signals,
 * they are the program's. Used by what has to wait in several places at once.
 */
#ifndef SCARDSSP_BASE_THREAD_H
#define SCARDSSP_BASE_THREAD_H

#include <stdbool.h>

/*
 * Runs `run` with `argument` in a thread of its own: a new one or, on Windows, one that rests after earlier
 * work, whose thread-local variables are as that has left them. false: there can be none; so it is when a
 * process ends on Windows. In a process made by fork() the threads of the parent do not exist.
 */
bool thread_start(void (*run)(void *argument), void *argument);

#endif
