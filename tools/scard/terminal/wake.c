/* Signals of a terminal, noted and told on a thread: see wake.h. */
#include "terminal/wake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

#define NO_MORE 0x80u /* the thread is to end */

static const struct {
    int number;
    unsigned reason;
} signals[] = {{SIGINT, WAKE_END},      {SIGTERM, WAKE_END},     {SIGHUP, WAKE_END},
               {SIGTSTP, WAKE_SUSPEND}, {SIGWINCH, WAKE_REDRAW}, {SIGCONT, WAKE_REDRAW}};
#define SIGNALS (sizeof signals / sizeof *signals)

/* Of the process, for a handler has no other way to know it. */
static struct {
    int ends[2]; /* read, write */
    _Atomic unsigned reasons;
    void (*woken)(void *user);
    void *user;
    pthread_t thread;
    struct sigaction former[SIGNALS];
    sigset_t mask; /* of the thread that opened it */
} waking;

static void note(unsigned reason) {
    (void)atomic_fetch_or(&waking.reasons, reason);
    (void)!write(waking.ends[1], "", 1); /* a full pipe wakes all the same */
}

static void on_signal(int number) {
    const int saved = errno;
    for (size_t i = 0; i < SIGNALS; ++i)
        if (signals[i].number == number)
            note(signals[i].reason);
    errno = saved;
}

static void *listen_for_signals(void *unused) {
    struct pollfd end = {.fd = waking.ends[0], .events = POLLIN};
    char some[16];
    (void)unused;
    for (;;) {
        if (poll(&end, 1, -1) < 0 && errno == EINTR)
            continue; /* of what has come, the handler has told the pipe */
        if (read(waking.ends[0], some, sizeof some) < 0 && errno != EINTR)
            return NULL;
        if (atomic_load(&waking.reasons) & NO_MORE)
            return NULL;
        waking.woken(waking.user);
    }
}

/* They are for our thread, which can always take them: what its opener waits in is not interrupted. */
static void leave_signals_to_thread(void) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < SIGNALS; ++i)
        sigaddset(&set, signals[i].number);
    pthread_sigmask(SIG_BLOCK, &set, &waking.mask);
}

static void close_pipe(void) {
    close(waking.ends[0]);
    close(waking.ends[1]);
}

bool wake_open(void (*woken)(void *user), void *user) {
    waking.woken = woken;
    waking.user = user;
    atomic_store(&waking.reasons, 0);
    if (pipe2(waking.ends, O_CLOEXEC) != 0)
        return false;
    fcntl(waking.ends[1], F_SETFL, O_NONBLOCK);
    const int failed = pthread_create(&waking.thread, NULL, listen_for_signals, NULL);
    if (failed) {
        close_pipe();
        errno = failed;
        return false;
    }
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNALS; ++i)
        sigaction(signals[i].number, &action, &waking.former[i]);
    leave_signals_to_thread();
    return true;
}

unsigned wake_take(void) {
    return atomic_fetch_and(&waking.reasons, NO_MORE) & ~NO_MORE;
}

void wake_suspend(void) {
    (void)raise(SIGSTOP);
}

void wake_close(void) {
    for (size_t i = 0; i < SIGNALS; ++i)
        sigaction(signals[i].number, &waking.former[i], NULL);
    note(NO_MORE);
    pthread_join(waking.thread, NULL);
    close_pipe();
    pthread_sigmask(SIG_SETMASK, &waking.mask, NULL);
}
