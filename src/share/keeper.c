/* The agent's clock: see keeper.h. */
#include "share/keeper.h"

#include "base/clock.h"
#include "share/crew.h"
#include "share/news.h"
#include "share/session.h"
#include "share/turn.h"

/* Lanes stay; new ones are added behind the last. */
static void expire_waits(struct share *share, uint64_t *next) {
    lock_take(&share->lock);
    struct share_lane *lane = share->lanes;
    lock_give(&share->lock);
    while (lane) {
        turn_expire(share, lane, next);
        lock_take(&share->lock);
        lane = lane->next;
        lock_give(&share->lock);
    }
}

static void run(void *argument) {
    struct share *share = argument;
    const uint32_t interval = share->settings->lease_ms / 3;
    uint64_t beat = 0;
    while (!atomic_load(&share->stopping)) {
        if (clock_ms() >= beat) {
            news_beat(share);
            beat = clock_deadline(interval);
        }
        lock_take(&share->lock);
        const uint32_t rung = atomic_load(&share->keeper.rung);
        lock_give(&share->lock);
        uint64_t next = beat;
        expire_waits(share, &next);
        session_expire(share, &next);
        lock_take(&share->lock);
        if (rung == atomic_load(&share->keeper.rung) && !atomic_load(&share->stopping))
            (void)lock_sleep(&share->lock, &share->keeper, next);
        lock_give(&share->lock);
    }
    crew_leave(share);
}

bool share_keeper_begin(struct share *share) {
    lock_take(&share->lock);
    const bool started = crew_start(share, run, share);
    lock_give(&share->lock);
    return started;
}
