/* Answers of a card that means no good: see rude_answer.h. */
#include "support/services/rude_answer.h"

#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#define LARGEST 65535u
#define FLOOD ((size_t)4 * 1024 * 1024)

const char *const rude_names[RUDES] = {
    [RUDE_ONE_BYTE] = "one byte",       [RUDE_LARGEST] = "65535 bytes",
    [RUDE_ODD_LENGTHS] = "odd lengths", [RUDE_LIES] = "says another length",
    [RUDE_TWICE] = "two answers",       [RUDE_FLOOD] = "a flood",
    [RUDE_HALF] = "half, and hangs up", [RUDE_STOPS] = "half, and stops",
    [RUDE_HANGS_UP] = "hangs up",       [RUDE_RESETS] = "resets the connection",
    [RUDE_SILENT] = "never answers",    [RUDE_NOTHING] = "no bytes"};

/* Sends as the other end takes it. false: it does not, or the card is to go. */
static bool send_all(int fd, int stop_fd, const uint8_t *bytes, size_t size) {
    while (size) {
        struct pollfd fds[2] = {{.fd = fd, .events = POLLOUT}, {.fd = stop_fd, .events = POLLIN}};
        if (poll(fds, 2, -1) <= 0 || fds[1].revents)
            return false;
        const ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent <= 0)
            return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* A message that says `said` and has `size` bytes, the last two of them 9000. */
static bool say(int fd, int stop_fd, size_t said, size_t size) {
    static uint8_t message[2 + LARGEST];
    memset(message, 0x5A, sizeof message);
    message[0] = (uint8_t)(said >> 8);
    message[1] = (uint8_t)said;
    if (size >= 2) {
        message[size] = 0x90;
        message[1 + size] = 0x00;
    }
    return send_all(fd, stop_fd, message, 2 + size);
}

static bool wait_for_stop(int stop_fd) {
    struct pollfd stop = {.fd = stop_fd, .events = POLLIN};
    (void)poll(&stop, 1, -1);
    return false;
}

static bool reset(int fd) {
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    return false;
}

static bool flood(int fd, int stop_fd) {
    bool taken = true;
    for (size_t sent = 0; taken && sent < FLOOD; sent += LARGEST)
        taken = say(fd, stop_fd, LARGEST, LARGEST);
    return taken;
}

static size_t odd_length(void) {
    static uint32_t seed = 17;
    seed = seed * 1103515245u + 12345u;
    return 2 + (seed >> 16) % 699;
}

bool rude_answer(int fd, int stop_fd, enum rude manner) {
    size_t length;
    switch (manner) {
    case RUDE_ONE_BYTE:
        return say(fd, stop_fd, 1, 1);
    case RUDE_LARGEST:
        return say(fd, stop_fd, LARGEST, LARGEST);
    case RUDE_ODD_LENGTHS:
        length = odd_length();
        return say(fd, stop_fd, length, length);
    case RUDE_LIES:
        length = odd_length();
        return say(fd, stop_fd, odd_length(), length);
    case RUDE_TWICE:
        return say(fd, stop_fd, 2, 2) && say(fd, stop_fd, 2, 2);
    case RUDE_FLOOD:
        return flood(fd, stop_fd);
    case RUDE_HALF:
        return say(fd, stop_fd, 100, 50) && false;
    case RUDE_STOPS:
        return say(fd, stop_fd, 100, 50) && wait_for_stop(stop_fd);
    case RUDE_RESETS:
        return reset(fd);
    case RUDE_SILENT:
        return wait_for_stop(stop_fd);
    case RUDE_NOTHING:
        return say(fd, stop_fd, 0, 0);
    default:
        return false;
    }
}
