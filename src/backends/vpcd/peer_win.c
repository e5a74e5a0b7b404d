/* The socket of a card on Windows: see peer.h. It never waits itself: WSAPoll() does, for it. */
#include <winsock2.h>

#include <mstcpip.h>
#include <ws2tcpip.h>

#include "backends/vpcd/peer.h"

/* A host that is lost without a word is noticed after 10 s and some ten probes. */
#define QUIET_MS 10000u
#define PROBE_MS 2000u

/* Handles have 32 bits that count; with their sign they are whole again. */
static SOCKET socket_of(int peer) {
    return (SOCKET)(intptr_t)peer;
}

void peer_prepare(int peer) {
    const SOCKET made = socket_of(peer);
    const int yes = 1;
    struct tcp_keepalive quiet = {.onoff = 1, .keepalivetime = QUIET_MS, .keepaliveinterval = PROBE_MS};
    u_long never = 1;
    DWORD unused = 0;
    (void)SetHandleInformation((HANDLE)made, HANDLE_FLAG_INHERIT, 0);
    (void)ioctlsocket(made, (long)FIONBIO, &never);
    (void)setsockopt(made, IPPROTO_TCP, TCP_NODELAY, (const char *)&yes, sizeof yes);
    (void)WSAIoctl(made, SIO_KEEPALIVE_VALS, &quiet, sizeof quiet, NULL, 0, &unused, NULL, NULL);
}

/* The parts behind the first `skip` bytes as the system wants them; how many. */
static DWORD buffers_of(const struct peer_part *parts, size_t count, size_t skip,
                        WSABUF out[PEER_PARTS_MAX]) {
    DWORD used = 0;
    for (size_t i = 0; i < count; ++i) {
        const size_t passed = skip < parts[i].size ? skip : parts[i].size;
        skip -= passed;
        if (passed < parts[i].size)
            out[used++] =
                (WSABUF){.buf = (char *)parts[i].bytes + passed, .len = (ULONG)(parts[i].size - passed)};
    }
    return used;
}

/* Waits for a tick. */
static void await(int peer, short what) {
    WSAPOLLFD one = {.fd = socket_of(peer), .events = what};
    (void)WSAPoll(&one, 1, PEER_TICK_MS);
}

static bool has_to_wait(void) {
    return WSAGetLastError() == WSAEWOULDBLOCK;
}

long peer_send(int peer, const struct peer_part *parts, size_t count, size_t skip) {
    WSABUF pieces[PEER_PARTS_MAX];
    const DWORD used = buffers_of(parts, count, skip, pieces);
    DWORD sent = 0;
    if (WSASend(socket_of(peer), pieces, used, &sent, 0, NULL, NULL) == 0)
        return (long)sent;
    if (!has_to_wait())
        return -1;
    await(peer, POLLWRNORM);
    return 0;
}

static long receive(int peer, WSABUF *pieces, DWORD count) {
    DWORD got = 0, flags = 0;
    if (WSARecv(socket_of(peer), pieces, count, &got, &flags, NULL, NULL) == 0)
        return got ? (long)got : -1;
    return has_to_wait() ? 0 : -1;
}

long peer_receive(int peer, const struct peer_part *parts, size_t count, size_t skip) {
    WSABUF pieces[PEER_PARTS_MAX];
    const DWORD used = buffers_of(parts, count, skip, pieces);
    const long got = receive(peer, pieces, used);
    if (got != 0)
        return got;
    await(peer, POLLRDNORM);
    return receive(peer, pieces, used);
}

long peer_take(int peer, uint8_t *bytes, size_t room) {
    WSABUF piece = {.buf = (char *)bytes, .len = (ULONG)room};
    return receive(peer, &piece, 1);
}

int peer_peek(int peer) {
    char byte;
    const int got = recv(socket_of(peer), &byte, 1, MSG_PEEK);
    if (got > 0)
        return 1;
    return got < 0 && has_to_wait() ? 0 : -1;
}

/* What is shut both ways tells nothing of the other end's going any more. */
void peer_break(int peer) {
    (void)shutdown(socket_of(peer), SD_SEND);
}

void peer_close(int peer) {
    (void)closesocket(socket_of(peer));
}
