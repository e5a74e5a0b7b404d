/* Bytes over TCP and nothing else: see wire.h. */
#include "wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "support/kits/sockets.h"

#define COMMAND 7 /* two bytes of length, then those of the command */
#define ANSWER 12
#define CONNECT_MS 5000

static uint8_t command[COMMAND] = {0, 5, 0x00, 0x84, 0x00, 0x00, 8};
static const uint8_t answer[ANSWER] = {0, 10, 1, 2, 3, 4, 5, 6, 7, 8, 0x90, 0x00};

/* The card waits with something that ends it, so it polls; a length alone is acknowledged at once. */
static void *serve(void *argument) {
    const struct wire *wire = argument;
    static uint8_t message[65537];
    size_t have = 0;
    for (;;) {
        struct pollfd wait[] = {{.fd = -1}, {.fd = wire->far, .events = POLLIN}};
        if (poll(wait, 2, -1) < 1)
            return NULL;
        const ssize_t got = recv(wire->far, message, sizeof message, 0);
        if (got <= 0)
            return NULL;
        have += (size_t)got;
        if (have < COMMAND) {
            const int yes = 1;
            (void)setsockopt(wire->far, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
        } else if (send(wire->far, answer, sizeof answer, MSG_NOSIGNAL) == ANSWER) {
            have = 0;
        } else {
            return NULL;
        }
    }
}

/* Two ends of a connection over the loopback. */
static bool connect_ends(struct wire *wire) {
    const int yes = 1;
    uint16_t port = 0;
    const int listener = socket_listen(&port);
    if (listener < 0)
        return false;
    wire->far = socket_connect(port);
    if (wire->far >= 0)
        wire->near = socket_accept(listener, CONNECT_MS);
    socket_close(listener);
    /* The driver in pieces goes without: the card's acknowledgment lets its second piece go. */
    return wire->near >= 0 &&
           (wire->pieces || setsockopt(wire->near, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0);
}

static void close_ends(struct wire *wire) {
    if (wire->near >= 0)
        socket_close(wire->near);
    if (wire->far >= 0)
        socket_close(wire->far);
    wire->near = wire->far = -1;
}

bool wire_open(struct wire *wire, bool pieces) {
    *wire = (struct wire){.near = -1, .far = -1, .pieces = pieces};
    if (connect_ends(wire) && pthread_create(&wire->card, NULL, serve, wire) == 0)
        return true;
    close_ends(wire);
    return false;
}

static bool trip_whole(const struct wire *wire) {
    struct iovec parts[] = {{command, 2}, {command + 2, COMMAND - 2}};
    const struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    uint8_t reply[512];
    return sendmsg(wire->near, &message, MSG_NOSIGNAL) == COMMAND &&
           recv(wire->near, reply, sizeof reply, 0) == ANSWER;
}

static bool trip_in_pieces(const struct wire *wire) {
    uint8_t reply[ANSWER];
    return send(wire->near, command, 2, MSG_NOSIGNAL) == 2 &&
           send(wire->near, command + 2, COMMAND - 2, MSG_NOSIGNAL) == COMMAND - 2 &&
           recv(wire->near, reply, 2, MSG_WAITALL) == 2 &&
           recv(wire->near, reply + 2, ANSWER - 2, MSG_WAITALL) == ANSWER - 2;
}

bool wire_trip(struct wire *wire) {
    return wire->pieces ? trip_in_pieces(wire) : trip_whole(wire);
}

void wire_close(struct wire *wire) {
    if (wire->near < 0)
        return;
    (void)shutdown(wire->near, SHUT_RDWR);
    (void)pthread_join(wire->card, NULL);
    close_ends(wire);
}
