/*
 * Sockets and the stop of vpcd_serve() in tests, the same on Windows. Descriptors are ints, as there, too,
 * handles fit one.
 */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_SOCKETS_H
#define SCARDSSP_TESTS_SUPPORT_KITS_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A new socket that listens on the loopback interface; *port: 0 for any, then the one it got. -1: it cannot.
 */
int socket_listen(uint16_t *port);

/* A new socket bound to that port; -1: somebody has it. */
int socket_bind(uint16_t port);

/* The next connection, waiting up to patience_ms; -1: none came, or the listener is closed. */
int socket_accept(int listener, int patience_ms);

/* A connection to that port of the loopback interface, prompt (TCP_NODELAY); -1: nobody listens there. */
int socket_connect(uint16_t port);

/* Whether there is something to read, or the other end is closed, within patience_ms. */
bool socket_readable(int fd, int patience_ms);

/*
 * send() and recv(); -1: failed. socket_try_send(): without waiting, -1 also where nothing goes out at the
 * moment.
 */
long socket_send(int fd, const void *bytes, size_t size);
long socket_try_send(int fd, const void *bytes, size_t size);
long socket_receive(int fd, void *bytes, size_t room);

/*
 * Whether this answer of socket_receive() is that of a connection which the other end has reset. The sockets
 * of Wine 8 can only end in order.
 */
#ifdef _WIN32
#define socket_was_reset(answer) ((answer) == -1 || (answer) == 0)
#else
#define socket_was_reset(answer) ((answer) == -1)
#endif

/* Lets a thread that accepts there go. */
void socket_shut(int listener);

/* Closes it; what is on its way goes out first. */
void socket_close(int fd);

/* What makes vpcd_serve() stop. */
struct stopper {
    int fd;   /* what vpcd_serve() is given */
    int hand; /* the other end; -1: gone */
};

/* false: it cannot be made. Close with stopper_close(). */
bool stopper_open(struct stopper *stopper);
/* Asks for the stop / takes that back. */
bool stopper_ask(struct stopper *stopper);
bool stopper_take_back(struct stopper *stopper);
/* Asks for it by going away. */
void stopper_leave(struct stopper *stopper);
void stopper_close(struct stopper *stopper);

#endif
