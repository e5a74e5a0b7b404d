/*
 * Many sockets in one wait on Windows: see watch.h. What happens at any of them sets one event; which it was
 * is asked of each. One thread calls all of this, but for watch_wake().
 */
#include <winsock2.h>

#include "backends/vpcd/watch.h"

#include <stdlib.h>

struct entry {
    int fd;
    enum watch_for what;
    uint32_t number;
};

struct watch {
    HANDLE happened, bell;
    struct entry *entries;
    size_t count, room;
};

static SOCKET socket_of(const struct entry *entry) {
    return (SOCKET)(intptr_t)entry->fd;
}

struct watch *watch_open(void) {
    WSADATA unused;
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch || WSAStartup(MAKEWORD(2, 2), &unused) != 0) {
        free(watch);
        return NULL;
    }
    watch->happened = CreateEventW(NULL, FALSE, FALSE, NULL);
    watch->bell = CreateEventW(NULL, FALSE, FALSE, NULL);
    if (watch->happened && watch->bell)
        return watch;
    watch_close(watch);
    return NULL;
}

void watch_close(struct watch *watch) {
    if (!watch)
        return;
    if (watch->happened)
        (void)CloseHandle(watch->happened);
    if (watch->bell)
        (void)CloseHandle(watch->bell);
    free(watch->entries);
    free(watch);
    (void)WSACleanup();
}

/* What has happened before this is told, too. */
static bool ask_for(struct watch *watch, const struct entry *entry) {
    static const long events[] = {
        [WATCH_NOTHING] = 0, [WATCH_BYTES] = FD_ACCEPT | FD_READ | FD_CLOSE, [WATCH_END] = FD_CLOSE};
    return WSAEventSelect(socket_of(entry), watch->happened, events[entry->what]) == 0;
}

bool watch_add(struct watch *watch, int fd, enum watch_for what, uint32_t number) {
    if (watch->count == watch->room) {
        const size_t room = watch->room ? 2 * watch->room : 16;
        struct entry *more = realloc(watch->entries, room * sizeof *more);
        if (!more)
            return false;
        watch->entries = more;
        watch->room = room;
    }
    struct entry *entry = &watch->entries[watch->count];
    *entry = (struct entry){fd, what, number};
    watch->count += ask_for(watch, entry);
    return entry < watch->entries + watch->count;
}

static struct entry *find(struct watch *watch, int fd) {
    for (size_t i = 0; i < watch->count; ++i)
        if (watch->entries[i].fd == fd)
            return &watch->entries[i];
    return NULL;
}

void watch_change(struct watch *watch, int fd, enum watch_for what, uint32_t number) {
    struct entry *entry = find(watch, fd);
    if (!entry || (entry->what == what && entry->number == number))
        return;
    entry->what = what;
    entry->number = number;
    (void)ask_for(watch, entry);
}

void watch_remove(struct watch *watch, int fd) {
    struct entry *entry = find(watch, fd);
    if (!entry)
        return;
    (void)WSAEventSelect(socket_of(entry), NULL, 0);
    *entry = watch->entries[--watch->count];
}

/* Whether something has happened at the socket since it was last asked. */
static bool has_happened(const struct entry *entry) {
    WSANETWORKEVENTS events = {0};
    return entry->what != WATCH_NOTHING && WSAEnumNetworkEvents(socket_of(entry), NULL, &events) == 0 &&
           events.lNetworkEvents;
}

size_t watch_wait(struct watch *watch, uint32_t ms, uint32_t *numbers, size_t room) {
    const HANDLE both[] = {watch->bell, watch->happened};
    size_t used = 0;
    if (WaitForMultipleObjects(2, both, FALSE, ms) != WAIT_OBJECT_0 + 1) /* UINT32_MAX is INFINITE */
        return 0;
    for (size_t i = 0; i < watch->count && used < room; ++i)
        if (has_happened(&watch->entries[i]))
            numbers[used++] = watch->entries[i].number;
    if (used == room) /* the rest, next time */
        (void)SetEvent(watch->happened);
    return used;
}

void watch_wake(struct watch *watch) {
    (void)SetEvent(watch->bell);
}
