/*
 * Bounded waits on a library that has none. While another client holds a transaction, libpcsclite repeats
 * the request on our side, sleeping 200 ms in between, for as long as it takes; for SCardConnect the daemon
 * does not answer at all. Neither can be told to stop.
 *
 * So every call that may wait is announced in a `struct pcsc_watched`: two atomic writes, no system call, no
 * clock. A thread of the service looks at the announcements from time to time while there are any. A call
 * that has waited too long, or that is cancelled, is ended from outside through the socket its context has
 * with the daemon; the library then returns on its own path, with its locks and lists intact.
 * (SCardReleaseContext from another thread would not do: the library may free the context under the waiting
 * call.) What the call waits for decides how:
 *
 *   PCSC_WAIT_LOOP     the library repeats: while its thread is seen asleep between two tries we take the
 *                      daemon's place, and answer the next one (standin.h). The connection stays. Should a
 *                      command have got through after all, its answer arrives: a command the card executes is
 *                      never cut off by its limit. When it is cancelled and the daemon does not answer for a
 *                      moment, the card has it: receiving is shut.
 *   PCSC_WAIT_ASK      the same for what the card has nothing to do for: a daemon that does not answer for a
 *                      moment after the limit is itself waiting, for a card that does not answer another
 *                      client, and receiving is shut.
 *   PCSC_WAIT_START    the same for what starts the card, which takes its time.
 *   PCSC_WAIT_SERVICE  the daemon keeps us waiting: receiving is shut. It cleans up when it cannot answer.
 *   PCSC_WAIT_DAEMON   the daemon comes back by itself: only one that is silent ends it, or cancelling.
 *   PCSC_WAIT_SELF     we wait ourselves and look at the announcement; nothing is shut.
 *
 * Whatever it is: at its limit a call ends, too, whose daemon does not answer anybody (pulse.h), and
 * receiving is shut. What has no limit of its own is given PCSC_WHILE_ALIVE, and so much time.
 *
 * Where the socket is shut the connections of that context are lost with it.
 * Used by access.c, link.c and the callers.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_WATCH_H
#define SCARDSSP_BACKENDS_PCSC_WATCH_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "backends/pcsc/pulse.h"
#include "backends/pcsc/standin.h"
#include "rm/rm.h"

struct pcsc_sockets;

enum pcsc_wait {
    PCSC_WAIT_LOOP,
    PCSC_WAIT_ASK,
    PCSC_WAIT_START,
    PCSC_WAIT_SERVICE,
    PCSC_WAIT_DAEMON,
    PCSC_WAIT_SELF
};

/*
 * How long after its limit or cancellation a call may go without an answer, in ms. A daemon that lets
 * us try again answers sooner.
 */
#define PCSC_ASK_MS 300u
#define PCSC_START_MS 5000u

/*
 * As a limit: for as long as the daemon answers anybody, which is asked after PCSC_SILENT_MS. One that
 * systemd has just started answers when it has found its readers.
 */
#define PCSC_WHILE_ALIVE (RM_INFINITE - 1u)
#define PCSC_SILENT_MS 5000u

/* What is known of the socket that the library is about to open: see socket.h. */
struct pcsc_opening {
    const struct pcsc_sockets *before; /* those that were there; NULL: `next` is known */
    int next;
};

/*
 * The calls of one library context, which are made one after the other: the one that is under way, and what
 * the watch knows of it.
 */
struct pcsc_watched {
    _Atomic uint32_t ticket; /* number of the call times 8, plus PCSC_CALL_* */
    _Atomic uint32_t timeout_ms;
    _Atomic uint32_t wait;
    _Atomic int thread;

    /* The watch's own, under its lock. */
    const void *owner;
    int library;  /* the library's descriptor of its socket; -1: not known */
    ino_t number; /* the kernel's, of that socket; 0: not known, only a call that opens it can be ended */
    int socket;   /* our duplicate of it, made for the first call that is to be ended; -1: there is none */
    const struct pcsc_opening *opening; /* the call opens it; NULL: it does not */
    struct pcsc_standin standin;
    _Atomic uint32_t seen; /* ticket that was busy when looked at last */
    uint64_t since;        /* when it was first seen */
    uint64_t overdue;      /* since when it is to be ended; 0: it is not */
    uint64_t quiet;        /* near its limit: since when its thread was not seen asleep; 0: it was */
    uint32_t cancelled;    /* ticket to be ended */
    rm_status reason;      /* why it was broken */
    struct pcsc_watched *next;
};

#define PCSC_CALL_BUSY 1u
#define PCSC_CALL_BROKEN 2u
#define PCSC_CALL_DIVERTED 4u /* the library talks to the stand-in */
#define PCSC_CALL_BITS 7u

struct pcsc_watch {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    _Atomic bool parked; /* nobody looks until it is woken */
    bool started;
    bool stop;
    pthread_t thread;
    struct pcsc_watched *calls;
    struct pcsc_pulse pulse;
    int tasks;           /* see pcsc_sockets_next() */
    _Atomic bool silent; /* a call was ended because the daemon was silent, and it has not been heard since */
};

/* Makes a watch without a thread: that is started by the first call with a limit. */
void pcsc_watch_init(struct pcsc_watch *watch);

/* Ends its thread. All calls have been removed. */
void pcsc_watch_destroy(struct pcsc_watch *watch);

/*
 * Adds the calls of a context / takes them out; `socket` is left to the caller then. `owner` is what
 * pcsc_watch_cancel() names.
 */
void pcsc_watch_add(struct pcsc_watch *watch, struct pcsc_watched *call, const void *owner);
void pcsc_watch_remove(struct pcsc_watch *watch, struct pcsc_watched *call);

/* Their socket: see above. It takes over the duplicate. */
void pcsc_watch_know(struct pcsc_watch *watch, struct pcsc_watched *call, int library, ino_t number,
                     int socket);

/*
 * Closes the duplicate before the last call of a context. Where the daemon is silent it would not answer to
 * that either, and the socket is shut.
 */
void pcsc_watch_let_go(struct pcsc_watch *watch, struct pcsc_watched *call);

/*
 * What the call that comes next opens; NULL: nothing any more, and the watch does not look at it from then
 * on, so that it may go. It lives until then.
 */
void pcsc_watch_opening(struct pcsc_watch *watch, struct pcsc_watched *call,
                        const struct pcsc_opening *opening);

/* Ends all waiting calls of an owner with RM_E_CANCELLED. Calls that come later are not touched. */
void pcsc_watch_cancel(struct pcsc_watch *watch, const void *owner);

/* Wakes (or starts) the thread. */
void pcsc_watch_wake(struct pcsc_watch *watch);

/*
 * Ends a call that was interfered with, once the breaking is done. RM_OK: it has come to its own end all the
 * same; else why it was broken, RM_E_TIMEOUT or RM_E_CANCELLED.
 */
rm_status pcsc_watch_reason(struct pcsc_watch *watch, struct pcsc_watched *call);

/*
 * Where the daemon was silent when it was asked last: waits up to limit_ms until it answers, while the call
 * is announced as one of PCSC_WAIT_SELF. RM_E_TIMEOUT, RM_E_CANCELLED: it does not, and what would be asked
 * of it through a new connection would not come back.
 */
rm_status pcsc_watch_await_daemon(struct pcsc_watch *watch, struct pcsc_watched *call, uint32_t limit_ms);

/* The descriptor that the daemon is being asked through, which is none of the library's; -1: none. */
int pcsc_watch_pulse(struct pcsc_watch *watch);

/*
 * pcsc_sockets_next(), where the watch's own thread is the only other one. pcsc_sockets_number(); 0 too where
 * the watch itself has opened what is there meanwhile, to ask the daemon.
 */
int pcsc_watch_next(struct pcsc_watch *watch);
ino_t pcsc_watch_number(struct pcsc_watch *watch, int library);

/* Forgets threads and calls without touching them: in a child process they belong to the parent. */
void pcsc_watch_reset(struct pcsc_watch *watch);

/* The kernel's number of this thread, found out once. */
extern _Thread_local int pcsc_watch_thread;
int pcsc_watch_thread_find(void);

/*
 * Announces a call that is about to be made and may wait for up to timeout_ms, give or take a glance (100
 * ms). Returns its ticket for pcsc_watch_leave().
 */
static inline uint32_t pcsc_watch_enter(struct pcsc_watch *watch, struct pcsc_watched *call,
                                        enum pcsc_wait wait, uint32_t timeout_ms) {
    const uint32_t last = atomic_load_explicit(&call->ticket, memory_order_relaxed);
    const uint32_t ticket = ((last | PCSC_CALL_BITS) + 1u) | PCSC_CALL_BUSY;
    const int thread = pcsc_watch_thread ? pcsc_watch_thread : pcsc_watch_thread_find();
    atomic_store_explicit(&call->timeout_ms, timeout_ms, memory_order_relaxed);
    atomic_store_explicit(&call->wait, (uint32_t)wait, memory_order_relaxed);
    atomic_store_explicit(&call->thread, thread, memory_order_relaxed);
    /* In one order with `parked`: either the watch sees the call before it parks, or we see it parked. */
    atomic_store(&call->ticket, ticket);
    if (timeout_ms != RM_INFINITE && atomic_load(&watch->parked))
        pcsc_watch_wake(watch);
    return ticket;
}

/*
 * Takes the announcement back. RM_OK, or why the call was broken. Where the library returned that very code,
 * it had it from the stand-in and the connection is as before; otherwise the context is of no more use.
 */
static inline rm_status pcsc_watch_leave(struct pcsc_watch *watch, struct pcsc_watched *call,
                                         uint32_t ticket) {
    uint32_t expected = ticket;
    if (atomic_compare_exchange_strong(&call->ticket, &expected, ticket & ~PCSC_CALL_BITS))
        return RM_OK;
    return pcsc_watch_reason(watch, call);
}

/*
 * Did the call take so long that the watch has come across it? (Or by chance: it looks a few times in a
 * second.)
 */
static inline bool pcsc_watch_has_seen(const struct pcsc_watched *call, uint32_t ticket) {
    return atomic_load_explicit(&call->seen, memory_order_relaxed) == ticket;
}

/* Sleeps for less than a second: what waits of our own do between two looks. */
static inline void pcsc_pause(uint32_t ms) {
    const struct timespec time = {.tv_nsec = (long)ms * 1000000};
    nanosleep(&time, NULL);
}

/* PCSC_WAIT_SELF: has the call been broken (cancelled)? */
static inline bool pcsc_watch_is_broken(const struct pcsc_watched *call) {
    return atomic_load_explicit(&call->ticket, memory_order_acquire) & PCSC_CALL_BROKEN;
}

#endif
