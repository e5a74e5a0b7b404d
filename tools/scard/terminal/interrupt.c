/*
 * Ctrl-C as something to wait for: the handler writes to a pipe, because little else is allowed in one.
 * Called by `scard sim serve` and `scard reattach --watch`.
 */
#include "terminal/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static int ends[2] = {-1, -1}; /* read, write; global, for the handler has no other way to know them */
static struct sigaction former[2];
static const int signals[2] = {SIGINT, SIGTERM};

static void on_signal(int number) {
    (void)number;
    const int saved = errno;
    (void)!write(ends[1], "", 1); /* a full pipe is readable, which is all that is wanted */
    errno = saved;
}

int interrupt_open(void) {
    if (pipe(ends) != 0)
        return -1;
    for (int i = 0; i < 2; ++i) {
        fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < 2; ++i)
        sigaction(signals[i], &action, &former[i]);
    return ends[0];
}

void interrupt_close(void) {
    for (int i = 0; i < 2; ++i)
        sigaction(signals[i], &former[i], NULL);
    for (int i = 0; i < 2; ++i) {
        close(ends[i]);
        ends[i] = -1;
    }
}

bool interrupt_wait(int descriptor, uint32_t ms) {
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    const int timeout = ms > INT_MAX ? INT_MAX : (int)ms;
    return poll(&wait, 1, timeout) > 0; /* -1 by the signal itself: the next wait sees it */
}
