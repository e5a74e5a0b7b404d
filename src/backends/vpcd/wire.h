/*
 * The wire to a virtual reader driver (vpcd): a connection over TCP, and bytes on it. Every wait ends when
 * the stop descriptor becomes readable or its other end closes. serve.c connects and closes; link.c makes
 * messages of the bytes. wire_win.c is Windows' half.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_WIRE_H
#define SCARDSSP_BACKENDS_VPCD_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define LINK_MESSAGE_MAX 65535u
#define LINK_HEADER 2u
#define WIRE_CONNECT_MS 3000u

/* LINK_LATE: link_receive() alone, where a time was set for it. */
enum link_result { LINK_OK, LINK_STOPPED, LINK_CLOSED, LINK_LATE };

/* Why a host could not be connected to. */
enum link_problem {
    LINK_NO_HOST, /* its name leads nowhere */
    LINK_NOBODY,  /* it is there, and nobody listens at the port */
    /* nothing comes back: no such machine, something in between, or a listener whom others keep busy */
    LINK_SILENT
};

struct link {
    int fd;            /* the socket, -1: none */
    int stop_fd;       /* -1: none; Windows: the handle of an event or the like, 32 bits of which count */
    int event;         /* Windows: of the socket */
    uint64_t deadline; /* clock_deadline() of what link_receive() waits for; 0: it waits for ever */
    enum link_problem problem; /* of the last link_open() that nobody answered */
    bool local;                /* the host of the last link_open() is this machine, by its loopback */
    size_t used;               /* bytes in `input`: at most one unfinished message and what came with it */
    size_t taken;              /* bytes of them that the last message took */
    uint8_t input[LINK_HEADER + LINK_MESSAGE_MAX];
    uint8_t output[LINK_HEADER + LINK_MESSAGE_MAX];
};

/*
 * Connects to host:port, trying again every few milliseconds until the deadline (clock_deadline()); at least
 * once. LINK_CLOSED: nobody answered, link->problem says why. `link` holds no socket before; stop_fd is set.
 */
enum link_result link_open(struct link *link, const char *host, uint16_t port, uint64_t deadline);

/* Sleeps until the stop or for `ms`. LINK_OK: the time is over. */
enum link_result link_pause(const struct link *link, uint32_t ms);

/*
 * Tells the kernel to acknowledge at once what will not be answered: the driver sends with Nagle's algorithm,
 * and without this its next message waits for a delayed acknowledgement (40 ms).
 */
void link_acknowledge(const struct link *link);

/* Closes the socket, if there is one. */
void link_close(struct link *link);

/*
 * Until when one attempt to connect may take: a host that is there is given WIRE_CONNECT_MS even where
 * the caller does not wait.
 */
static inline uint64_t wire_patience(uint64_t deadline) {
    const uint64_t least = clock_deadline(WIRE_CONNECT_MS);
    return deadline > least ? deadline : least;
}

/*
 * Waits for bytes, until link->deadline, and takes up to `room` of them, at least one; LINK_STOPPED,
 * LINK_CLOSED, LINK_LATE.
 */
enum link_result wire_receive(struct link *link, uint8_t *bytes, size_t room, size_t *got);

/*
 * Closes a socket (Windows: with its event) that is no link's any more, in a way that is an error to the
 * other end.
 */
void wire_reset(int fd, int event);

/* Sends all of these bytes; LINK_STOPPED, LINK_CLOSED. */
enum link_result wire_send(struct link *link, const uint8_t *bytes, size_t size);

#endif
