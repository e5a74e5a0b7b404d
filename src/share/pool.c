/* The threads of an agent: see pool.h. */
#include "share/pool.h"

#include "base/clock.h"
#include "base/thread.h"

#define LOOK_MS 2u      /* between two looks of a spare thread at the leader */
#define LOOKS_IDLE 100u /* after so many without a message it sleeps */
#define NEXT_MS 1000u

static _Thread_local uint32_t leads; /* the count of this thread's leadership; 0: it does not lead */

/* Begins and ends work at a message. false: somebody else leads by now. */
static void begin_work(struct pool *pool) {
    atomic_store(&pool->post, leads * 2 + 1);
    atomic_fetch_add_explicit(&pool->begun, 1, memory_order_relaxed);
    if (atomic_load_explicit(&pool->asleep, memory_order_relaxed)) {
        atomic_store(&pool->asleep, false);
        lock_ring(&pool->bell);
    }
}

static bool end_work(struct pool *pool) {
    uint32_t mine = leads * 2 + 1;
    return leads && atomic_compare_exchange_strong(&pool->post, &mine, leads * 2);
}

/* Takes the lead from whoever is at work. */
static bool take_over(struct pool *pool, uint32_t post) {
    return atomic_compare_exchange_strong(&pool->post, &post, (post / 2 + 1) * 2);
}

static void run(void *argument);

/* A thread more, with the lock held. */
static bool add_thread(struct pool *pool) {
    if (pool->threads >= atomic_load(&pool->most))
        return false;
    pool->threads++;
    atomic_fetch_add(&pool->spare, 1);
    if (thread_start(run, pool))
        return true;
    pool->threads--;
    atomic_fetch_sub(&pool->spare, 1);
    return false;
}

static void see_to_a_spare(struct pool *pool) {
    if (atomic_load_explicit(&pool->spare, memory_order_relaxed))
        return;
    lock_take(&pool->lock);
    if (!atomic_load(&pool->spare) && !atomic_load(&pool->ended))
        (void)add_thread(pool);
    lock_give(&pool->lock);
}

/* Takes messages until another thread does, or there are no more. */
static void lead(struct pool *pool) {
    bool ended = false;
    while (!ended) {
        struct transport_message *message = transport_next(pool->transport, NEXT_MS, &ended);
        if (!message)
            continue;
        see_to_a_spare(pool);
        begin_work(pool);
        pool->work(pool->user, message);
        if (!end_work(pool))
            return;
    }
    atomic_store(&pool->ended, true);
    lock_ring(&pool->bell);
    lock_ring(&pool->relief);
}

void pool_step_aside(struct pool *pool) {
    if (!end_work(pool))
        return;
    leads = 0;
    lock_take(&pool->lock);
    pool->vacant = true;
    atomic_store(&pool->asleep, false);
    lock_ring(&pool->bell);
    lock_give(&pool->lock);
}

/* One look at the leader; true: this thread leads now. With the lock held. */
static bool look(struct pool *pool, uint32_t *seen, uint32_t *idle) {
    const uint32_t post = atomic_load(&pool->post), begun = atomic_load(&pool->begun);
    const bool stuck = (post & 1) && begun == *seen;
    *idle = begun == *seen && !(post & 1) ? *idle + 1 : 0;
    *seen = begun;
    return stuck && take_over(pool, post);
}

/* A spare thread that is not the one to look. With the lock held. */
static void sleep_spare(struct pool *pool) {
    (void)lock_sleep(&pool->lock, &pool->relief, clock_deadline(NEXT_MS));
}

/* Looks after the leader until this thread is to lead. false: there is nothing more to do. */
static bool deputise(struct pool *pool) {
    uint32_t seen = atomic_load(&pool->begun) - 1, idle = 0;
    while (!atomic_load(&pool->ended)) {
        if (pool->vacant) {
            pool->vacant = false;
            return true;
        }
        if (look(pool, &seen, &idle))
            return true;
        if (idle > LOOKS_IDLE)
            atomic_store(&pool->asleep, true);
        const uint32_t ms = idle > LOOKS_IDLE ? NEXT_MS : LOOK_MS;
        (void)lock_sleep(&pool->lock, &pool->bell, clock_deadline(ms));
    }
    return false;
}

/* The same for any spare thread: one of them looks, the others wait for it to lead. With the lock held. */
static bool wait_to_lead(struct pool *pool) {
    while (pool->deputy && !atomic_load(&pool->ended))
        sleep_spare(pool);
    if (atomic_load(&pool->ended))
        return false;
    pool->deputy = true;
    const bool leader = deputise(pool);
    pool->deputy = false;
    lock_ring(&pool->relief);
    return leader;
}

static void run(void *argument) {
    struct pool *pool = argument;
    lock_take(&pool->lock);
    while (wait_to_lead(pool)) {
        atomic_fetch_sub(&pool->spare, 1);
        leads = atomic_load(&pool->post) / 2;
        lock_give(&pool->lock);
        lead(pool);
        leads = 0;
        lock_take(&pool->lock);
        atomic_fetch_add(&pool->spare, 1);
    }
    atomic_fetch_sub(&pool->spare, 1);
    pool->threads--;
    lock_ring(&pool->gone);
    lock_give(&pool->lock);
}

bool pool_start(struct pool *pool, struct transport *transport, pool_worker work, void *user, uint32_t most) {
    pool->transport = transport;
    pool->work = work;
    pool->user = user;
    atomic_store(&pool->most, most);
    atomic_store(&pool->post, 2);
    lock_take(&pool->lock);
    pool->vacant = true;
    const bool started = add_thread(pool);
    if (started)
        (void)add_thread(pool);
    lock_give(&pool->lock);
    return started;
}

void pool_allow(struct pool *pool, uint32_t most) {
    atomic_store(&pool->most, most);
}

void pool_stop(struct pool *pool) {
    lock_take(&pool->lock);
    atomic_store(&pool->ended, true);
    lock_ring(&pool->bell);
    lock_ring(&pool->relief);
    while (pool->threads)
        (void)lock_sleep(&pool->lock, &pool->gone, clock_deadline(LOOK_MS * 10));
    lock_give(&pool->lock);
}
