/*
 * The socket under a link on Windows: see wire.h. What happens to the socket sets an event, so that the stop
 * can be waited for beside it.
 */
#include <winsock2.h>

#include <ws2tcpip.h>

#include "backends/vpcd/wire.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/clock.h"
#include "base/utf.h"

#define RETRY_MS 20
#define EVENTS (FD_READ | FD_WRITE | FD_CONNECT | FD_CLOSE)
#define ACK_FREQUENCY _WSAIOW(IOC_VENDOR, 23) /* SIO_TCP_SET_ACK_FREQUENCY, which older headers lack */

/* Handles have 32 bits that count, also where pointers have more; with their sign they are whole again. */
static HANDLE handle_from(int number) {
    return (HANDLE)(intptr_t)number;
}

static SOCKET socket_of(const struct link *link) {
    return (SOCKET)(intptr_t)link->fd;
}

/* Waits for the event (-1: none) or the stop until the deadline. LINK_CLOSED: time over. */
static enum link_result await(int event, int stop_fd, uint64_t deadline) {
    HANDLE handles[2];
    DWORD count = 0;
    if (stop_fd != -1)
        handles[count++] = handle_from(stop_fd);
    if (event != -1)
        handles[count++] = handle_from(event);
    const uint32_t left = clock_left(deadline); /* UINT32_MAX is INFINITE */
    if (count == 0) {
        Sleep(left);
        return LINK_CLOSED;
    }
    const DWORD which = WaitForMultipleObjects(count, handles, FALSE, left);
    if (stop_fd != -1 && which == WAIT_OBJECT_0)
        return LINK_STOPPED;
    return which < WAIT_OBJECT_0 + count ? LINK_OK : LINK_CLOSED;
}

enum link_result link_pause(const struct link *link, uint32_t ms) {
    return await(-1, link->stop_fd, clock_deadline(ms)) == LINK_STOPPED ? LINK_STOPPED : LINK_OK;
}

/* As in wire.c: a port that nobody listens at may be given to us as ours while we knock at it. */
static bool is_ourselves(SOCKET made) {
    struct sockaddr_storage near_end, far_end;
    int near_size = sizeof near_end, far_size = sizeof far_end;
    memset(&near_end, 0, sizeof near_end);
    memset(&far_end, 0, sizeof far_end);
    return getsockname(made, (struct sockaddr *)&near_end, &near_size) == 0 &&
           getpeername(made, (struct sockaddr *)&far_end, &far_size) == 0 && near_size == far_size &&
           memcmp(&near_end, &far_end, (size_t)near_size) == 0;
}

/* Waits for the outcome of a connect() that goes on; *error: why it failed, where that is known. */
static enum link_result await_connected(SOCKET made, HANDLE event, int stop_fd, uint64_t deadline,
                                        int *error) {
    for (;;) {
        WSANETWORKEVENTS happened = {0};
        enum link_result result = await((int)(intptr_t)event, stop_fd, deadline);
        if (result != LINK_OK)
            return result;
        if (WSAEnumNetworkEvents(made, event, &happened) != 0)
            return LINK_CLOSED;
        if (happened.lNetworkEvents & FD_CONNECT) {
            *error = happened.iErrorCode[FD_CONNECT_BIT];
            return *error == 0 ? LINK_OK : LINK_CLOSED;
        }
    }
}

/* Small answers go out at once, and each message is acknowledged at once (link_acknowledge()). */
static void make_quick(SOCKET made) {
    const int yes = 1;
    int each = 1;
    DWORD unused = 0;
    (void)setsockopt(made, IPPROTO_TCP, TCP_NODELAY, (const char *)&yes, sizeof yes);
    (void)WSAIoctl(made, ACK_FREQUENCY, &each, sizeof each, NULL, 0, &unused, NULL, NULL);
}

/* One attempt at one address. */
static enum link_result connect_to(struct link *link, const ADDRINFOW *address, uint64_t deadline) {
    SOCKET const made = socket(address->ai_family, SOCK_STREAM, 0);
    HANDLE const event = CreateEventW(NULL, FALSE, FALSE, NULL);
    enum link_result result = LINK_CLOSED;
    int error = 0;
    if (made != INVALID_SOCKET && event && WSAEventSelect(made, event, EVENTS) == 0) {
        (void)SetHandleInformation((HANDLE)made, HANDLE_FLAG_INHERIT, 0);
        if (connect(made, address->ai_addr, (int)address->ai_addrlen) == 0)
            result = LINK_OK;
        else if (WSAGetLastError() == WSAEWOULDBLOCK)
            result = await_connected(made, event, link->stop_fd, wire_patience(deadline), &error);
    }
    if (result == LINK_OK && is_ourselves(made)) {
        error = WSAECONNREFUSED;
        result = LINK_CLOSED;
    }
    link->problem = error == WSAECONNREFUSED ? LINK_NOBODY : LINK_SILENT;
    if (result == LINK_OK) {
        make_quick(made);
        link->fd = (int)(intptr_t)made;
        link->event = (int)(intptr_t)event;
        link->used = 0;
        link->taken = 0;
        return LINK_OK;
    }
    if (made != INVALID_SOCKET)
        closesocket(made);
    if (event)
        CloseHandle(event);
    return result;
}

/* The addresses of a host; NULL: it has none. */
static ADDRINFOW *find_host(const char *host, uint16_t port) {
    const ADDRINFOW hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    ADDRINFOW *addresses = NULL;
    wchar_t service[8];
    wchar_t *name = utf8_to_wide(host, NULL);
    (void)swprintf(service, 8, L"%u", (unsigned)port);
    if (!name || GetAddrInfoW(name, service, &hints, &addresses) != 0)
        addresses = NULL;
    free(name);
    return addresses;
}

/* Tries the addresses until one answers. */
static enum link_result knock(struct link *link, const ADDRINFOW *addresses, uint64_t deadline) {
    for (;;) {
        enum link_result result = link_pause(link, 0);
        for (const ADDRINFOW *at = addresses; at && link->fd == -1 && result != LINK_STOPPED;
             at = at->ai_next)
            result = connect_to(link, at, deadline);
        if (link->fd != -1 || result == LINK_STOPPED)
            return result;
        if (clock_left(deadline) == 0)
            return LINK_CLOSED;
        if (link_pause(link, RETRY_MS) == LINK_STOPPED)
            return LINK_STOPPED;
    }
}

enum link_result link_open(struct link *link, const char *host, uint16_t port, uint64_t deadline) {
    WSADATA unused;
    link->problem = LINK_NO_HOST;
    link->local = false; /* there is no service here that somebody else could start */
    if (WSAStartup(MAKEWORD(2, 2), &unused) != 0)
        return LINK_CLOSED;
    ADDRINFOW *addresses = find_host(host, port);
    const enum link_result result = addresses ? knock(link, addresses, deadline) : LINK_CLOSED;
    if (addresses)
        FreeAddrInfoW(addresses);
    if (result != LINK_OK)
        (void)WSACleanup(); /* else link_close() does it */
    return result;
}

void link_acknowledge(const struct link *link) {
    (void)link; /* the socket was told so once and for all */
}

enum link_result wire_receive(struct link *link, uint8_t *bytes, size_t room, size_t *got) {
    for (;;) {
        /* The stop comes first, also where the driver never pauses. */
        if (link_pause(link, 0) == LINK_STOPPED)
            return LINK_STOPPED;
        const int size = recv(socket_of(link), (char *)bytes, (int)room, 0);
        if (size > 0) {
            *got = (size_t)size;
            return LINK_OK;
        }
        if (size == 0 || WSAGetLastError() != WSAEWOULDBLOCK)
            return LINK_CLOSED;
        const enum link_result result =
            await(link->event, link->stop_fd, link->deadline ? link->deadline : CLOCK_NEVER);
        if (result != LINK_OK)
            return result == LINK_CLOSED ? LINK_LATE : result;
    }
}

enum link_result wire_send(struct link *link, const uint8_t *bytes, size_t size) {
    for (size_t sent = 0; sent < size;) {
        const int put = send(socket_of(link), (const char *)bytes + sent, (int)(size - sent), 0);
        if (put > 0) {
            sent += (size_t)put;
            continue;
        }
        if (WSAGetLastError() != WSAEWOULDBLOCK)
            return LINK_CLOSED;
        const enum link_result result = await(link->event, link->stop_fd, CLOCK_NEVER);
        if (result != LINK_OK)
            return result;
    }
    return LINK_OK;
}

void wire_reset(int fd, int event) {
    struct link old = {.fd = fd, .event = event};
    const struct linger none = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(socket_of(&old), SOL_SOCKET, SO_LINGER, (const char *)&none, sizeof none);
    link_close(&old);
}

void link_close(struct link *link) {
    if (link->fd == -1)
        return;
    closesocket(socket_of(link));
    CloseHandle(handle_from(link->event));
    link->fd = link->event = -1;
    (void)WSACleanup();
}
