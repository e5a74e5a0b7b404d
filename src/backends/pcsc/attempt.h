/*
 * Connection attempts that were given up while the daemon keeps them waiting for another client's
 * transaction. It will throw each away when its turn comes, but until then each occupies a thread of the
 * daemon, which has 200. So nobody tries again for the same reader before the former attempt has come to its
 * end. Used by connect.c.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_ATTEMPT_H
#define SCARDSSP_BACKENDS_PCSC_ATTEMPT_H

#include "backends/pcsc/watch.h"
#include "base/lock.h"

struct pcsc_attempt;

/* Those of a service. All zeros: none. */
struct pcsc_attempts {
    struct lock lock; /* guards what follows */
    struct pcsc_attempt *first;
};

/*
 * Remembers an attempt by the socket it was made through, shut for receiving (watch.h); takes the socket
 * over. Out of memory it is forgotten.
 */
void pcsc_attempt_keep(struct pcsc_attempts *attempts, const char *reader, int socket);

/*
 * Waits until the daemon has done with all attempts for this reader; `owner` is the context whose calls are
 * cancelled with it. RM_E_TIMEOUT, RM_E_CANCELLED.
 */
rm_status pcsc_attempt_await(struct pcsc_attempts *attempts, struct pcsc_watch *watch, const void *owner,
                             const char *reader, struct rm_bound *bound);

/* Forgets them all: at the end of the service, and in a forked child. */
void pcsc_attempt_forget(struct pcsc_attempts *attempts);

#endif
