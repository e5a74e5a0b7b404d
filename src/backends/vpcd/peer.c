/* The socket of a card: see peer.h. */
#include "backends/vpcd/peer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

/* A host that is lost without a word is noticed after 10 + 3 x 5 seconds. */
#define QUIET_S 10
#define PROBE_S 5
#define PROBES 3

void peer_prepare(int peer) {
    static const struct timeval tick = {0, PEER_TICK_MS * 1000};
    const int yes = 1, quiet = QUIET_S, probe = PROBE_S, probes = PROBES;
    (void)setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof tick);
    (void)setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &tick, sizeof tick);
    /* A socket of the file system has none of these. */
    (void)setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    (void)setsockopt(peer, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    (void)setsockopt(peer, IPPROTO_TCP, TCP_KEEPIDLE, &quiet, sizeof quiet);
    (void)setsockopt(peer, IPPROTO_TCP, TCP_KEEPINTVL, &probe, sizeof probe);
    (void)setsockopt(peer, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

/* The parts behind the first `skip` bytes as the system wants them; how many. */
static size_t vector(const struct peer_part *parts, size_t count, size_t skip,
                     struct iovec out[PEER_PARTS_MAX]) {
    size_t used = 0;
    for (size_t i = 0; i < count; ++i) {
        if (skip >= parts[i].size) {
            skip -= parts[i].size;
            continue;
        }
        out[used++] = (struct iovec){(uint8_t *)parts[i].bytes + skip, parts[i].size - skip};
        skip = 0;
    }
    return used;
}

/* What a call that returned no bytes has said. */
static long outcome(ssize_t result) {
    const bool waited = result < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
    return waited ? 0 : -1;
}

long peer_send(int peer, const struct peer_part *parts, size_t count, size_t skip) {
    struct iovec pieces[PEER_PARTS_MAX];
    const struct msghdr message = {.msg_iov = pieces, .msg_iovlen = vector(parts, count, skip, pieces)};
    const ssize_t sent = sendmsg(peer, &message, MSG_NOSIGNAL);
    return sent > 0 ? (long)sent : outcome(sent);
}

long peer_receive(int peer, const struct peer_part *parts, size_t count, size_t skip) {
    struct iovec pieces[PEER_PARTS_MAX];
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = vector(parts, count, skip, pieces)};
    const ssize_t got = recvmsg(peer, &message, 0);
    return got > 0 ? (long)got : outcome(got);
}

long peer_take(int peer, uint8_t *bytes, size_t room) {
    const ssize_t got = recv(peer, bytes, room, MSG_DONTWAIT);
    return got > 0 ? (long)got : outcome(got);
}

int peer_peek(int peer) {
    uint8_t byte;
    const ssize_t got = recv(peer, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
    return got > 0 ? 1 : (int)outcome(got);
}

void peer_break(int peer) {
    (void)shutdown(peer, SHUT_RDWR);
}

void peer_close(int peer) {
    close(peer);
}
