/* Many sockets in one wait, by epoll: see watch.h. */
#include "backends/vpcd/watch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define AT_ONCE 32
#define BELL UINT32_MAX /* the number of watch_wake() */

struct watch {
    int set, bell;
};

static struct epoll_event event_of(enum watch_for what, uint32_t number) {
    static const uint32_t events[] = {
        [WATCH_NOTHING] = 0, [WATCH_BYTES] = EPOLLIN | EPOLLRDHUP, [WATCH_END] = EPOLLRDHUP};
    return (struct epoll_event){.events = events[what], .data = {.u32 = number}};
}

struct watch *watch_open(void) {
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return NULL;
    watch->set = epoll_create1(EPOLL_CLOEXEC);
    watch->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (watch->set >= 0 && watch->bell >= 0 && watch_add(watch, watch->bell, WATCH_BYTES, BELL))
        return watch;
    watch_close(watch);
    return NULL;
}

void watch_close(struct watch *watch) {
    if (!watch)
        return;
    if (watch->set >= 0)
        close(watch->set);
    if (watch->bell >= 0)
        close(watch->bell);
    free(watch);
}

bool watch_add(struct watch *watch, int fd, enum watch_for what, uint32_t number) {
    struct epoll_event event = event_of(what, number);
    return epoll_ctl(watch->set, EPOLL_CTL_ADD, fd, &event) == 0;
}

void watch_change(struct watch *watch, int fd, enum watch_for what, uint32_t number) {
    struct epoll_event event = event_of(what, number);
    (void)epoll_ctl(watch->set, EPOLL_CTL_MOD, fd, &event);
}

void watch_remove(struct watch *watch, int fd) {
    (void)epoll_ctl(watch->set, EPOLL_CTL_DEL, fd, NULL);
}

size_t watch_wait(struct watch *watch, uint32_t ms, uint32_t *numbers, size_t room) {
    struct epoll_event events[AT_ONCE];
    uint64_t rung;
    size_t used = 0;
    const int most = room < AT_ONCE ? (int)room : AT_ONCE;
    const int count = epoll_wait(watch->set, events, most, ms > INT32_MAX ? -1 : (int)ms);
    for (int i = 0; i < count; ++i) {
        if (events[i].data.u32 != BELL)
            numbers[used++] = events[i].data.u32;
        else if (read(watch->bell, &rung, sizeof rung) < 0 && errno != EAGAIN)
            break;
    }
    return used;
}

void watch_wake(struct watch *watch) {
    static const uint64_t one = 1;
    while (write(watch->bell, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}
