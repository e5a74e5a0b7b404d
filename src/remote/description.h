/*
 * What an agent says of itself: who it is and which readers it lends. The body of the answer to MESSAGE_WHO.
 */
#ifndef SCARDSSP_REMOTE_DESCRIPTION_H
#define SCARDSSP_REMOTE_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rm/names.h"

struct description {
    uint64_t instance; /* which start of the agent this is */
    uint64_t news;     /* the number of its last news */
    uint64_t since;    /* when it began, in seconds since 1970 */
    uint32_t lease_ms; /* how long it counts as there without a word */
    bool settled;      /* it has its name; else it is still asking whether another one has */
    const char *name;  /* of the agent; decoded: not terminated, in the bytes */
    size_t name_size;
    const char *who; /* where and what it is, for people; the same */
    size_t who_size;
    const uint8_t *readers; /* decoded: where their names begin, for description_reader() */
    size_t readers_size;
};

/* Writes it with these names. Returns its size; 0: there is no room. */
size_t description_encode(const struct description *description, const struct names *readers, uint8_t *out,
                          size_t room);

/* Reads one from any bytes, all of it; false: these are none, *out is undefined. */
bool description_decode(const uint8_t *bytes, size_t size, struct description *out);

/*
 * The next reader's name, not terminated, and its size; moves *at (NULL at first) on. NULL: there are no
 * more. Names are not empty and have no NUL.
 */
const char *description_reader(const struct description *description, const uint8_t **at, size_t *size);

#endif
