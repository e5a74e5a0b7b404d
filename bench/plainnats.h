/*
 * Requests and replies through libnats alone, with nothing of ours: what the rows over NATS are held against.
 * Like ours, either end sends at once (SendAsap): libnats would otherwise collect for 0.8 ms.
 */
#ifndef SCARDSSP_BENCH_PLAINNATS_H
#define SCARDSSP_BENCH_PLAINNATS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What comes on a subject is answered with so many bytes. */
struct plainnats_place {
    const char *subject;
    size_t size;
};

#define PLAINNATS_PLACES 2u /* of one process, at most */

/*
 * Starts a process that answers so. It ends with ours, or by plainnats_stop(). Before this process has other
 * threads. 0: it cannot be started.
 */
pid_t plainnats_start(const char *url, const struct plainnats_place *places, size_t count);
void plainnats_stop(pid_t responder);

struct plainnats; /* who asks */

/* NULL: the server cannot be reached. */
struct plainnats *plainnats_open(const char *url);
void plainnats_close(struct plainnats *plain);

/* One request of `sent` bytes, whose reply has to have `received`; false: it has not, or does not come. */
bool plainnats_ask(struct plainnats *plain, const char *subject, size_t sent, size_t received);

#endif
