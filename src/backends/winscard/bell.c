/* A lock and a bell for two threads: see bell.h. */
#include "backends/winscard/bell.h"

#define US_PER_S 1000000u

/* What cannot be found out counts as no. */
static bool has_processors(void) {
    DWORD_PTR own = 0, all = 0;
    return GetProcessAffinityMask(GetCurrentProcess(), &own, &all) && own & (own - 1);
}

static uint64_t ticks(void) {
    LARGE_INTEGER now;
    return QueryPerformanceCounter(&now) ? (uint64_t)now.QuadPart : 0;
}

void winscard_bell_init(struct winscard_bell *bell) {
    LARGE_INTEGER frequency;
    InitializeSRWLock(&bell->lock);
    InitializeConditionVariable(&bell->sleepers);
    atomic_init(&bell->rung, 0);
    bell->moment = 0;
    if (has_processors() && QueryPerformanceFrequency(&frequency))
        bell->moment = (uint64_t)frequency.QuadPart * WINSCARD_BELL_MOMENT_US / US_PER_S;
}

void winscard_bell_ring(struct winscard_bell *bell) {
    atomic_fetch_add(&bell->rung, 1);
    WakeAllConditionVariable(&bell->sleepers);
}

/*
 * Looks out for a moment; true: it was rung. Who rings has the lock for a little longer, which is no reason
 * to sleep for it. The other thread may have been put on our own processor: it gets that.
 */
static bool look_out(struct winscard_bell *bell, uint64_t start) {
    const unsigned seen = atomic_load(&bell->rung);
    ReleaseSRWLockExclusive(&bell->lock);
    do {
        if (atomic_load(&bell->rung) != seen && TryAcquireSRWLockExclusive(&bell->lock))
            return true;
        if (!SwitchToThread())
            YieldProcessor();
    } while (ticks() - start < bell->moment);
    AcquireSRWLockExclusive(&bell->lock);
    return atomic_load(&bell->rung) != seen;
}

static void learn(struct winscard_habit *habit, bool in_vain) {
    habit->pause = in_vain ? 2 * habit->pause + 1 : 0;
    if (habit->pause > WINSCARD_BELL_PAUSE_MAX)
        habit->pause = WINSCARD_BELL_PAUSE_MAX;
    habit->left = habit->pause;
}

/* true: the bell was rung while we looked out. */
static bool is_quick(struct winscard_bell *bell, struct winscard_habit *habit) {
    if (!bell->moment)
        return false;
    if (habit->left > 0) {
        --habit->left;
        return false;
    }
    const uint64_t start = ticks();
    const bool rung = look_out(bell, start);
    /* What came late, because others had the processor, was looked out for in vain, too. */
    learn(habit, !rung || ticks() - start >= bell->moment);
    return rung;
}

void winscard_bell_wait(struct winscard_bell *bell, struct winscard_habit *habit, DWORD limit_ms) {
    if (!is_quick(bell, habit))
        (void)SleepConditionVariableSRW(&bell->sleepers, &bell->lock, limit_ms, 0);
}
