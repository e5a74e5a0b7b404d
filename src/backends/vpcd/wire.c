/* The socket under a link: no wait without an eye on the stop descriptor. See wire.h. */
#include "backends/vpcd/wire.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define RETRY_MS 20

static int poll_time(uint64_t deadline) {
    const uint32_t left = clock_left(deadline);
    return deadline == CLOCK_NEVER ? -1 : left > INT32_MAX ? INT32_MAX : (int)left;
}

/* Waits for events on fd (-1: none) or the stop until the deadline. LINK_CLOSED: time over. */
static enum link_result await(int fd, short events, int stop_fd, uint64_t deadline) {
    struct pollfd fds[2] = {{.fd = stop_fd, .events = POLLIN}, {.fd = fd, .events = events}};
    int ready;
    do
        ready = poll(fds, 2, poll_time(deadline));
    while ((ready < 0 && errno == EINTR) || (ready == 0 && clock_left(deadline) > 0));
    if (ready > 0 && fds[0].revents)
        return LINK_STOPPED;
    return ready > 0 ? LINK_OK : LINK_CLOSED;
}

enum link_result link_pause(const struct link *link, uint32_t ms) {
    return await(-1, 0, link->stop_fd, clock_deadline(ms)) == LINK_STOPPED ? LINK_STOPPED : LINK_OK;
}

/*
 * Whether the other end is our own: a port that nobody listens at may be given to us as ours while we knock
 * at it, and TCP joins the two. Nobody would ever answer, and the driver could not listen there any more.
 */
static bool is_ourselves(int fd) {
    struct sockaddr_storage near, far;
    socklen_t near_size = sizeof near, far_size = sizeof far;
    memset(&near, 0, sizeof near);
    memset(&far, 0, sizeof far);
    return getsockname(fd, (struct sockaddr *)&near, &near_size) == 0 &&
           getpeername(fd, (struct sockaddr *)&far, &far_size) == 0 && near_size == far_size &&
           memcmp(&near, &far, near_size) == 0;
}

static bool is_loopback(const struct sockaddr *address) {
    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
    return address->sa_family == AF_INET &&
           ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr) >> 24 ==
               IN_LOOPBACKNET;
}

/* One attempt at one address. */
static enum link_result connect_to(struct link *link, const struct addrinfo *address, uint64_t deadline) {
    const int yes = 1;
    int error = 0;
    socklen_t size = sizeof error;
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return LINK_CLOSED;
    enum link_result result = LINK_OK;
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0) {
        error = errno;
        result =
            error == EINPROGRESS ? await(fd, POLLOUT, link->stop_fd, wire_patience(deadline)) : LINK_CLOSED;
        if (result == LINK_OK && (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error))
            result = LINK_CLOSED;
    }
    if (result == LINK_OK && is_ourselves(fd)) {
        error = ECONNREFUSED;
        result = LINK_CLOSED;
    }
    if (result != LINK_OK) {
        link->problem = error == ECONNREFUSED ? LINK_NOBODY : LINK_SILENT;
        close(fd);
        return result;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    link->fd = fd;
    link->used = 0;
    link->taken = 0;
    return LINK_OK;
}

enum link_result link_open(struct link *link, const char *host, uint16_t port, uint64_t deadline) {
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *addresses = NULL;
    char service[8];
    (void)snprintf(service, sizeof service, "%u", (unsigned)port);
    link->problem = LINK_NO_HOST;
    link->local = false;
    if (getaddrinfo(host, service, &hints, &addresses) != 0)
        return LINK_CLOSED;
    for (const struct addrinfo *at = addresses; at; at = at->ai_next)
        link->local = link->local || is_loopback(at->ai_addr);
    enum link_result result;
    for (;;) {
        result = link_pause(link, 0);
        for (const struct addrinfo *at = addresses; at && link->fd < 0 && result != LINK_STOPPED;
             at = at->ai_next)
            result = connect_to(link, at, deadline);
        if (link->fd >= 0 || result == LINK_STOPPED)
            break;
        result = LINK_CLOSED;
        if (clock_left(deadline) == 0)
            break;
        result = link_pause(link, RETRY_MS);
        if (result == LINK_STOPPED)
            break;
    }
    freeaddrinfo(addresses);
    return result;
}

void link_acknowledge(const struct link *link) {
    const int yes = 1;
    (void)setsockopt(link->fd, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
}

enum link_result wire_receive(struct link *link, uint8_t *bytes, size_t room, size_t *got) {
    for (;;) {
        enum link_result result =
            await(link->fd, POLLIN, link->stop_fd, link->deadline ? link->deadline : CLOCK_NEVER);
        if (result != LINK_OK)
            return result == LINK_CLOSED ? LINK_LATE : result;
        const ssize_t size = recv(link->fd, bytes, room, 0);
        if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR))
            return LINK_CLOSED;
        if (size > 0) {
            *got = (size_t)size;
            return LINK_OK;
        }
    }
}

enum link_result wire_send(struct link *link, const uint8_t *bytes, size_t size) {
    size_t sent = 0;
    while (sent < size) {
        ssize_t put = send(link->fd, bytes + sent, size - sent, MSG_NOSIGNAL);
        if (put > 0) {
            sent += (size_t)put;
            continue;
        }
        if (errno != EAGAIN && errno != EINTR)
            return LINK_CLOSED;
        enum link_result result = await(link->fd, POLLOUT, link->stop_fd, CLOCK_NEVER);
        if (result != LINK_OK)
            return result;
    }
    return LINK_OK;
}

void wire_reset(int fd, int event) {
    const struct linger none = {.l_onoff = 1, .l_linger = 0};
    (void)event;
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    close(fd);
}

void link_close(struct link *link) {
    if (link->fd >= 0)
        close(link->fd);
    link->fd = -1;
}
