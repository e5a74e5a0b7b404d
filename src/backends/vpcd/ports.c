/* The kernel's list of TCP connections (proc(5), /proc/net/tcp): see ports.h. */
#include "backends/vpcd/ports.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#define LIST "/proc/net/tcp" /* vpcd listens with IPv4 alone */
#define LINE_MAX_BYTES 512

enum { STATE_ESTABLISHED = 0x01, STATE_LISTEN = 0x0A };

/* A connection or listener, seen from the machine's own end. */
struct row {
    unsigned port, far_port, state;
};

/* The next well-formed row; false: that was the last one. */
static bool next_row(FILE *list, struct row *out) {
    char line[LINE_MAX_BYTES];
    while (fgets(line, sizeof line, list))
        if (sscanf(line, " %*u: %*8x:%x %*8x:%x %x", &out->port, &out->far_port, &out->state) == 3)
            return true;
    return false;
}

bool ports_listened_at(uint16_t port) {
    FILE *list = fopen(LIST, "re");
    struct row row;
    bool found = false;
    while (list && !found && next_row(list, &row))
        found = row.port == port && row.state == STATE_LISTEN;
    if (list)
        fclose(list);
    return found;
}

static unsigned port_of(int fd) {
    struct sockaddr_storage address = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof address;
    if (fd < 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return 0;
    if (address.ss_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)&address)->sin6_port);
    return address.ss_family == AF_INET
               ? ntohs(((const struct sockaddr_in *)(const void *)&address)->sin_port)
               : 0;
}

bool ports_has_guest(uint16_t port, int fd) {
    FILE *list = fopen(LIST, "re");
    const unsigned ours = port_of(fd);
    struct row row;
    bool found = false;
    while (list && !found && next_row(list, &row))
        found = row.port == port && row.state == STATE_ESTABLISHED && row.far_port != ours;
    if (list)
        fclose(list);
    return found;
}
