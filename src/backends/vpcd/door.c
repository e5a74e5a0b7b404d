/* Doors for cards, on POSIX: see door.h. */
#include "backends/vpcd/door.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "backends/vpcd/peer.h"
#include "backends/vpcd/ports.h"

#define BACKLOG 128
#define KNOCK_MS 500
#define OWNER_MAX 100
#define FLAGS (SOCK_CLOEXEC | SOCK_NONBLOCK)

static uint16_t port_of(const struct place *place, uint32_t number) {
    return place->port ? (uint16_t)(place->port + number) : 0;
}

/* The one that it got. */
static uint16_t port_got(int fd) {
    char text[NI_MAXSERV] = "";
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    unsigned port = 0;
    if (getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
        getnameinfo((const struct sockaddr *)&address, size, NULL, 0, text, sizeof text, NI_NUMERICSERV) == 0)
        (void)sscanf(text, "%u", &port);
    return (uint16_t)port;
}

static struct addrinfo *find(const struct place *place, uint16_t port) {
    const struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = place->reversed ? 0 : AI_PASSIVE};
    struct addrinfo *found = NULL;
    char service[8];
    (void)snprintf(service, sizeof service, "%u", (unsigned)port);
    return getaddrinfo(place->host, service, &hints, &found) == 0 ? found : NULL;
}

/* Listens at the address. -1 with errno. */
static int listen_at(const struct sockaddr *address, socklen_t size) {
    const int yes = 1;
    const int fd = socket(address->sa_family, SOCK_STREAM | FLAGS, 0);
    if (fd < 0)
        return -1;
    if (address->sa_family == AF_UNIX)
        (void)fchmod(fd, S_IRUSR | S_IWUSR); /* which the file gets: for this user alone */
    else
        (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, address, size) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    const int fault = errno;
    close(fd);
    errno = fault;
    return -1;
}

/* Whether somebody listens at the socket of this name. */
static bool is_alive(const struct sockaddr_un *address) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | FLAGS, 0);
    const bool alive = fd >= 0 && (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 ||
                                   errno != ECONNREFUSED);
    if (fd >= 0)
        close(fd);
    return alive;
}

static bool is_socket(const char *path) {
    struct stat found;
    return lstat(path, &found) == 0 && S_ISSOCK(found.st_mode);
}

/* A program that was killed leaves its socket behind, at which nobody listens. */
static int listen_in_files(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = listen_at((const struct sockaddr *)&address, sizeof address);
    if (fd < 0 && errno == EADDRINUSE && is_socket(path) && !is_alive(&address) && unlink(path) == 0)
        fd = listen_at((const struct sockaddr *)&address, sizeof address);
    else if (fd < 0 && errno != EADDRINUSE && is_socket(path))
        errno = EADDRINUSE;
    return fd;
}

static rm_status code_of(int fault) {
    return fault == EADDRINUSE ? RM_E_SHARING_VIOLATION : RM_E_READER_UNAVAILABLE;
}

static void say_port(const struct place *place, uint16_t port, int fault, char *message, size_t size) {
    char owner[OWNER_MAX] = "";
    const int at = snprintf(message, size, "%s:%u: ", place->host, (unsigned)port);
    message += at;
    size -= (size_t)at < size ? (size_t)at : size;
    if (fault == EADDRINUSE && ports_owner(port, owner, sizeof owner))
        (void)snprintf(message, size,
                       "%s has this port. End it, or take another port (vpcd:PORT; 0: one that is free)%s",
                       owner,
                       strncmp(owner, "pcscd", 5) == 0
                           ? ". Or serve cards through it, and use them as the system's: SCARDSSP_RM=system"
                           : "");
    else if (fault == EADDRINUSE)
        (void)snprintf(
            message, size,
            "another program has this port; ss -ltnp 'sport = :%u' names it, as root. Take another one "
            "(vpcd:PORT; 0: one that is free)",
            (unsigned)port);
    else if (fault == EACCES)
        (void)snprintf(message, size, "ports below 1024 are the administrator's; take a higher one");
    else if (fault == EADDRNOTAVAIL)
        (void)snprintf(message, size, "this machine has no such address; `ip address` lists those it has");
    else
        (void)snprintf(message, size, "cannot listen there: %s", strerror(fault));
}

static void say_path(const char *path, int fault, char *message, size_t size) {
    if (fault == EADDRINUSE)
        (void)snprintf(message, size, "%s: %s; take another path", path,
                       is_socket(path) ? "another program listens there" : "a file of this name is there");
    else
        (void)snprintf(message, size, "%s: cannot make a socket there: %s", path, strerror(fault));
}

static rm_status refuse(const struct place *place, uint16_t port, int fault, char *message, size_t size) {
    if (message && size && *place->path)
        say_path(place->path, fault, message, size);
    else if (message && size)
        say_port(place, port, fault, message, size);
    return code_of(fault);
}

static rm_status no_host(const struct place *place, char *message, size_t size) {
    if (message && size)
        (void)snprintf(message, size, "vpcd:%s: there is no host or interface of this name; check it",
                       place->host);
    return RM_E_READER_UNAVAILABLE;
}

rm_status door_open(const struct place *place, uint32_t number, struct door *out, char *message,
                    size_t message_size) {
    const uint16_t port = port_of(place, number);
    *out = (struct door){.fd = -1, .port = port, .place = place};
    if (*place->path) {
        out->fd = listen_in_files(place->path);
        return out->fd >= 0 ? RM_OK : refuse(place, port, errno, message, message_size);
    }
    struct addrinfo *found = find(place, port);
    if (!found)
        return no_host(place, message, message_size);
    if (!place->reversed)
        out->fd = listen_at(found->ai_addr, found->ai_addrlen);
    const int fault = errno;
    freeaddrinfo(found);
    if (place->reversed)
        return RM_OK;
    if (out->fd < 0)
        return refuse(place, port, fault, message, message_size);
    out->port = port_got(out->fd);
    if (out->port)
        return RM_OK;
    const int nameless = errno; /* a door whose port nobody knows is none */
    close(out->fd);
    out->fd = -1;
    return refuse(place, port, nameless, message, message_size);
}

/* Whether a connection that was begun stands within the time. */
static bool is_made(int fd) {
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    int fault = 0;
    socklen_t size = sizeof fault;
    return poll(&one, 1, KNOCK_MS) == 1 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &size) == 0 && !fault;
}

static int knock_at(const struct addrinfo *address) {
    const int fd = socket(address->ai_family, SOCK_STREAM | FLAGS, 0);
    if (fd < 0)
        return DOOR_NO_MEANS;
    if (connect(fd, address->ai_addr, address->ai_addrlen) == 0 || (errno == EINPROGRESS && is_made(fd)))
        return fd;
    close(fd);
    return DOOR_NOBODY;
}

static int knock(const struct door *door) {
    struct addrinfo *found = find(door->place, door->port);
    int peer = DOOR_NOBODY;
    if (!found)
        return peer;
    peer = knock_at(found);
    freeaddrinfo(found);
    return peer;
}

static int let_in(const struct door *door) {
    const int peer = accept4(door->fd, NULL, NULL, SOCK_CLOEXEC);
    if (peer >= 0)
        return peer;
    return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS ? DOOR_NO_MEANS
                                                                                     : DOOR_NOBODY;
}

int door_let_in(const struct door *door) {
    const int peer = door->place->reversed ? knock(door) : let_in(door);
    if (peer >= 0)
        peer_prepare(peer);
    return peer;
}

void door_leave(struct door *door) {
    if (door->fd >= 0)
        close(door->fd);
    door->fd = -1;
}

void door_close(struct door *door) {
    if (door->fd >= 0 && *door->place->path)
        (void)unlink(door->place->path);
    door_leave(door);
}
