/* Doors for cards on Windows: see door.h. There are none in the file system. */
#include <winsock2.h>

#include <ws2tcpip.h>

#include "backends/vpcd/door.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "backends/vpcd/peer.h"
#include "base/utf.h"

#define BACKLOG 128
#define KNOCK_US 500000

static SOCKET socket_of(int fd) {
    return (SOCKET)(intptr_t)fd;
}

/* The addresses; NULL: there are none. */
static ADDRINFOW *find(const struct place *place, uint16_t port) {
    const ADDRINFOW hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = place->reversed ? 0 : AI_PASSIVE};
    ADDRINFOW *found = NULL;
    wchar_t service[8];
    wchar_t *name = utf8_to_wide(place->host, NULL);
    (void)swprintf(service, 8, L"%u", (unsigned)port);
    if (!name || GetAddrInfoW(name, service, &hints, &found) != 0)
        found = NULL;
    free(name);
    return found;
}

/* The one that it got. */
static uint16_t port_got(int fd) {
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    int size = sizeof address;
    if (getsockname(socket_of(fd), (struct sockaddr *)&address, &size) != 0)
        return 0;
    return ntohs(address.ss_family == AF_INET6
                     ? ((const struct sockaddr_in6 *)(const void *)&address)->sin6_port
                     : ((const struct sockaddr_in *)(const void *)&address)->sin_port);
}

/* Listens at the address, where nobody else may then. -1: *fault says why not. */
static int listen_at(const ADDRINFOW *address, int *fault) {
    const int yes = 1;
    const SOCKET made = socket(address->ai_family, SOCK_STREAM, 0);
    if (made != INVALID_SOCKET) {
        u_long never = 1;
        (void)SetHandleInformation((HANDLE)made, HANDLE_FLAG_INHERIT, 0);
        (void)setsockopt(made, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&yes, sizeof yes);
        (void)ioctlsocket(made, (long)FIONBIO, &never);
        if (bind(made, address->ai_addr, (int)address->ai_addrlen) == 0 && listen(made, BACKLOG) == 0)
            return (int)(intptr_t)made;
    }
    *fault = WSAGetLastError();
    if (made != INVALID_SOCKET)
        (void)closesocket(made);
    return -1;
}

static rm_status refuse(const struct place *place, uint16_t port, int fault, char *message, size_t size) {
    const bool taken = fault == WSAEADDRINUSE || fault == WSAEACCES;
    const char *what =
        taken ? "another program has this port; netstat -ano names its process. Take another port "
                "(vpcd:PORT; 0: one that is free)"
        : fault == WSAEADDRNOTAVAIL ? "this machine has no such address; ipconfig lists those it has"
                                    : "cannot listen there";
    if (message && size)
        (void)snprintf(message, size, "%s:%u: %s", place->host, (unsigned)port, what);
    return taken ? RM_E_SHARING_VIOLATION : RM_E_READER_UNAVAILABLE;
}

static rm_status no_host(const struct place *place, char *message, size_t size) {
    if (message && size && *place->path)
        (void)snprintf(message, size, "vpcd:%s: on Windows cards connect to a port: vpcd:PORT", place->path);
    else if (message && size)
        (void)snprintf(message, size, "vpcd:%s: there is no host or interface of this name; check it",
                       place->host);
    return RM_E_READER_UNAVAILABLE;
}

rm_status door_open(const struct place *place, uint32_t number, struct door *out, char *message,
                    size_t message_size) {
    const uint16_t port = place->port ? (uint16_t)(place->port + number) : 0;
    int fault = 0;
    ADDRINFOW *found = *place->path ? NULL : find(place, port);
    *out = (struct door){.fd = -1, .port = port, .place = place};
    if (!found)
        return no_host(place, message, message_size);
    if (!place->reversed)
        out->fd = listen_at(found, &fault);
    FreeAddrInfoW(found);
    if (place->reversed)
        return RM_OK;
    if (out->fd == -1)
        return refuse(place, port, fault, message, message_size);
    out->port = port_got(out->fd);
    if (out->port)
        return RM_OK;
    door_leave(out); /* a door whose port nobody knows is none */
    return refuse(place, port, WSAENOBUFS, message, message_size);
}

/* Whether a connection that was begun stands within the time. */
static bool is_made(SOCKET begun) {
    struct timeval patience = {0, KNOCK_US};
    fd_set made;
    FD_ZERO(&made);
    FD_SET(begun, &made);
    return select(0, NULL, &made, NULL, &patience) == 1;
}

static int knock_at(const ADDRINFOW *address) {
    u_long never = 1;
    const SOCKET made = socket(address->ai_family, SOCK_STREAM, 0);
    if (made == INVALID_SOCKET)
        return DOOR_NO_MEANS;
    (void)ioctlsocket(made, (long)FIONBIO, &never);
    if (connect(made, address->ai_addr, (int)address->ai_addrlen) == 0 ||
        (WSAGetLastError() == WSAEWOULDBLOCK && is_made(made)))
        return (int)(intptr_t)made;
    (void)closesocket(made);
    return DOOR_NOBODY;
}

static int knock(const struct door *door) {
    ADDRINFOW *found = find(door->place, door->port);
    if (!found)
        return DOOR_NOBODY;
    const int peer = knock_at(found);
    FreeAddrInfoW(found);
    return peer;
}

static int let_in(const struct door *door) {
    const SOCKET peer = accept(socket_of(door->fd), NULL, NULL);
    if (peer != INVALID_SOCKET)
        return (int)(intptr_t)peer;
    const int fault = WSAGetLastError();
    return fault == WSAEMFILE || fault == WSAENOBUFS ? DOOR_NO_MEANS : DOOR_NOBODY;
}

int door_let_in(const struct door *door) {
    const int peer = door->place->reversed ? knock(door) : let_in(door);
    if (peer != DOOR_NOBODY && peer != DOOR_NO_MEANS)
        peer_prepare(peer);
    return peer;
}

void door_leave(struct door *door) {
    if (door->fd != -1)
        (void)closesocket(socket_of(door->fd));
    door->fd = -1;
}

void door_close(struct door *door) {
    door_leave(door);
}
