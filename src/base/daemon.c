/* Sockets that lead to pcscd: see daemon.h. */
#include "base/daemon.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/env.h"

#define DAEMON_SOCKET "pcscd.comm"

bool daemon_is_behind(int descriptor) {
    struct sockaddr_un address = {.sun_family = AF_UNSPEC};
    socklen_t size = sizeof address - 1;
    const char *configured = env_get("PCSCLITE_CSOCK_NAME");
    if (getpeername(descriptor, (struct sockaddr *)&address, &size) != 0 || address.sun_family != AF_UNIX)
        return false;
    const size_t length = strnlen(address.sun_path, sizeof address.sun_path - 1);
    address.sun_path[length] = '\0';
    if (configured && strncmp(address.sun_path, configured, sizeof address.sun_path - 1) == 0)
        return true;
    const size_t suffix = strlen(DAEMON_SOCKET);
    return length >= suffix && strcmp(address.sun_path + length - suffix, DAEMON_SOCKET) == 0;
}
