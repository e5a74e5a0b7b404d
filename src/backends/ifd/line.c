/* A driver's thread and who waits for it: see line.h. */
#include "backends/ifd/line.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "backends/ifd/cutoff.h"
#include "base/clock.h"
#include "base/fork.h"
#include "base/quietthread.h"
#include "base/wipe.h"

/* How long a caller waits for the end of a call that has been given up. */
#define STUCK_MS 1000u

enum phase {
    PHASE_FREE,
    PHASE_TAKEN,  /* somebody fills in the request */
    PHASE_POSTED, /* the thread makes the call, or is about to */
    PHASE_HERE,   /* the caller makes it itself; the thread looks after it */
    PHASE_DONE    /* the call is back */
};

struct ifd_line {
    struct refcount refs;
    uint32_t mark; /* fork_mark() of the process that the thread is in */
    pthread_t thread;
    struct lock mutex; /* guards what follows */
    struct lock_bell posted, changed;
    enum phase phase;
    unsigned waiting;              /* callers that sleep */
    unsigned trust;                /* commands in a row that were quick */
    const struct ifd_caller *here; /* who makes the call itself, on this thread: */
    pid_t here_thread;
    bool cut;      /* its call has been cut off */
    bool given_up; /* nobody waits for the call any more */
    bool ending;
    bool orphan; /* the thread frees the line */
    struct ifd_request request;
};

/*
 * To hand a command over to the thread and its answer back takes as long as a virtual reader's card takes for
 * it. So after that many commands that were quicker than any card with contacts, a caller makes the call
 * itself, until one takes longer: a driver that is so quick waits for a socket, and that can be cut off.
 */
#define TRUST 32u
#define QUICK_NS 500000
#define CUT_PAUSE_MS 100u

/* With the mutex: what was sent may be a secret, what was received as well. */
static void set_free(struct ifd_line *line) {
    struct ifd_request *request = &line->request;
    wipe(request->send, request->send_size);
    wipe(request->receive, request->size < sizeof request->receive ? request->size : sizeof request->receive);
    line->given_up = false;
    line->phase = PHASE_FREE;
}

/* With the mutex, which it gives meanwhile: the call that has been posted. */
static void make_call(struct ifd_line *line) {
    lock_give(&line->mutex);
    line->request.make(&line->request);
    (void)lock_take(&line->mutex);
    line->phase = PHASE_DONE;
    if (line->given_up)
        set_free(line);
    /* Rung without the mutex: who is woken wants it. */
    lock_give(&line->mutex);
    lock_ring(&line->changed);
    (void)lock_take(&line->mutex);
}

static uint64_t end_of(const struct ifd_caller *caller);

/* With the mutex: waits while a caller makes its call itself, and cuts that off at its end. */
static void look_after(struct ifd_line *line) {
    const uint64_t end = end_of(line->here);
    if (end != CLOCK_NEVER && !clock_left(end)) {
        line->cut = ifd_cut_off(line->here_thread) || line->cut;
        (void)lock_sleep(&line->mutex, &line->posted, clock_deadline(CUT_PAUSE_MS));
    } else {
        (void)lock_sleep(&line->mutex, &line->posted, end);
    }
}

static void *run(void *argument) {
    struct ifd_line *line = argument;
    (void)lock_take(&line->mutex);
    for (;;) {
        if (line->phase == PHASE_POSTED)
            make_call(line);
        else if (line->phase == PHASE_HERE)
            look_after(line);
        else if (line->ending)
            break;
        else
            (void)lock_sleep(&line->mutex, &line->posted, CLOCK_NEVER);
    }
    const bool orphan = line->orphan;
    lock_give(&line->mutex);
    if (orphan)
        wipe_free(line, sizeof *line);
    return NULL;
}

struct ifd_line *ifd_line_create(void) {
    struct ifd_line *line = calloc(1, sizeof *line);
    if (!line)
        return NULL;
    refcount_init(&line->refs);
    line->mark = fork_mark();
    if (!quietthread_create(&line->thread, run, line)) {
        free(line);
        return NULL;
    }
    return line;
}

struct ifd_line *ifd_line_hold(struct ifd_line *line) {
    (void)refcount_take(&line->refs);
    return line;
}

void ifd_line_drop(struct ifd_line *line) {
    if (!line || refcount_drop(&line->refs) != 0 || line->mark != fork_mark())
        return;
    const pthread_t thread = line->thread;
    (void)lock_take(&line->mutex);
    line->ending = true;
    line->orphan = line->phase == PHASE_POSTED; /* a caller of its own has a reference */
    const bool orphan = line->orphan;
    lock_ring(&line->posted);
    lock_give(&line->mutex);
    if (orphan) {
        (void)pthread_detach(thread);
    } else {
        (void)pthread_join(thread, NULL);
        wipe_free(line, sizeof *line);
    }
}

/* The number of the thread, which the kernel is asked for once. */
static pid_t own_thread(void) {
    static _Thread_local pid_t thread;
    static _Thread_local uint32_t mark; /* it is another one after a fork() */
    if (mark != fork_mark()) {
        thread = (pid_t)syscall(SYS_gettid);
        mark = fork_mark();
    }
    return thread;
}

/* Until when the caller waits: clock_deadline(). */
static uint64_t end_of(const struct ifd_caller *caller) {
    uint64_t end = CLOCK_NEVER;
    if (caller->stop && atomic_load(caller->stop))
        return 0;
    if (caller->slot) {
        (void)lock_take(&caller->slot->mutex);
        end = caller->slot->end;
        lock_give(&caller->slot->mutex);
    }
    return end;
}

/* With the mutex: sleeps until something changes. false: the caller is called off. */
static bool await(struct ifd_line *line, const struct ifd_caller *caller, uint64_t limit) {
    const uint64_t end = end_of(caller);
    ++line->waiting;
    const bool slept = lock_sleep(&line->mutex, &line->changed, end < limit ? end : limit);
    --line->waiting;
    return slept;
}

/* With the mutex: waits until the line is free. */
static rm_status await_free(struct ifd_line *line, const struct ifd_caller *caller) {
    uint64_t limit = CLOCK_NEVER;
    while (line->phase != PHASE_FREE) {
        if (line->given_up && limit == CLOCK_NEVER)
            limit = clock_deadline(STUCK_MS);
        if (!await(line, caller, limit))
            return line->given_up ? RM_E_TIMEOUT : RM_E_CANCELLED;
    }
    return RM_OK;
}

rm_status ifd_line_take(struct ifd_line *line, const struct ifd_caller *caller, struct ifd_request **out) {
    if (line->mark != fork_mark())
        return RM_E_READER_UNAVAILABLE;
    (void)lock_take(&line->mutex);
    const rm_status status = await_free(line, caller);
    if (status == RM_OK) {
        line->phase = PHASE_TAKEN;
        memset(&line->request, 0, offsetof(struct ifd_request, send));
        *out = &line->request;
    }
    lock_give(&line->mutex);
    return status;
}

/* With the mutex, which it gives meanwhile: has the thread make the call. */
static rm_status hand_over(struct ifd_line *line, const struct ifd_caller *caller) {
    line->phase = PHASE_POSTED;
    lock_give(&line->mutex);
    lock_ring(&line->posted);
    (void)lock_take(&line->mutex);
    while (line->phase != PHASE_DONE) {
        if (!await(line, caller, CLOCK_NEVER)) {
            line->given_up = true;
            return RM_E_CANCELLED;
        }
    }
    return RM_OK;
}

/* The same on this thread. A call that was cut off is over, and its line free. */
static rm_status make_here(struct ifd_line *line, const struct ifd_caller *caller) {
    line->phase = PHASE_HERE;
    line->here = caller;
    line->here_thread = own_thread();
    line->cut = false;
    lock_give(&line->mutex);
    line->request.make(&line->request);
    (void)lock_take(&line->mutex);
    line->phase = PHASE_DONE;
    line->here = NULL;
    if (!line->cut)
        return RM_OK;
    set_free(line);
    lock_ring(&line->changed);
    return RM_E_CANCELLED;
}

rm_status ifd_line_run(struct ifd_line *line, const struct ifd_caller *caller) {
    (void)lock_take(&line->mutex);
    const rm_status status = hand_over(line, caller);
    lock_give(&line->mutex);
    return status;
}

static int64_t now_ns(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

rm_status ifd_line_command(struct ifd_line *line, const struct ifd_caller *caller) {
    const int64_t start = now_ns();
    (void)lock_take(&line->mutex);
    const rm_status status = line->trust >= TRUST ? make_here(line, caller) : hand_over(line, caller);
    if (status != RM_OK || line->request.code != IFD_SUCCESS || now_ns() - start > QUICK_NS)
        line->trust = 0;
    else if (line->trust < TRUST)
        ++line->trust;
    lock_give(&line->mutex);
    return status;
}

void ifd_line_give(struct ifd_line *line) {
    (void)lock_take(&line->mutex);
    set_free(line);
    const bool awaited = line->waiting > 0;
    lock_give(&line->mutex);
    if (awaited)
        lock_ring(&line->changed);
}

void ifd_line_look(struct ifd_line *line) {
    if (line->mark != fork_mark())
        return;
    (void)lock_take(&line->mutex);
    lock_ring(&line->changed);
    if (line->phase == PHASE_HERE)
        lock_ring(&line->posted);
    lock_give(&line->mutex);
}

bool ifd_line_is_stuck(struct ifd_line *line) {
    if (line->mark != fork_mark())
        return true;
    (void)lock_take(&line->mutex);
    const bool stuck = line->given_up;
    lock_give(&line->mutex);
    return stuck;
}
