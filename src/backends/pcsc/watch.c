/* The thread that ends calls which have waited too long for another client of the reader. */
#include "backends/pcsc/watch.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backends/pcsc/socket.h"
#include "base/clock.h"
#include "base/condition.h"
#include "base/quietthread.h"

#define GLANCE_MS 50u       /* between two looks at calls in progress */
#define SHARP_GLANCE_MS 10u /* when one of them is to be ended */
/* How long before a call's limit the daemon is asked: at that it is to have had the time to answer. */
#define ASK_BEFORE_MS (PCSC_PULSE_MS + PCSC_PULSE_FRESH_MS + GLANCE_MS)
#define IDLE_GLANCES 20u /* looks without a call before the thread parks */

_Thread_local int pcsc_watch_thread;

int pcsc_watch_thread_find(void) {
    pcsc_watch_thread = (int)syscall(SYS_gettid);
    return pcsc_watch_thread;
}

static void init_state(struct pcsc_watch *watch) {
    pthread_mutex_init(&watch->lock, NULL);
    condition_init(&watch->wake);
    atomic_store(&watch->parked, true);
    watch->started = false;
    watch->stop = false;
    watch->calls = NULL;
    atomic_store(&watch->silent, false);
}

/* What it has open. */
static void close_own(struct pcsc_watch *watch) {
    pcsc_pulse_close(&watch->pulse);
    if (watch->tasks >= 0)
        close(watch->tasks);
    watch->tasks = -1;
}

void pcsc_watch_init(struct pcsc_watch *watch) {
    pcsc_pulse_init(&watch->pulse);
    watch->tasks = -1;
    init_state(watch);
}

void pcsc_watch_reset(struct pcsc_watch *watch) {
    close_own(watch);
    init_state(watch);
}

void pcsc_watch_destroy(struct pcsc_watch *watch) {
    pthread_mutex_lock(&watch->lock);
    const bool started = watch->started;
    watch->stop = true;
    pthread_cond_signal(&watch->wake);
    pthread_mutex_unlock(&watch->lock);
    if (started)
        pthread_join(watch->thread, NULL);
    close_own(watch);
    pthread_cond_destroy(&watch->wake);
    pthread_mutex_destroy(&watch->lock);
}

void pcsc_watch_add(struct pcsc_watch *watch, struct pcsc_watched *call, const void *owner) {
    atomic_store(&call->ticket, 0);
    call->owner = owner;
    call->library = -1;
    call->number = 0;
    call->socket = -1;
    call->opening = NULL;
    pcsc_standin_init(&call->standin);
    call->seen = 0;
    call->overdue = 0;
    call->quiet = 0;
    call->cancelled = 0;
    call->reason = RM_OK;
    pthread_mutex_lock(&watch->lock);
    call->next = watch->calls;
    watch->calls = call;
    pthread_mutex_unlock(&watch->lock);
}

void pcsc_watch_remove(struct pcsc_watch *watch, struct pcsc_watched *call) {
    pthread_mutex_lock(&watch->lock);
    for (struct pcsc_watched **link = &watch->calls; *link; link = &(*link)->next)
        if (*link == call) {
            *link = call->next;
            break;
        }
    pthread_mutex_unlock(&watch->lock);
}

void pcsc_watch_know(struct pcsc_watch *watch, struct pcsc_watched *call, int library, ino_t number,
                     int socket) {
    pthread_mutex_lock(&watch->lock);
    call->library = library;
    call->number = number;
    call->socket = socket;
    pthread_mutex_unlock(&watch->lock);
}

/* Makes the duplicate, once it is needed. -1: the library's descriptor has become another's. */
static int socket_of(struct pcsc_watched *call) {
    if (call->socket < 0 && call->number)
        call->socket = pcsc_sockets_take(call->library, call->number);
    return call->socket;
}

void pcsc_watch_let_go(struct pcsc_watch *watch, struct pcsc_watched *call) {
    pthread_mutex_lock(&watch->lock);
    if (atomic_load(&watch->silent) && socket_of(call) >= 0)
        shutdown(call->socket, SHUT_RDWR);
    if (call->socket >= 0)
        close(call->socket);
    call->socket = -1;
    pthread_mutex_unlock(&watch->lock);
}

rm_status pcsc_watch_reason(struct pcsc_watch *watch, struct pcsc_watched *call) {
    /* The breaker holds the lock until the socket is shut: no later call can be hit by it. */
    pthread_mutex_lock(&watch->lock);
    const uint32_t ticket = atomic_load(&call->ticket);
    const rm_status reason = ticket & PCSC_CALL_BROKEN ? call->reason : RM_OK;
    pcsc_standin_remove(&call->standin, call->library, call->socket);
    atomic_store(&call->ticket, ticket & ~PCSC_CALL_BITS);
    pthread_mutex_unlock(&watch->lock);
    return reason;
}

static bool is_sleep(long number) {
    static const long sleeps[] = {
#ifdef SYS_nanosleep
        SYS_nanosleep,
#endif
#ifdef SYS_clock_nanosleep
        SYS_clock_nanosleep,
#endif
#ifdef SYS_clock_nanosleep_time64
        SYS_clock_nanosleep_time64,
#endif
    };
    for (size_t i = 0; i < sizeof sleeps / sizeof *sleeps; i++)
        if (number == sleeps[i])
            return true;
    return false;
}

/*
 * Is the thread asleep between two tries? Where the system does not tell (no /proc), yes: then the worst is a
 * connection lost after a command that took longer than the limit, whose answer still arrives.
 */
static bool between_tries(int thread) {
    char path[64];
    char text[32];
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", thread);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return true;
    const ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    if (size <= 0)
        return true;
    text[size] = '\0';
    char *end = NULL;
    const long number = strtol(text, &end, 10);
    return end != text && is_sleep(number);
}

/* Has the daemon been silent for so long that it will not let us try again? */
static bool is_silent(const struct pcsc_watched *call, uint32_t wait, rm_status reason, uint64_t now) {
    const uint64_t silent = now - call->overdue;
    if (reason == RM_E_CANCELLED || wait == PCSC_WAIT_ASK)
        return silent >= PCSC_ASK_MS;
    return wait == PCSC_WAIT_START && silent >= PCSC_START_MS;
}

/*
 * The library's next try is to be answered by us; false when that cannot be. The ticket first: from then on
 * the call cannot end without the lock, and so no later call finds the stand-in.
 */
static bool divert(struct pcsc_watched *call, uint32_t ticket) {
    uint32_t expected = ticket;
    if (!atomic_compare_exchange_strong(&call->ticket, &expected, ticket | PCSC_CALL_DIVERTED))
        return true; /* it has ended meanwhile */
    if (pcsc_standin_place(&call->standin, call->library, call->socket))
        return true;
    atomic_store(&call->ticket, ticket);
    return false;
}

/*
 * Answers the library, when it asks; false while it has not. What got through at the last moment is waited
 * for, though not for ever: then the connection is given up.
 */
static bool serve(struct pcsc_watched *call, uint32_t ticket, uint64_t now) {
    if (pcsc_standin_serve(&call->standin, call->socket, call->reason) == PCSC_STANDIN_WAITS) {
        if (now - call->overdue >= PCSC_START_MS)
            shutdown(call->socket, SHUT_RDWR);
        return false;
    }
    atomic_store(&call->ticket, ticket | PCSC_CALL_BROKEN);
    return true;
}

/* A duplicate of the socket that is just being opened; -1: it cannot be told which it is. */
static int find_socket(const struct pcsc_watch *watch, const struct pcsc_opening *opening) {
    int library = -1, ambiguous = 0;
    if (opening->before)
        return pcsc_sockets_find_new(opening->before, watch->pulse.fd, &library, &ambiguous);
    return opening->next == watch->pulse.fd ? -1 : pcsc_sockets_take(opening->next, 0);
}

/* Ends a call, whatever it waits for, by shutting the library's socket. */
static void cut_off(const struct pcsc_watch *watch, struct pcsc_watched *call, uint32_t ticket,
                    rm_status reason) {
    uint32_t expected = ticket;
    const int found = call->opening ? find_socket(watch, call->opening) : -1;
    const int socket = found >= 0 ? found : socket_of(call);
    call->reason = reason;
    if (socket >= 0 && atomic_compare_exchange_strong(&call->ticket, &expected, ticket | PCSC_CALL_BROKEN))
        shutdown(socket, SHUT_RD);
    if (found >= 0)
        close(found);
}

static bool can_be_cut_off(const struct pcsc_watched *call) {
    return call->opening || call->number;
}

/* Ends the call if it still is the one with this ticket; false when it should be looked at again soon. */
static bool break_call(const struct pcsc_watch *watch, struct pcsc_watched *call, uint32_t ticket,
                       rm_status reason, uint64_t now) {
    const uint32_t wait = atomic_load_explicit(&call->wait, memory_order_relaxed);
    uint32_t expected = ticket;
    bool asleep = false;
    if (wait != PCSC_WAIT_SELF && socket_of(call) < 0) {
        cut_off(watch, call, ticket, reason);
        return true;
    }
    if (!call->overdue)
        call->overdue = call->quiet ? call->quiet : now;
    if (wait < PCSC_WAIT_SERVICE) {
        asleep = between_tries(atomic_load_explicit(&call->thread, memory_order_relaxed));
        if (!asleep && !is_silent(call, wait, reason, now))
            return false;
    }
    call->reason = reason;
    if (asleep && divert(call, ticket))
        return false;
    if (atomic_compare_exchange_strong(&call->ticket, &expected, ticket | PCSC_CALL_BROKEN) &&
        wait != PCSC_WAIT_SELF)
        shutdown(call->socket, asleep ? SHUT_WR : SHUT_RD);
    return true;
}

static void notice(struct pcsc_watched *call, uint32_t ticket, uint64_t now) {
    call->seen = ticket;
    call->since = now;
    call->overdue = 0;
    call->quiet = 0;
}

/*
 * What has nothing to do with a card ends at its limit where the daemon has been silent for a while before.
 */
static void note_quiet(struct pcsc_watched *call, uint32_t wait, uint64_t now) {
    if (wait != PCSC_WAIT_ASK)
        return;
    if (between_tries(atomic_load_explicit(&call->thread, memory_order_relaxed)))
        call->quiet = 0;
    else if (!call->quiet)
        call->quiet = now;
}

/* Does the daemon answer nobody? */
static bool daemon_is_silent(struct pcsc_watch *watch, struct pcsc_watched *call, uint64_t now) {
    if (!can_be_cut_off(call))
        return false;
    const uint32_t silence = pcsc_pulse_silence(&watch->pulse, socket_of(call), now);
    if (silence == 0)
        atomic_store(&watch->silent, false);
    return silence >= PCSC_PULSE_MS;
}

/* The call that goes on: after how many ms to look at it again. */
static uint32_t look_at_limit(struct pcsc_watch *watch, struct pcsc_watched *call, uint32_t ticket,
                              uint64_t now) {
    const uint32_t timeout_ms = atomic_load_explicit(&call->timeout_ms, memory_order_relaxed);
    const uint32_t wait = atomic_load_explicit(&call->wait, memory_order_relaxed);
    const uint32_t limit_ms = timeout_ms == PCSC_WHILE_ALIVE ? PCSC_SILENT_MS : timeout_ms;
    const uint64_t waited = now - call->since;
    if (waited + ASK_BEFORE_MS < limit_ms)
        return (uint32_t)(limit_ms - ASK_BEFORE_MS - waited);
    if (waited == 0)
        return SHARP_GLANCE_MS; /* most calls are over by then, and the daemon need not be asked */
    note_quiet(call, wait, now);
    const bool silent = daemon_is_silent(watch, call, now);
    if (waited < limit_ms)
        return limit_ms - waited < GLANCE_MS ? (uint32_t)(limit_ms - waited) : GLANCE_MS;
    if (silent) {
        cut_off(watch, call, ticket, RM_E_TIMEOUT);
        atomic_store(&watch->silent, true);
        return GLANCE_MS;
    }
    if (wait == PCSC_WAIT_DAEMON || timeout_ms == PCSC_WHILE_ALIVE)
        return SHARP_GLANCE_MS;
    return break_call(watch, call, ticket, RM_E_TIMEOUT, now) ? GLANCE_MS : SHARP_GLANCE_MS;
}

/* Looks at one line of calls; returns after how many ms to look again, 0 when there is no need to. */
static uint32_t look_at(struct pcsc_watch *watch, struct pcsc_watched *call, uint64_t now) {
    const uint32_t ticket = atomic_load(&call->ticket);
    if (!(ticket & PCSC_CALL_BUSY) || ticket & PCSC_CALL_BROKEN)
        return 0;
    if (ticket & PCSC_CALL_DIVERTED)
        return serve(call, ticket, now) ? GLANCE_MS : SHARP_GLANCE_MS;
    if (ticket != call->seen)
        notice(call, ticket, now);
    if (call->cancelled == ticket)
        return break_call(watch, call, ticket, RM_E_CANCELLED, now) ? GLANCE_MS : SHARP_GLANCE_MS;
    if (atomic_load_explicit(&call->timeout_ms, memory_order_relaxed) == RM_INFINITE)
        return 0;
    return look_at_limit(watch, call, ticket, now);
}

static uint32_t look_at_all(struct pcsc_watch *watch) {
    const uint64_t now = clock_ms();
    uint32_t soonest = 0;
    if (pcsc_pulse_hear(&watch->pulse, now))
        atomic_store(&watch->silent, false);
    for (struct pcsc_watched *call = watch->calls; call; call = call->next) {
        const uint32_t again = look_at(watch, call, now);
        if (again && (!soonest || again < soonest))
            soonest = again;
    }
    return soonest;
}

/* Is this (of look_at_all()) no later than the next glance? */
static bool is_soon(uint32_t again) {
    return again > 0 && again <= GLANCE_MS;
}

/*
 * Until a call begins, or for so many ms (0: without an end); whoever announces one has seen us parked, or we
 * have seen it.
 */
static void park(struct pcsc_watch *watch, uint32_t ms) {
    const uint64_t end = clock_deadline(ms);
    const struct timespec until = condition_deadline(end);
    while (atomic_load(&watch->parked) && !watch->stop && (ms == 0 || clock_left(end) > 0))
        if (ms == 0)
            pthread_cond_wait(&watch->wake, &watch->lock);
        else
            pthread_cond_timedwait(&watch->wake, &watch->lock, &until);
    atomic_store(&watch->parked, false);
}

/* Looks often as long as calls are made; a long one is left alone until it comes near its limit. */
static void *watch_calls(void *argument) {
    struct pcsc_watch *watch = argument;
    unsigned idle = 0;
    pthread_mutex_lock(&watch->lock);
    while (!watch->stop) {
        uint32_t again = look_at_all(watch);
        idle = is_soon(again) ? 0 : idle + 1;
        if (idle >= IDLE_GLANCES) {
            idle = 0;
            atomic_store(&watch->parked, true);
            again = look_at_all(watch); /* a call may have begun before it could see us parked */
            if (!is_soon(again)) {
                park(watch, again);
                continue;
            }
            atomic_store(&watch->parked, false);
        }
        const struct timespec until = condition_deadline(clock_deadline(is_soon(again) ? again : GLANCE_MS));
        pthread_cond_timedwait(&watch->wake, &watch->lock, &until);
    }
    pthread_mutex_unlock(&watch->lock);
    return NULL;
}

static void wake_locked(struct pcsc_watch *watch) {
    if (!watch->started)
        watch->started = quietthread_create(&watch->thread, watch_calls, watch);
    if (!watch->started)
        return; /* calls are unbounded then; the next one tries again */
    atomic_store(&watch->parked, false);
    pthread_cond_signal(&watch->wake);
}

void pcsc_watch_wake(struct pcsc_watch *watch) {
    pthread_mutex_lock(&watch->lock);
    wake_locked(watch);
    pthread_mutex_unlock(&watch->lock);
}

void pcsc_watch_opening(struct pcsc_watch *watch, struct pcsc_watched *call,
                        const struct pcsc_opening *opening) {
    pthread_mutex_lock(&watch->lock);
    call->opening = opening;
    pthread_mutex_unlock(&watch->lock);
}

void pcsc_watch_cancel(struct pcsc_watch *watch, const void *owner) {
    const uint64_t now = clock_ms();
    bool again = false;
    pthread_mutex_lock(&watch->lock);
    for (struct pcsc_watched *call = watch->calls; call; call = call->next) {
        const uint32_t ticket = atomic_load(&call->ticket);
        if (call->owner != owner || !(ticket & PCSC_CALL_BUSY) ||
            ticket & (PCSC_CALL_BROKEN | PCSC_CALL_DIVERTED))
            continue;
        if (ticket != call->seen) /* the thread has not seen it yet */
            notice(call, ticket, now);
        if (call->cancelled != ticket)
            call->overdue = 0; /* its limit no longer matters */
        call->cancelled = ticket;
        again |= !break_call(watch, call, ticket, RM_E_CANCELLED, now);
    }
    if (again)
        wake_locked(watch);
    pthread_mutex_unlock(&watch->lock);
}

int pcsc_watch_pulse(struct pcsc_watch *watch) {
    pthread_mutex_lock(&watch->lock);
    const int fd = watch->pulse.fd;
    pthread_mutex_unlock(&watch->lock);
    return fd;
}

/* Our thread opens nothing while no other one makes a call, but where it asks the daemon. */
int pcsc_watch_next(struct pcsc_watch *watch) {
    pthread_mutex_lock(&watch->lock);
    const int next = pcsc_sockets_next(watch->started, &watch->tasks);
    pthread_mutex_unlock(&watch->lock);
    return next;
}

ino_t pcsc_watch_number(struct pcsc_watch *watch, int library) {
    pthread_mutex_lock(&watch->lock);
    const ino_t number = watch->pulse.fd == library ? 0 : pcsc_sockets_number(library);
    pthread_mutex_unlock(&watch->lock);
    return number;
}

rm_status pcsc_watch_await_daemon(struct pcsc_watch *watch, struct pcsc_watched *call, uint32_t limit_ms) {
    if (!atomic_load(&watch->silent))
        return RM_OK;
    const uint64_t deadline = clock_deadline(limit_ms);
    const uint32_t ticket = pcsc_watch_enter(watch, call, PCSC_WAIT_SELF, RM_INFINITE);
    rm_status status = RM_E_TIMEOUT;
    while (status == RM_E_TIMEOUT) {
        pthread_mutex_lock(&watch->lock);
        if (pcsc_pulse_silence(&watch->pulse, -1, clock_ms()) == 0) {
            atomic_store(&watch->silent, false);
            status = RM_OK;
        }
        pthread_mutex_unlock(&watch->lock);
        const uint32_t left = clock_left(deadline);
        if (status == RM_OK || left == 0 || pcsc_watch_is_broken(call))
            break;
        pcsc_pause(left < SHARP_GLANCE_MS ? left : SHARP_GLANCE_MS);
    }
    const rm_status broken = pcsc_watch_leave(watch, call, ticket);
    return broken != RM_OK ? broken : status;
}
