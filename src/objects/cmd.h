/*
 * The command object: ISCardCmd. Beside the published interface, what the card object needs to run a
 * command without copying it.
 */
#ifndef SCARDSSP_OBJECTS_CMD_H
#define SCARDSSP_OBJECTS_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apdu/apdu.h"
#include "apdu/exchange.h"
#include "base/lock.h"
#include "com/win.h"

/* A new, empty command with one reference. E_OUTOFMEMORY. */
HRESULT cmd_create(ISCardCmd **out);

/* A command while the card object works on it; valid between cmd_open() and cmd_close(). */
struct cmd_view {
    const uint8_t *apdu; /* the command, NULL when none has been built */
    size_t size;
    const struct apdu *parsed; /* the same taken apart, NULL: not yet */
    struct exchange_options options;
    struct exchange_reply *reply; /* where the reply goes; its memory is the command's */
};

/* What became of opening a command. */
enum cmd_way {
    CMD_OPEN,
    CMD_FOREIGN, /* another implementation of ISCardCmd: use its methods */
    CMD_BUSY,    /* another thread has it, and there was no limit to wait for it */
    CMD_LATE,    /* the limits have ended the wait */
    CMD_CALLED_OFF
};

/*
 * Opens one of this library's commands for the exchange and locks it against other threads. limit: for how
 * long to wait for one that is in use (lock.h), NULL: not at all.
 */
enum cmd_way cmd_open(ISCardCmd *cmd, struct cmd_view *view, const struct lock_limit *limit);

/* Drops the reply, unless another thread has the command. false: another implementation of ISCardCmd. */
bool cmd_drop_reply(ISCardCmd *cmd);

/* Closes it. reply_nad: node address of a reply that came over T=1, -1 otherwise. */
void cmd_close(ISCardCmd *cmd, int reply_nad);

#endif
