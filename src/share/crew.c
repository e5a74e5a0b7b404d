/* The threads of an agent beside those of its pool: see crew.h. */
#include "share/crew.h"

#include "base/thread.h"

bool crew_start(struct share *share, void (*run)(void *argument), void *argument) {
    share->threads++;
    const bool started = thread_start(run, argument);
    share->threads -= !started;
    return started;
}

void crew_leave(struct share *share) {
    lock_take(&share->lock);
    share->threads--;
    lock_ring(&share->ends);
    lock_give(&share->lock);
}
