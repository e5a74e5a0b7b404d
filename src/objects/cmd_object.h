/*
 * The command object from the inside: what cmd.c, which has its methods, and cmdopen.c, the way in for the
 * card object, share.
 */
#ifndef SCARDSSP_OBJECTS_CMD_OBJECT_H
#define SCARDSSP_OBJECTS_CMD_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "com/com.h"
#include "com/win.h"
#include "objects/cmdbytes.h"
#include "objects/cmdreply.h"

struct cmd {
    ISCardCmd ISCardCmd_iface;
    struct com_identity identity;
    struct lock lock; /* guards all below */
    struct cmdbytes command;
    struct cmdreply reply;
    struct exchange_options options;
};

/* The object behind an interface of this library (cmdopen.c tells them from others). */
static inline struct cmd *impl_from_ISCardCmd(ISCardCmd *iface) {
    return CONTAINER_OF(iface, struct cmd, ISCardCmd_iface);
}

/*
 * In a forked child: what another thread was changing is left to the parent, with its memory. Call with the
 * lock held.
 */
void cmd_disown(struct cmd *cmd);

/* The object behind the interface, whose lock is the caller's until cmd_leave(). */
static inline struct cmd *cmd_enter(ISCardCmd *iface) {
    struct cmd *cmd = impl_from_ISCardCmd(iface);
    if (lock_take(&cmd->lock))
        cmd_disown(cmd);
    return cmd;
}
static inline void cmd_leave(struct cmd *cmd) {
    lock_give(&cmd->lock);
}

#endif
