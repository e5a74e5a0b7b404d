/*
 * A client of pcscd begins with a header, the size of what follows and the command, and its version; the
 * service answers with its own (pcsc-lite's winscard_msg.h). All numbers are the machine's.
 */
#include "doctor/hello.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define COMMAND_VERSION 0x11u
#define PATIENCE_SECONDS 5 /* a service that systemd starts for this looks for its readers first */

struct version {
    int32_t major, minor;
    uint32_t status;
};

struct question {
    uint32_t size, command;
    struct version version;
};

static enum hello_result refusal(int error) {
    if (error == ENOENT || error == ENOTDIR)
        return HELLO_NOWHERE;
    if (error == EACCES || error == EPERM)
        return HELLO_FORBIDDEN;
    return error == EAGAIN || error == ETIMEDOUT ? HELLO_SILENT : HELLO_DEAD;
}

static enum hello_result converse(int descriptor, struct version *answer) {
    /* 4:4 is what all services of the last years understand; others answer with what they want instead. */
    const struct question question = {sizeof question.version, COMMAND_VERSION, {4, 4, 0}};
    size_t got = 0;
    if (send(descriptor, &question, sizeof question, MSG_NOSIGNAL) < 0)
        return HELLO_HUNG_UP;
    while (got < sizeof *answer) {
        const ssize_t size = recv(descriptor, (char *)answer + got, sizeof *answer - got, 0);
        if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return HELLO_SILENT;
        if (size <= 0)
            return HELLO_HUNG_UP;
        got += (size_t)size;
    }
    return answer->major > 0 && answer->major < 100 && answer->minor >= 0 && answer->minor < 1000
               ? HELLO_ANSWERED
               : HELLO_STRANGE;
}

struct hello hello_ask(const char *path) {
    struct hello hello = {.result = HELLO_NOWHERE};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct timeval limit = {.tv_sec = PATIENCE_SECONDS};
    struct version answer = {0};
    if (strlen(path) >= sizeof address.sun_path)
        return hello;
    (void)strcpy(address.sun_path, path);
    const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return hello;
    (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    (void)setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(descriptor, (const struct sockaddr *)&address, sizeof address) != 0)
        hello.result = refusal(errno);
    else
        hello.result = converse(descriptor, &answer);
    close(descriptor);
    hello.major = answer.major;
    hello.minor = answer.minor;
    return hello;
}
