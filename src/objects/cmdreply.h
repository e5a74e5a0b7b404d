/*
 * The reply of a command object: data and status bytes, as a card sent them or as a program put them there.
 * May hold what a card keeps secret: what is given up is wiped.
 */
#ifndef SCARDSSP_OBJECTS_CMDREPLY_H
#define SCARDSSP_OBJECTS_CMDREPLY_H

#include <stddef.h>
#include <stdint.h>

#include "apdu/exchange.h"
#include "com/win.h"

/* No node address: the reply did not come over T=1, or there is none. */
#define CMDREPLY_NO_NAD (-1)

struct cmdreply {
    struct exchange_reply apdu; /* size 0: no reply */
    int nad;                    /* 0..255 or CMDREPLY_NO_NAD */
};

/* No reply; its memory is kept for the next one. */
void cmdreply_drop(struct cmdreply *reply);

/*
 * Makes the reply `size` bytes long, 0 drops it; what it grows by is zeros. E_OUTOFMEMORY: nothing changed.
 */
HRESULT cmdreply_resize(struct cmdreply *reply, size_t size);

/* SW1 SW2, SW1 in the high byte; 0 when the reply has fewer than two bytes. */
uint16_t cmdreply_status(const struct cmdreply *reply);

/* Replaces the last two bytes; a reply of fewer bytes is given two more. E_OUTOFMEMORY: nothing changed. */
HRESULT cmdreply_put_status(struct cmdreply *reply, uint16_t status);

/* No reply and no memory. */
void cmdreply_clear(struct cmdreply *reply);

#endif
