/*
 * The wire to a virtual reader driver (vpcd): messages of a 16-bit big-endian length and that many bytes, over
 * TCP. Every wait ends when the stop descriptor becomes readable or its other end closes. serve.c uses it.
 */
#ifndef SCARDSSP_SIM_LINK_H
#define SCARDSSP_SIM_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_MESSAGE_MAX 65535u
#define LINK_HEADER 2u

/* LINK_LATE: link_receive() alone, where a time was set for it. */
enum link_result { LINK_OK, LINK_STOPPED, LINK_CLOSED, LINK_LATE };

/* Why a host could not be connected to. */
enum link_problem {
    LINK_NO_HOST, /* its name leads nowhere */
    LINK_NOBODY,  /* it is there, and nobody listens at the port */
    LINK_SILENT /* nothing comes back: no such machine, something in between, or a listener whom others keep busy */
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
 * Receives the next message; *message points into the link until the next call. LINK_LATE: it was not there at link->deadline;
 * the next call goes on where this one stopped.
 */
enum link_result link_receive(struct link *link, const uint8_t **message, size_t *size);

/*
 * Tells the kernel to acknowledge at once what will not be answered: the driver sends with Nagle's algorithm, and
 * without this its next message waits for a delayed acknowledgement (40 ms).
 */
void link_acknowledge(const struct link *link);

/* Where the payload of an answer goes; room for LINK_MESSAGE_MAX bytes. */
static inline uint8_t *link_answer(struct link *link) {
    return link->output + LINK_HEADER;
}

/* Sends the first `size` bytes of link_answer() as one message in one go. size: 1..LINK_MESSAGE_MAX. */
enum link_result link_send(struct link *link, size_t size);

/* Closes the socket, if there is one. */
void link_close(struct link *link);

/*
 * Begins an answer and breaks the connection instead of closing it: for a driver that waits for the answer to a command, a
 * failed transmission. (A whole answer of no bytes it would wait for without end, and a connection that ends before the
 * answer begins it takes for an answer of no bytes.) The link goes on in a new connection, which was there before the old
 * one broke, so that the driver finds the card wherever it looks; results as of link_open().
 */
enum link_result link_fail(struct link *link, const char *host, uint16_t port, uint64_t deadline);

#endif
