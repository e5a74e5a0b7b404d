/*
 * Messages on the wire to a virtual reader driver (vpcd): a 16-bit big-endian length and that many bytes,
 * over the connection of wire.h. serve.c uses it.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_LINK_H
#define SCARDSSP_BACKENDS_VPCD_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "backends/vpcd/wire.h"

/*
 * Receives the next message; *message points into the link until the next call. LINK_LATE: it was not there
 * at link->deadline; the next call goes on where this one stopped.
 */
enum link_result link_receive(struct link *link, const uint8_t **message, size_t *size);

/* Wipes the message that was received last, which is of no use afterwards. */
void link_forget(struct link *link);

/* Where the payload of an answer goes; room for LINK_MESSAGE_MAX bytes. */
static inline uint8_t *link_answer(struct link *link) {
    return link->output + LINK_HEADER;
}

/* Sends the first `size` bytes of link_answer() as one message in one go. size: 1..LINK_MESSAGE_MAX. */
enum link_result link_send(struct link *link, size_t size);

/*
 * Begins an answer and breaks the connection instead of closing it: for a driver that waits for the answer to
 * a command, a failed transmission. (A whole answer of no bytes it would wait for without end, and a
 * connection that ends before the answer begins it takes for an answer of no bytes.) The link goes on in a
 * new connection, which was there before the old one broke, so that the driver finds the card wherever it
 * looks; results as of link_open().
 */
enum link_result link_fail(struct link *link, const char *host, uint16_t port, uint64_t deadline);

#endif
