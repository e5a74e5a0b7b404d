/*
 * The socket of a card that has connected: bytes out, bytes in, and the end. Both of its users take what a
 * peer sends for hostile: newcomer.c before it is a card, dialog.c afterwards. A peer is known by a number:
 * its descriptor, on Windows its handle, 32 bits of which count. peer_win.c is Windows' half.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_PEER_H
#define SCARDSSP_BACKENDS_VPCD_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How long peer_send() and peer_receive() wait before they say that nothing has happened. */
#define PEER_TICK_MS 20u

/* Some of the bytes that go out, or room for some that come in. */
struct peer_part {
    void *bytes;
    size_t size;
};

#define PEER_PARTS_MAX 3u

/* Makes a socket that has just been connected fit for cards: prompt, and noticed when its host is lost. */
void peer_prepare(int peer);

/*
 * Sends what lies behind the first `skip` bytes of the parts, as much as goes, and returns how much; 0:
 * nothing went for PEER_TICK_MS. -1: the other end has gone. At most PEER_PARTS_MAX parts, not all skipped.
 */
long peer_send(int peer, const struct peer_part *parts, size_t count, size_t skip);

/* Receives likewise. 0: nothing came for PEER_TICK_MS; -1: the other end has gone, or will send no more. */
long peer_receive(int peer, const struct peer_part *parts, size_t count, size_t skip);

/* Receives up to `room` bytes that are there already. 0: none are; -1: as above. */
long peer_take(int peer, uint8_t *bytes, size_t room);

/* What is there that nobody has taken: 1: bytes; 0: nothing; -1: the end. */
int peer_peek(int peer);

/* Ends the connection, also for a thread that is in a call above; the number stays until peer_close(). */
void peer_break(int peer);

/* Gives the number back. In a process made by fork() the connection stays the parent's. */
void peer_close(int peer);

#endif
