/* The way into a command object for the card object, which works on its bytes in place: see cmd.h. */
#include "com/telling.h"
#include "objects/cmd.h"
#include "objects/cmd_object.h"

/* The rest of cmd_open() for a command that another thread has. */
static __attribute__((noinline, cold)) enum cmd_way wait_for(struct cmd *cmd,
                                                             const struct lock_limit *limit) {
    if (!limit)
        return CMD_BUSY;
    const enum lock_end end = lock_wait(&cmd->lock, limit);
    if (end == LOCK_INHERITED)
        cmd_disown(cmd);
    return end == LOCK_LATE ? CMD_LATE : end == LOCK_CALLED_OFF ? CMD_CALLED_OFF : CMD_OPEN;
}

enum cmd_way cmd_open(ISCardCmd *iface, struct cmd_view *view, const struct lock_limit *limit) {
    if (iface->lpVtbl != TELLING(ISCardCmd, cmd_vtbl))
        return CMD_FOREIGN;
    struct cmd *cmd = impl_from_ISCardCmd(iface);
    if (!lock_try(&cmd->lock)) {
        const enum cmd_way way = wait_for(cmd, limit);
        if (way != CMD_OPEN)
            return way;
    }
    view->apdu = cmd->command.bytes;
    view->size = cmd->command.size;
    view->parsed = NULL;
    view->options = cmd->options;
    view->reply = &cmd->reply.apdu;
    return CMD_OPEN;
}

bool cmd_drop_reply(ISCardCmd *iface) {
    if (iface->lpVtbl != TELLING(ISCardCmd, cmd_vtbl))
        return false;
    struct cmd *cmd = impl_from_ISCardCmd(iface);
    if (lock_try(&cmd->lock)) {
        cmdreply_drop(&cmd->reply);
        lock_give(&cmd->lock);
    }
    return true;
}

void cmd_close(ISCardCmd *iface, int reply_nad) {
    struct cmd *cmd = impl_from_ISCardCmd(iface);
    cmd->reply.nad = reply_nad;
    lock_give(&cmd->lock);
}
