/*
 * The wire to a virtual reader driver: the input is what the driver sends, in pieces and with interruptions.
 * Every ATR asked for and every command is answered with one well-formed message, nothing else is; a command
 * without power ends the connection and begins another. The calls to the network are bent over to here by the
 * linker.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "backends/vpcd/serve.h"
#include "fuzz.h"

#define LENGTH_SIZE 2u
#define CONTROL_OFF 0u
#define CONTROL_ATR 4u /* 1 and 2 give power */
#define PIECE_MAX 64u

/* Beside the input: which answers came out. */
static struct {
    struct feed input;
    size_t left_of_answer; /* of the message on its way, its length included */
    uint8_t length[LENGTH_SIZE];
    size_t length_seen;
    size_t answers;
    unsigned calls;
} wire;

/* The linker's names of what is called instead. */
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
ssize_t __wrap_recv(int fd, void *bytes, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags);

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size) {
    (void)fd;
    (void)address;
    (void)size;
    wire.left_of_answer = 0;
    wire.length_seen = 0;
    return 0;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout) {
    int ready = 0;
    (void)timeout;
    for (nfds_t i = 0; i < count; ++i) {
        fds[i].revents = fds[i].fd < 0 ? 0 : fds[i].events;
        ready += fds[i].revents != 0;
    }
    return ready;
}

/* Every so many calls the system has something else to do. */
static bool interrupted(void) {
    const unsigned call = wire.calls++;
    if (call % 5 == 3)
        errno = EINTR;
    else if (call % 7 == 5)
        errno = EAGAIN;
    else
        return false;
    return true;
}

ssize_t __wrap_recv(int fd, void *bytes, size_t size, int flags) {
    size_t got = 0;
    (void)fd;
    (void)flags;
    FUZZ_CHECK(size > 0);
    if (interrupted())
        return -1;
    const size_t most = 1 + wire.calls * 13 % PIECE_MAX;
    const uint8_t *const piece = feed_bytes(&wire.input, size < most ? size : most, &got);
    memcpy(bytes, piece, got);
    return (ssize_t)got;
}

static void hear(uint8_t byte) {
    if (!wire.left_of_answer) {
        wire.length[wire.length_seen++] = byte;
        if (wire.length_seen < LENGTH_SIZE)
            return;
        wire.length_seen = 0;
        wire.left_of_answer = (size_t)wire.length[0] << 8 | wire.length[1];
        FUZZ_CHECK(wire.left_of_answer >= 2);
        return;
    }
    if (--wire.left_of_answer == 0)
        ++wire.answers;
}

ssize_t __wrap_send(int fd, const void *bytes, size_t size, int flags) {
    (void)fd;
    FUZZ_CHECK(size > 0 && (flags & MSG_NOSIGNAL));
    if (interrupted())
        return -1;
    const size_t taken = wire.calls % 3 ? size : (size + 1) / 2;
    for (size_t i = 0; i < taken; ++i)
        hear(((const uint8_t *)bytes)[i]);
    return (ssize_t)taken;
}

/*
 * How many answers these bytes call for. *cut: at least, for a command without power then breaks the
 * connection.
 */
static size_t expected(struct feed feed, bool *cut) {
    size_t count = 0;
    bool powered = true;
    *cut = false;
    while (feed.left >= LENGTH_SIZE) {
        const size_t size = feed_word(&feed);
        size_t got = 0;
        const uint8_t *const message = feed_bytes(&feed, size, &got);
        if (got < size)
            break;
        *cut = size > 1 && !powered;
        if (*cut)
            break;
        count += size > 1 || (size == 1 && message[0] == CONTROL_ATR);
        if (size == 1 && message[0] < CONTROL_ATR - 1)
            powered = message[0] != CONTROL_OFF;
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const images[] = {"demo", "gsm", "app"};
    char message[100] = "";
    memset(&wire, 0, sizeof wire);
    wire.input = (struct feed){data, size};
    const struct vpcd_serve options = {.image = images[feed_byte(&wire.input) % 3], .port = 1};
    bool cut = false;
    const size_t wanted = expected(wire.input, &cut);
    FUZZ_CHECK(vpcd_serve(&options, -1, message, sizeof message) == RM_E_READER_UNAVAILABLE);
    FUZZ_CHECK(*message && memchr(message, '\0', sizeof message));
    FUZZ_CHECK(cut ? wire.answers >= wanted : wire.answers == wanted);
    FUZZ_CHECK(!wire.left_of_answer && !wire.length_seen && !wire.input.left);
    return 0;
}
