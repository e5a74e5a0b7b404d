/* A stream of somebody else's: fixed room, and it fails, cuts short and lies when told to. */
#ifndef SCARDSSP_TESTS_SUPPORT_FAKES_FOREIGN_STREAM_H
#define SCARDSSP_TESTS_SUPPORT_FAKES_FOREIGN_STREAM_H

#include <stdbool.h>

#include "support/kits/com.h"

#define FOREIGN_ROOM 20000

struct foreign_stream {
    IStream IStream_iface;
    ULONG refs;
    uint8_t bytes[FOREIGN_ROOM];
    uint64_t size;
    uint64_t position;
    HRESULT result;  /* what every method answers; a failure comes before any effect */
    uint64_t most;   /* no call reads or writes more than this at once */
    uint64_t lie;    /* added to the counts that Read and Write report */
    bool null_clone; /* Clone succeeds without an object */
    unsigned calls;
};

/* Empty, refs 1, honest. Lives on the caller's stack: the last Release frees nothing. */
void foreign_stream_init(struct foreign_stream *stream);

#endif
