/* A call to a card object on a thread of its own: for tests of calls that wait and are cancelled. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_CARDJOB_H
#define SCARDSSP_TESTS_SUPPORT_KITS_CARDJOB_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "com/win.h"

struct cardjob {
    /* What is called; its result becomes `hr`. */
    HRESULT (*call)(struct cardjob *job);
    ISCard *card;
    ISCardEx *ex;
    wchar_t *reader; /* for calls that name one */
    LONG timeout;    /* for calls that take one */
    LONG events;     /* out, of waits */
    HRESULT hr;      /* out */
    pthread_t thread;
    atomic_bool begun; /* the call is under way */
    atomic_bool done;
};

/* Starts the call / starts it and gives it the time to block. */
void cardjob_begin(struct cardjob *job);
void cardjob_start(struct cardjob *job);

/* The call has not returned yet. */
bool cardjob_is_running(struct cardjob *job);

/* Waits until it has returned; the test fails when it does not within ten seconds. */
void cardjob_end(struct cardjob *job);

/* The same, calling Cancel until it does: a machine under load may be late in blocking. */
void cardjob_cancel(struct cardjob *job);

/* Milliseconds for measuring. */
uint64_t cardjob_ms(void);

#endif
