/*
 * Where cards come in: a socket that listens, on an interface of this machine or in its file system; or,
 * reversed, a host and port to knock at. listener.c opens doors and lets in. door_win.c is Windows' half.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_DOOR_H
#define SCARDSSP_BACKENDS_VPCD_DOOR_H

#include <stddef.h>
#include <stdint.h>

#include "backends/vpcd/place.h"
#include "rm/status.h"

struct door {
    int fd; /* -1: none, for it is reversed, or closed */
    uint16_t port;
    const struct place *place; /* which outlives it */
};

/*
 * Opens the door at place->port + number. RM_OK, or message (may be NULL) of message_size bytes says what is
 * in the way and what to do: RM_E_SHARING_VIOLATION: another program has it; RM_E_READER_UNAVAILABLE: no such
 * interface or folder, not allowed, or no means.
 */
rm_status door_open(const struct place *place, uint32_t number, struct door *out, char *message,
                    size_t message_size);

#define DOOR_NOBODY (-1)
#define DOOR_NO_MEANS (-2)

/*
 * Who comes in next: a socket that is prepared (peer.h). DOOR_NOBODY: there is nobody; DOOR_NO_MEANS: there
 * is, and no descriptor or memory for him, so that looking again at once is of no use. Waits only where the
 * door is reversed, half a second at most.
 */
int door_let_in(const struct door *door);

/* Closes it; a socket in the file system goes. */
void door_close(struct door *door);

/* In a process made by fork(): leaves it to the parent. */
void door_leave(struct door *door);

#endif
