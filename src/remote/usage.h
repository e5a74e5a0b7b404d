/* Who uses an agent, session by session: the body of the answer to MESSAGE_SESSIONS. */
#ifndef SCARDSSP_REMOTE_USAGE_H
#define SCARDSSP_REMOTE_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One session. Decoded texts are not terminated and lie in the bytes. */
struct usage {
    uint64_t since;   /* seconds since 1970 */
    uint32_t idle_ms; /* since it was last heard of */
    const char *who;  /* as its client describes itself */
    size_t who_size;
    const char *readers; /* which it is connected to, for people */
    size_t readers_size;
};

/* Writes one. Returns its size; 0: there is no room. */
size_t usage_encode(const struct usage *usage, uint8_t *out, size_t room);

/* Reads the next one and moves *bytes and *size on; false: there is none, or these bytes are none. */
bool usage_decode(const uint8_t **bytes, size_t *size, struct usage *out);

#endif
