/*
 * Where cards connect to: the part after "vpcd:" of a resource manager's name, taken apart. setup.c asks,
 * door.c opens.
 *
 *   PORT                  a port of this machine's loopback interface; 0: one that is free
 *   FIRST-LAST            a range of ports, a reader for each
 *   ADDRESS:PORT          the same on another interface: 0.0.0.0:35963, [::1]:35970-35973
 *   /PATH                 a socket in the file system, for programs of this user
 *   ...*N                 N readers there; a card that connects gets the next one that is free
 *   connect:HOST:PORT     the other way round: a card that listens there is connected to
 */
#ifndef SCARDSSP_BACKENDS_VPCD_PLACE_H
#define SCARDSSP_BACKENDS_VPCD_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLACE_PORT 35963u       /* vpcd's first slot */
#define PLACE_HOST_MAX 255u     /* bytes, without the NUL, here and below */
#define PLACE_PATH_MAX 107u     /* what fits a socket's address */
#define PLACE_DOORS_MAX 256u    /* ports of a range */
#define PLACE_READERS_MAX 1024u /* in all */

struct place {
    char host[PLACE_HOST_MAX + 1]; /* an interface's address or name; empty: `path` counts */
    char path[PLACE_PATH_MAX + 1];
    uint16_t port;    /* the first one; 0: any that is free, for each door */
    uint32_t doors;   /* ports from there on: where cards come in */
    uint32_t readers; /* of each door */
    bool reversed;    /* a card listens at host and port, and we connect */
};

/*
 * Takes a specification apart; text NULL: the loopback's port PLACE_PORT, one reader. false: it is none, and
 * message (may be NULL) of message_size bytes says what is wrong with it and what is right.
 */
bool place_parse(const char *text, struct place *out, char *message, size_t message_size);

#endif
