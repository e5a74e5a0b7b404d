/*
 * How a worker's user and its thread wait for each other: a lock, and a bell that whoever has changed what it
 * guards rings. To put a thread to sleep and wake it takes longer than what it is woken for; so a wait begins
 * with a moment of looking out for the bell, which gives the processor to any other thread that wants it. Who
 * has looked out in vain sleeps at once the next time, the next three times when it happens again, then
 * seven, up to 255: a connection with nothing to do costs no time, and one whose card takes milliseconds for
 * a command next to none. With one processor everybody sleeps at once. Used by worker.c.
 */
#ifndef SCARDSSP_BACKENDS_WINSCARD_BELL_H
#define SCARDSSP_BACKENDS_WINSCARD_BELL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <windows.h>

#define WINSCARD_BELL_MOMENT_US 40u  /* the moment */
#define WINSCARD_BELL_PAUSE_MAX 255u /* waits without one, at most */

struct winscard_bell {
    SRWLOCK lock;
    CONDITION_VARIABLE sleepers;
    atomic_uint rung;
    uint64_t moment; /* in ticks of the performance counter; 0: nobody looks out */
};

/* What one side knows about its waits. All zero is ready for use; guarded by the bell's lock. */
struct winscard_habit {
    unsigned pause; /* so many waits go by without looking out when that was in vain; 0: it was not */
    unsigned left;  /* of them */
};

/* A new bell; nothing has to be done at its end. Here the processors are counted that the process may use. */
void winscard_bell_init(struct winscard_bell *bell);

/* Wakes all who wait; call with the lock held, after changing what it guards. */
void winscard_bell_ring(struct winscard_bell *bell);

/*
 * Gives the lock, waits until the bell is rung or limit_ms (INFINITE: none) are over, and takes the lock
 * again: look whether it has happened, it may not have.
 */
void winscard_bell_wait(struct winscard_bell *bell, struct winscard_habit *habit, DWORD limit_ms);

#endif
