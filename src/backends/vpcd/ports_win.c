/* Windows is not asked who is at a port: see ports.h. */
#include "backends/vpcd/ports.h"

bool ports_listened_at(uint16_t port) {
    (void)port;
    return false;
}

bool ports_has_guest(uint16_t port, int fd) {
    (void)port;
    (void)fd;
    return false;
}

bool ports_owner(uint16_t port, char *name, size_t size) {
    (void)port, (void)name, (void)size;
    return false;
}
