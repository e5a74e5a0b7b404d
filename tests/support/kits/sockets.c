/* Sockets and the stop of vpcd_serve() in tests: see sockets.h. */
#ifdef _WIN32
#include <winsock2.h>

#include <windows.h>
#else
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#endif

#include "support/kits/sockets.h"

#ifdef _WIN32

#define NATIVE(fd) ((SOCKET)(intptr_t)(fd))
#define SOCK_CLOEXEC 0
#define MSG_NOSIGNAL 0
typedef int socklen_t;

static int poll(struct pollfd *one, unsigned long count, int patience_ms) {
    return WSAPoll(one, count, patience_ms);
}

static bool start(void) {
    WSADATA unused;
    return WSAStartup(MAKEWORD(2, 2), &unused) == 0; /* for the rest of the test */
}

void socket_close(int fd) {
    (void)closesocket(NATIVE(fd));
}

void socket_shut(int listener) {
    (void)closesocket(NATIVE(listener));
}

long socket_try_send(int fd, const void *bytes, size_t size) {
    WSAPOLLFD one = {.fd = NATIVE(fd), .events = POLLOUT};
    if (WSAPoll(&one, 1, 0) != 1 || !(one.revents & POLLOUT))
        return -1;
    u_long never = 1, waits = 0;
    (void)ioctlsocket(NATIVE(fd), (long)FIONBIO, &never);
    const int sent = send(NATIVE(fd), bytes, (int)size, 0);
    (void)ioctlsocket(NATIVE(fd), (long)FIONBIO, &waits);
    return sent;
}

bool stopper_open(struct stopper *stopper) {
    HANDLE const event = CreateEventW(NULL, TRUE, FALSE, NULL);
    stopper->fd = (int)(intptr_t)event;
    stopper->hand = 0;
    return event != NULL;
}

bool stopper_ask(struct stopper *stopper) {
    return SetEvent((HANDLE)(intptr_t)stopper->fd);
}

bool stopper_take_back(struct stopper *stopper) {
    return ResetEvent((HANDLE)(intptr_t)stopper->fd);
}

void stopper_leave(struct stopper *stopper) {
    (void)SetEvent((HANDLE)(intptr_t)stopper->fd);
}

void stopper_close(struct stopper *stopper) {
    CloseHandle((HANDLE)(intptr_t)stopper->fd);
}

#else

#define NATIVE(fd) (fd)

static bool start(void) {
    return true;
}

void socket_close(int fd) {
    close(fd);
}

void socket_shut(int listener) {
    (void)shutdown(listener, SHUT_RDWR);
}

long socket_try_send(int fd, const void *bytes, size_t size) {
    return send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool stopper_open(struct stopper *stopper) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    stopper->fd = ends[0];
    stopper->hand = ends[1];
    return true;
}

bool stopper_ask(struct stopper *stopper) {
    return write(stopper->hand, "x", 1) == 1;
}

bool stopper_take_back(struct stopper *stopper) {
    char byte;
    return read(stopper->fd, &byte, 1) == 1;
}

void stopper_leave(struct stopper *stopper) {
    if (stopper->hand >= 0)
        close(stopper->hand);
    stopper->hand = -1;
}

void stopper_close(struct stopper *stopper) {
    stopper_leave(stopper);
    close(stopper->fd);
}

#endif

int socket_bind(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (!start())
        return -1;
    const int fd = (int)(intptr_t)socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int little = 8192; /* so that who does not read is soon noticed */
    (void)setsockopt(NATIVE(fd), SOL_SOCKET, SO_RCVBUF, (const void *)&little, sizeof little);
#ifndef _WIN32 /* where a port is free again at once */
    const int yes = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
#endif
    if (fd != -1 && bind(NATIVE(fd), (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd != -1)
        socket_close(fd);
    return -1;
}

int socket_listen(uint16_t *port) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    const int fd = socket_bind(*port);
    if (fd == -1)
        return -1;
    if (listen(NATIVE(fd), 0) != 0 || getsockname(NATIVE(fd), (struct sockaddr *)&address, &size) != 0) {
        socket_close(fd);
        return -1;
    }
    *port = ntohs(address.sin_port);
    return fd;
}

int socket_connect(uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (!start())
        return -1;
    const int fd = (int)(intptr_t)socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    (void)setsockopt(NATIVE(fd), IPPROTO_TCP, TCP_NODELAY, (const void *)&yes, sizeof yes);
    if (fd == -1 || connect(NATIVE(fd), (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    socket_close(fd);
    return -1;
}

bool socket_readable(int fd, int patience_ms) {
    struct pollfd waiting = {.fd = NATIVE(fd), .events = POLLIN};
    return poll(&waiting, 1, patience_ms) == 1;
}

int socket_accept(int listener, int patience_ms) {
    if (patience_ms >= 0 && !socket_readable(listener, patience_ms))
        return -1;
    return (int)(intptr_t)accept(NATIVE(listener), NULL, NULL);
}

long socket_send(int fd, const void *bytes, size_t size) {
#ifdef _WIN32
    return send(NATIVE(fd), bytes, (int)size, MSG_NOSIGNAL);
#else
    return send(fd, bytes, size, MSG_NOSIGNAL);
#endif
}

long socket_receive(int fd, void *bytes, size_t room) {
#ifdef _WIN32
    return recv(NATIVE(fd), bytes, (int)room, 0);
#else
    return recv(fd, bytes, room, 0);
#endif
}
