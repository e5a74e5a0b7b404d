/*
 * What the commands of the tool have in common: how main.c calls them. One
 * commands/cmd_<name>.c each; a new one is a file, a prototype here and a row in main.c.
 */
#ifndef SCARD_COMMAND_H
#define SCARD_COMMAND_H

#include "terminal/exitcode.h"

/* What was said before the command's name. */
struct invocation {
    const char *rm; /* the resource manager chosen by --rm or SCARDSSP_RM; NULL: neither */
};

/* argv[0] is the command's name. Each returns an exit code, after a message on stderr unless it is EXIT_GOOD. */
int cmd_list(const struct invocation *invocation, int argc, char **argv);
int cmd_status(const struct invocation *invocation, int argc, char **argv);
int cmd_atr(const struct invocation *invocation, int argc, char **argv);
int cmd_apdu(const struct invocation *invocation, int argc, char **argv);
int cmd_reattach(const struct invocation *invocation, int argc, char **argv);
int cmd_cards(const struct invocation *invocation, int argc, char **argv);
int cmd_groups(const struct invocation *invocation, int argc, char **argv);
int cmd_locate(const struct invocation *invocation, int argc, char **argv);
int cmd_providers(const struct invocation *invocation, int argc, char **argv);
int cmd_demo(const struct invocation *invocation, int argc, char **argv);
int cmd_sim(const struct invocation *invocation, int argc, char **argv);

#endif
