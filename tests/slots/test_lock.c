/* The queue for a reader's lock: who gets it and when, and what ends the wait for it. */
#include <pthread.h>
#include <string.h>

#include "backends/sim/clients.h"
#include "base/clock.h"
#include "slots/service.h"

#define TURNS 60
#define WORKERS 4

static void nap(long ms) {
    const struct timespec pause = {0, ms * 1000000};
    nanosleep(&pause, NULL);
}

/* Clients that take turns at the lock as fast as they can. */
struct worker {
    struct rm_card *card;
    pthread_barrier_t *start;
    unsigned *clock; /* turns so far, guarded by the lock itself */
    unsigned order[TURNS];
    rm_status status;
    uint64_t worst_ms;
};

static void *worker_run(void *argument) {
    struct worker *worker = argument;
    pthread_barrier_wait(worker->start);
    for (unsigned i = 0; i < TURNS && worker->status == RM_OK; ++i) {
        const uint64_t start = clock_ms();
        worker->status = rm_begin(worker->card, RM_WITHIN(SOON));
        if (worker->status != RM_OK)
            break;
        const uint64_t waited = clock_ms() - start;
        worker->worst_ms = waited > worker->worst_ms ? waited : worker->worst_ms;
        worker->order[i] = ++*worker->clock;
        worker->status = clients_ask(worker->card, 0);
        nap(1); /* long enough for the others to come and queue */
        if (worker->status == RM_OK)
            worker->status = rm_end(worker->card, RM_LEAVE, RM_WITHIN(RM_INFINITE));
    }
    return NULL;
}

static void test_lock__shares_fairly(void **state) {
    struct clients *clients = *state;
    struct worker workers[WORKERS] = {0};
    pthread_t threads[WORKERS];
    pthread_barrier_t start;
    unsigned clock = 0;
    pthread_barrier_init(&start, NULL, WORKERS);
    for (size_t i = 0; i < WORKERS; ++i) {
        workers[i].card = clients_connect(i % 2 ? clients->b : clients->a);
        workers[i].start = &start;
        workers[i].clock = &clock;
    }
    for (size_t i = 0; i < WORKERS; ++i)
        assert_int_equal(pthread_create(&threads[i], NULL, worker_run, &workers[i]), 0);
    for (size_t i = 0; i < WORKERS; ++i)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    pthread_barrier_destroy(&start);
    assert_int_equal(clock, WORKERS * TURNS);
    for (size_t i = 0; i < WORKERS; ++i) {
        assert_int_equal(workers[i].status, RM_OK);
        assert_int_in_range(workers[i].worst_ms, 0, 1000);
        unsigned early = 0; /* turns in the first half of all: a quarter each, had nobody been late */
        for (size_t turn = 0; turn < TURNS; ++turn)
            early += workers[i].order[turn] <= WORKERS * TURNS / 2;
        assert_int_in_range(early, WORKERS * TURNS / 2 / 5, WORKERS * TURNS / 2);
        assert_int_equal(rm_disconnect(workers[i].card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    }
}

/* Waits until one more has come and queued; *seen is the last in the queue, NULL before the first. */
static void await_arrival(struct clients *clients, const void **seen) {
    struct slots_reader *reader = slots_service_find(slots_service_of(clients->service), READER);
    const uint64_t deadline = clock_deadline(10000);
    const void *last = NULL;
    for (;;) {
        lock_take(&reader->mutex);
        last = reader->lock.last;
        lock_give(&reader->mutex);
        if ((last && last != *seen) || clock_left(deadline) == 0)
            break;
        nap(1);
    }
    slots_reader_drop(reader);
    assert_true(last && last != *seen);
    *seen = last;
}

/* A waiter that writes down when its turn came. */
struct waiter {
    struct rm_card *card;
    unsigned *clock;
    unsigned turn;
    rm_status status;
};

static void *waiter_run(void *argument) {
    struct waiter *waiter = argument;
    waiter->status = rm_begin(waiter->card, RM_WITHIN(SOON));
    if (waiter->status == RM_OK) {
        waiter->turn = ++*waiter->clock;
        waiter->status = rm_end(waiter->card, RM_LEAVE, RM_WITHIN(RM_INFINITE));
    }
    return NULL;
}

static void test_lock__serves_in_order_of_arrival(void **state) {
    struct clients *clients = *state;
    struct waiter waiters[WORKERS] = {0};
    pthread_t threads[WORKERS];
    unsigned clock = 0;
    const void *last = NULL;
    struct rm_card *holder = clients_connect(clients->a);
    for (size_t i = 0; i < WORKERS; ++i) {
        waiters[i].card = clients_connect(clients->b);
        waiters[i].clock = &clock;
    }
    assert_int_equal(rm_begin(holder, RM_WITHIN(SOON)), RM_OK);
    for (size_t i = 0; i < WORKERS; ++i) {
        assert_int_equal(pthread_create(&threads[i], NULL, waiter_run, &waiters[i]), 0);
        await_arrival(clients, &last);
    }
    assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    for (size_t i = 0; i < WORKERS; ++i) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(waiters[i].status, RM_OK);
        assert_int_equal(waiters[i].turn, i + 1);
        assert_int_equal(rm_disconnect(waiters[i].card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    }
    assert_int_equal(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* Who gives up leaves the queue, wherever he stands in it; the others keep their places. */
static void *impatient_run(void *argument) {
    struct waiter *waiter = argument;
    waiter->status = rm_begin(waiter->card, RM_WITHIN(300));
    return NULL;
}

static void test_lock__giving_up_leaves_the_queue(void **state) {
    struct clients *clients = *state;
    for (size_t quitter = 0; quitter < 3; ++quitter) {
        struct waiter waiters[3] = {0};
        pthread_t threads[3];
        unsigned clock = 0;
        const void *last = NULL;
        struct rm_card *holder = clients_connect(clients->a);
        for (size_t i = 0; i < 3; ++i) {
            waiters[i].card = clients_connect(clients->b);
            waiters[i].clock = &clock;
        }
        assert_int_equal(rm_begin(holder, RM_WITHIN(SOON)), RM_OK);
        for (size_t i = 0; i < 3; ++i) {
            assert_int_equal(
                pthread_create(&threads[i], NULL, i == quitter ? impatient_run : waiter_run, &waiters[i]), 0);
            await_arrival(clients, &last);
        }
        assert_int_equal(pthread_join(threads[quitter], NULL), 0);
        assert_int_equal(waiters[quitter].status, RM_E_TIMEOUT);
        assert_int_equal(clients_ask(waiters[quitter].card, 0), RM_E_TIMEOUT);
        assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
        unsigned turn = 0;
        for (size_t i = 0; i < 3; ++i) {
            if (i != quitter) {
                assert_int_equal(pthread_join(threads[i], NULL), 0);
                assert_int_equal(waiters[i].status, RM_OK);
                assert_int_equal(waiters[i].turn, ++turn);
            }
            assert_int_equal(rm_disconnect(waiters[i].card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
        }
        assert_int_equal(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    }
}

/* What ends a wait for the lock other than the lock. */
static void *begin_run(void *argument) {
    struct waiter *waiter = argument;
    waiter->status = rm_begin(waiter->card, RM_WITHIN(RM_INFINITE));
    return NULL;
}

static void test_lock__waiters_hear_of_removal_and_unplugging(void **state) {
    struct clients *clients = *state;
    static const rm_status expected[] = {RM_W_REMOVED_CARD, RM_E_READER_UNAVAILABLE};
    for (int unplug = 0; unplug < 2; ++unplug) {
        struct rm_card *holder = clients_connect(clients->a);
        struct waiter waiters[2] = {{.card = clients_connect(clients->b)},
                                    {.card = clients_connect(clients->b)}};
        pthread_t threads[2];
        const void *last = NULL;
        assert_int_equal(rm_begin(holder, RM_WITHIN(SOON)), RM_OK);
        for (int i = 0; i < 2; ++i) {
            assert_int_equal(pthread_create(&threads[i], NULL, begin_run, &waiters[i]), 0);
            await_arrival(clients, &last);
        }
        if (unplug)
            assert_int_equal(sim_unplug(clients->service, READER), RM_OK);
        else
            assert_int_equal(sim_remove(clients->service, READER), RM_OK);
        for (int i = 0; i < 2; ++i) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
            assert_int_equal(waiters[i].status, expected[unplug]);
            assert_int_equal(rm_disconnect(waiters[i].card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
        }
        assert_int_equal(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
        if (!unplug)
            assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    }
}

static void *reconnect_run(void *argument) {
    struct waiter *waiter = argument;
    waiter->status = clients_reconnect(waiter->card, RM_LEAVE);
    return NULL;
}

static void *ask_run(void *argument) {
    struct waiter *waiter = argument;
    waiter->status = clients_ask(waiter->card, SOON);
    return NULL;
}

/*
 * What the view of a connection by another client hears when its owner ends it: at once, not when the lock is
 * free.
 */
static void test_lock__waiter_hears_of_disconnect(void **state) {
    struct clients *clients = *state;
    static void *(*const calls[])(void *) = {ask_run, reconnect_run};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; ++i) {
        struct rm_card *holder = clients_connect(clients->a), *owner = clients_connect(clients->a);
        struct waiter waiter = {.card = NULL};
        pthread_t thread;
        const void *last = NULL;
        assert_int_equal(rm_adopt(clients->b, rm_card_handle(owner), RM_WITHIN(5000), &waiter.card), RM_OK);
        assert_int_equal(rm_begin(holder, RM_WITHIN(SOON)), RM_OK);
        assert_int_equal(pthread_create(&thread, NULL, calls[i], &waiter), 0);
        await_arrival(clients, &last);
        const uint64_t start = clock_ms();
        assert_int_equal(rm_disconnect(owner, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_in_range(clock_ms() - start, 0, SOON / 2);
        assert_int_equal(waiter.status, RM_E_INVALID_HANDLE);
        rm_abandon(waiter.card);
        assert_int_equal(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    }
}

/*
 * A card that goes in the moment in which a waiter has been given the lock and has not woken up yet: its call
 * is not a transaction, which the next reconnection would take up again and nobody would ever end.
 */
static void test_lock__removal_before_the_waiter_wakes(void **state) {
    struct clients *clients = *state;
    struct rm_card *holder = clients_connect(clients->a);
    struct waiter waiter = {.card = clients_connect(clients->b)};
    struct slots_reader *reader = slots_service_find(slots_service_of(clients->service), READER);
    pthread_t thread;
    const void *last = NULL;
    assert_int_equal(rm_begin(holder, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(pthread_create(&thread, NULL, ask_run, &waiter), 0);
    await_arrival(clients, &last);
    lock_take(&reader->mutex);
    assert_true(slots_lock_give(&reader->lock, reader->lock.owner));
    assert_non_null(reader->lock.owner); /* the waiter's, who cannot come before the mutex is free */
    assert_true(slots_reader_remove(reader));
    lock_give(&reader->mutex);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(waiter.status, RM_W_REMOVED_CARD);
    assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    assert_int_equal(clients_reconnect(waiter.card, RM_LEAVE), RM_OK);
    assert_int_equal(clients_reconnect(holder, RM_LEAVE), RM_OK);
    assert_int_equal(clients_ask(holder, 0), RM_OK); /* nobody holds it */
    assert_int_equal(rm_end(waiter.card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    slots_reader_drop(reader);
    assert_int_equal(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_disconnect(waiter.card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* The same for a reconnection that waits after a first removal: it keeps the transaction it came for. */
static void test_lock__second_removal_before_the_reconnection_wakes(void **state) {
    struct clients *clients = *state;
    struct rm_card *holder = clients_connect(clients->a);
    struct waiter waiter = {.card = clients_connect(clients->b)};
    struct slots_reader *reader = slots_service_find(slots_service_of(clients->service), READER);
    pthread_t thread;
    const void *last = NULL;
    assert_int_equal(rm_begin(waiter.card, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(rm_begin(waiter.card, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(sim_remove(clients->service, READER), RM_OK);
    assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    assert_int_equal(clients_reconnect(holder, RM_LEAVE), RM_OK);
    assert_int_equal(rm_begin(holder, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(pthread_create(&thread, NULL, reconnect_run, &waiter), 0);
    await_arrival(clients, &last);
    lock_take(&reader->mutex);
    assert_true(slots_lock_give(&reader->lock, reader->lock.owner));
    assert_non_null(reader->lock.owner);
    assert_true(slots_reader_remove(reader));
    lock_give(&reader->mutex);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(waiter.status, RM_E_NO_SMARTCARD);
    assert_int_equal(sim_put_back(clients->service, READER), RM_OK);
    assert_int_equal(clients_reconnect(waiter.card, RM_LEAVE), RM_OK);
    assert_int_equal(rm_reconnect(holder, RM_SHARE_SHARED, ANY, RM_LEAVE, RM_WITHIN(0)), RM_E_TIMEOUT);
    assert_int_equal(rm_end(waiter.card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_end(waiter.card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(rm_end(waiter.card, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_E_NOT_TRANSACTED);
    slots_reader_drop(reader);
    assert_int_equal(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_disconnect(waiter.card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

static void test_lock__reconnect_waits_for_it(void **state) {
    struct clients *clients = *state;
    struct rm_card *holder = clients_connect(clients->a);
    struct waiter waiter = {.card = clients_connect(clients->b)};
    pthread_t thread;
    const void *last = NULL;
    assert_int_equal(rm_begin(holder, RM_WITHIN(SOON)), RM_OK);
    assert_int_equal(clients_reconnect(holder, RM_RESET), RM_OK);
    assert_int_equal(pthread_create(&thread, NULL, reconnect_run, &waiter), 0);
    await_arrival(clients, &last);
    assert_int_equal(clients_ask(waiter.card, 0), RM_W_RESET_CARD); /* no need to wait for that */
    assert_int_equal(rm_end(holder, RM_LEAVE, RM_WITHIN(RM_INFINITE)), RM_OK);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(waiter.status, RM_OK);
    assert_int_equal(clients_ask(waiter.card, 0), RM_OK);
    assert_int_equal(rm_disconnect(holder, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
    assert_int_equal(rm_disconnect(waiter.card, RM_LEAVE, RM_WITHIN(2000)), RM_OK);
}

/* The lock itself, with nobody who waits: levels, and who may give them back. */
static void test_lock__levels(void **state) {
    struct slots_lock lock = {0};
    struct lock mutex = {0};
    int one = 0, other = 0;
    const struct slots_claim claim = {&one, NULL, NULL, RM_WITHIN(0)};
    (void)state;
    lock_take(&mutex);
    assert_int_equal(slots_lock_take(&lock, &mutex, &claim), RM_OK);
    assert_int_equal(slots_lock_take(&lock, &mutex, &claim), RM_OK);
    assert_int_equal(lock.depth, 2);
    slots_lock_drop(&lock, &other);
    assert_false(slots_lock_give(&lock, &other));
    assert_false(slots_lock_give(&lock, NULL));
    assert_int_equal(lock.depth, 2);
    assert_true(slots_lock_give(&lock, &one));
    assert_ptr_equal(lock.owner, &one);
    assert_true(slots_lock_give(&lock, &one));
    assert_null(lock.owner);
    assert_int_equal(lock.depth, 0);
    assert_false(slots_lock_give(&lock, &one));
    assert_false(slots_lock_give(&lock, NULL)); /* nobody's level is nobody's to give */
    assert_int_equal(slots_lock_end(&lock), 0);
    assert_int_equal(slots_lock_take(&lock, &mutex, &claim), RM_OK);
    lock.depth = UINT32_MAX - 1;
    assert_int_equal(slots_lock_take(&lock, &mutex, &claim), RM_OK);
    assert_int_equal(slots_lock_take(&lock, &mutex, &claim), RM_E_NO_MEMORY);
    assert_int_equal(lock.depth, UINT32_MAX);
    assert_int_equal(slots_lock_end(&lock), UINT32_MAX);
    assert_null(lock.owner);
    assert_int_equal(lock.depth, 0);
    lock_give(&mutex);
}

/* In a child made by fork() nobody has the lock; that of a reader that is gone stays closed there. */
static void test_lock__disowned_stays_closed(void **state) {
    struct slots_lock lock = {0};
    struct lock mutex = {0};
    int one = 0, other = 0;
    const struct slots_claim claim = {&one, NULL, NULL, RM_WITHIN(0)};
    const struct slots_claim next = {&other, NULL, NULL, RM_WITHIN(0)};
    (void)state;
    lock_take(&mutex);
    assert_int_equal(slots_lock_take(&lock, &mutex, &claim), RM_OK);
    assert_int_equal(slots_lock_take(&lock, &mutex, &next), RM_E_TIMEOUT);
    slots_lock_disown(&lock);
    assert_null(lock.owner);
    assert_int_equal(lock.depth, 0);
    assert_int_equal(slots_lock_take(&lock, &mutex, &next), RM_OK);
    slots_lock_close(&lock);
    assert_int_equal(slots_lock_take(&lock, &mutex, &next), RM_E_READER_UNAVAILABLE);
    slots_lock_disown(&lock);
    assert_null(lock.owner);
    assert_int_equal(slots_lock_take(&lock, &mutex, &claim), RM_E_READER_UNAVAILABLE);
    lock_give(&mutex);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CLIENTS_CASE(test_lock__shares_fairly),
        CLIENTS_CASE(test_lock__serves_in_order_of_arrival),
        CLIENTS_CASE(test_lock__giving_up_leaves_the_queue),
        CLIENTS_CASE(test_lock__waiters_hear_of_removal_and_unplugging),
        CLIENTS_CASE(test_lock__waiter_hears_of_disconnect),
        CLIENTS_CASE(test_lock__removal_before_the_waiter_wakes),
        CLIENTS_CASE(test_lock__second_removal_before_the_reconnection_wakes),
        CLIENTS_CASE(test_lock__reconnect_waits_for_it),
        cmocka_unit_test(test_lock__levels),
        cmocka_unit_test(test_lock__disowned_stays_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
