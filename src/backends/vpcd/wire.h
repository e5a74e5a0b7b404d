/*
 * The socket under a link: what link.c asks of the system. Implemented in wire.c and wire_win.c, together with the parts of
 * link.h that connect, wait and close.
 */
#ifndef SCARDSSP_SIM_WIRE_H
#define SCARDSSP_SIM_WIRE_H

#include "backends/vpcd/link.h"
#include "base/clock.h"

#define WIRE_CONNECT_MS 3000u

/* Until when one attempt to connect may take: a host that is there is given its time, also by who does not wait. */
static inline uint64_t wire_patience(uint64_t deadline) {
    const uint64_t least = clock_deadline(WIRE_CONNECT_MS);
    return deadline > least ? deadline : least;
}

/* Waits for bytes, until link->deadline, and takes up to `room` of them, at least one; LINK_STOPPED, LINK_CLOSED, LINK_LATE. */
enum link_result wire_receive(struct link *link, uint8_t *bytes, size_t room, size_t *got);

/* Closes a socket (Windows: with its event) that is no link's any more, in a way that is an error to the other end. */
void wire_reset(int fd, int event);

/* Sends all of these bytes; LINK_STOPPED, LINK_CLOSED. */
enum link_result wire_send(struct link *link, const uint8_t *bytes, size_t size);

#endif
