/*
 * SCardConnect with a limit, and with patience for a card that the service believes unpowered. Used by
 * attach.c.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_CONNECT_H
#define SCARDSSP_BACKENDS_PCSC_CONNECT_H

#include "backends/pcsc/links.h"

/*
 * How often, and how long after, a refusal of a protocol is tried again that may come of another client who
 * starts the card at the same moment. What is refused for good is reported that much later.
 */
#define PCSC_MISMATCHES 5u
#define PCSC_MISMATCH_PAUSE_MS 20u

/* What to connect to, and what came of it. */
struct pcsc_connection {
    const char *reader;
    uint32_t share;
    uint32_t protocols;
    struct rm_bound *bound;
    uint32_t least_ms;      /* connect.c's: what a try may take whatever is left of the bound */
    SCARDHANDLE handle;     /* out */
    DWORD protocol;         /* out */
    struct pcsc_link *link; /* in: where to connect, or NULL for any; out: where the connection lives */
};

/*
 * Connects. The link given is kept unless it is dead or had to be broken off: then it is closed, and on
 * success `link` is another one. On failure `link` is NULL when there is none any more; one that is left is
 * the caller's. The codes of rm_connect().
 */
rm_status pcsc_connect(struct pcsc_context *context, struct pcsc_connection *connection);

#endif
