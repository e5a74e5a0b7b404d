/*
 * Messages on the wire to vpcd, no length of which is taken on trust: see link.h. The wire itself is in
 * wire.c, wire_win.c.
 */
#include "backends/vpcd/link.h"

#include <stdbool.h>
#include <string.h>

#include "base/wipe.h"

/* Whether `input` begins with a whole message; *size: its payload. */
static bool complete(const struct link *link, size_t *size) {
    if (link->used < LINK_HEADER)
        return false;
    *size = (size_t)link->input[0] << 8 | link->input[1];
    return link->used >= LINK_HEADER + *size;
}

enum link_result link_receive(struct link *link, const uint8_t **message, size_t *size) {
    link->used -= link->taken;
    memmove(link->input, link->input + link->taken, link->used);
    wipe(link->input + link->used, link->taken);
    link->taken = 0;
    while (!complete(link, size)) {
        size_t got = 0;
        /* There is room: a buffer full of bytes is a complete message. */
        enum link_result result =
            wire_receive(link, link->input + link->used, sizeof link->input - link->used, &got);
        if (result != LINK_OK)
            return result;
        link->used += got;
        if (!complete(link, size))
            link_acknowledge(link);
    }
    link->taken = LINK_HEADER + *size;
    *message = link->input + LINK_HEADER;
    return LINK_OK;
}

void link_forget(struct link *link) {
    if (link->taken > LINK_HEADER)
        wipe(link->input + LINK_HEADER, link->taken - LINK_HEADER);
}

enum link_result link_send(struct link *link, size_t size) {
    link->output[0] = (uint8_t)(size >> 8);
    link->output[1] = (uint8_t)size;
    return wire_send(link, link->output, LINK_HEADER + size);
}

enum link_result link_fail(struct link *link, const char *host, uint16_t port, uint64_t deadline) {
    const int fd = link->fd, event = link->event;
    link->output[0] = 0;
    link->output[1] = 2;
    enum link_result result = wire_send(link, link->output, LINK_HEADER);
    link->fd = -1;
    if (result != LINK_STOPPED)
        result = link_open(link, host, port, 0); /* the driver waits: one attempt */
    wire_reset(fd, event);
    return result == LINK_CLOSED ? link_open(link, host, port, deadline) : result;
}
