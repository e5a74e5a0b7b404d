/*
 * Conditions of pthreads that wait until a deadline of clock.h, whatever clock the system's conditions know.
 * Used where a lock of lock.h does not do: for threads that are waited for.
 */
#ifndef SCARDSSP_BASE_CONDITION_H
#define SCARDSSP_BASE_CONDITION_H

#include <pthread.h>
#include <stdint.h>
#include <time.h>

/* Makes a condition for waits that end at condition_deadline(). */
void condition_init(pthread_cond_t *condition);

/*
 * The deadline as the absolute time that pthread_cond_timedwait() takes, for a condition made by
 * condition_init().
 */
struct timespec condition_deadline(uint64_t deadline);

#endif
