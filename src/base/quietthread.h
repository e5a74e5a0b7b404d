/*
 * A POSIX thread that takes no signals: they are for the program's own threads. For who joins his thread;
 * others use thread_start() (thread.h). Not on Windows.
 */
#ifndef SCARDSSP_BASE_QUIETTHREAD_H
#define SCARDSSP_BASE_QUIETTHREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Runs `run` with `argument` in a new thread, *thread. false: there can be none. */
bool quietthread_create(pthread_t *thread, void *(*run)(void *argument), void *argument);

#endif
