/* What the files of the command object share: see cmd_object.h. */
#include "objects/cmd_object.h"

void cmd_disown(struct cmd *cmd) {
    cmd->reply = (struct cmdreply){.nad = CMDREPLY_NO_NAD};
    if (cmd->command.room) {
        cmd->command.bytes = NULL;
        cmd->command.size = cmd->command.room = 0;
    }
}
