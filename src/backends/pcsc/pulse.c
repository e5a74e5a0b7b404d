/* Asks the daemon for its version: see pulse.h. */
#include "backends/pcsc/pulse.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/env.h"

#define USUAL_PLACE "/run/pcscd/pcscd.comm"

/* The library's first request: a header, its own version of what both speak, and room for a result. */
#define COMMAND_VERSION 0x11u
static const uint32_t question[] = {3 * sizeof(uint32_t), COMMAND_VERSION, 4, 4, 0};

void pcsc_pulse_init(struct pcsc_pulse *pulse) {
    *pulse = (struct pcsc_pulse){.fd = -1};
}

void pcsc_pulse_close(struct pcsc_pulse *pulse) {
    if (pulse->fd >= 0)
        close(pulse->fd);
    pcsc_pulse_init(pulse);
}

/* Where the daemon listens; false: that cannot be told. */
static bool find_place(int socket, struct sockaddr_un *out) {
    socklen_t size = sizeof *out - 1;
    memset(out, 0, sizeof *out);
    if (socket >= 0)
        return getpeername(socket, (struct sockaddr *)out, &size) == 0 && out->sun_family == AF_UNIX &&
               *out->sun_path;
    const char *configured = env_get("PCSCLITE_CSOCK_NAME");
    const char *place = configured ? configured : USUAL_PLACE;
    out->sun_family = AF_UNIX;
    if (strlen(place) >= sizeof out->sun_path)
        return false;
    strcpy(out->sun_path, place);
    return true;
}

/* Asks; false: nobody is there to ask, and the library will notice that by itself. */
static bool ask(struct pcsc_pulse *pulse, int socket_of_daemon) {
    struct sockaddr_un place;
    if (!find_place(socket_of_daemon, &place))
        return false;
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    if (connect(fd, (const struct sockaddr *)&place, sizeof place) == 0 &&
        send(fd, question, sizeof question, MSG_NOSIGNAL) == (ssize_t)sizeof question) {
        pulse->fd = fd;
        return true;
    }
    const bool full = errno == EAGAIN; /* of others who wait to be let in */
    close(fd);
    return full;
}

/* An answer, whatever it says, or the end of the connection. */
static bool is_answered(const struct pcsc_pulse *pulse) {
    struct pollfd fd = {.fd = pulse->fd, .events = POLLIN};
    return poll(&fd, 1, 0) > 0;
}

bool pcsc_pulse_hear(struct pcsc_pulse *pulse, uint64_t now) {
    if (pulse->fd < 0 || !is_answered(pulse))
        return false;
    pcsc_pulse_close(pulse);
    pulse->heard = now;
    return true;
}

uint32_t pcsc_pulse_silence(struct pcsc_pulse *pulse, int socket, uint64_t now) {
    if (pulse->fd < 0) {
        if (!pulse->asked && pulse->heard && now - pulse->heard < PCSC_PULSE_FRESH_MS)
            return 0;
        if (!ask(pulse, socket)) {
            *pulse = (struct pcsc_pulse){.fd = -1, .heard = now};
            return 0;
        }
        if (!pulse->asked)
            pulse->asked = now;
    }
    if (pcsc_pulse_hear(pulse, now))
        return 0;
    const uint64_t silence = now - pulse->asked;
    return silence == 0 ? 1 : silence > UINT32_MAX ? UINT32_MAX : (uint32_t)silence;
}
