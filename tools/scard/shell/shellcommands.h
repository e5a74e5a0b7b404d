/*
 * The commands of the shell: each has the tables that commands of the tool have (terminal/table.h), and gets
 * the session as its invocation's context. One file each, below shell/commands/; a new one is a file, a line
 * here and a line in shell.c.
 */
#ifndef SCARD_SHELL_SHELLCOMMANDS_H
#define SCARD_SHELL_SHELLCOMMANDS_H

#include "shell/session.h"
#include "terminal/table.h"

extern const struct command shell_ls;
extern const struct command shell_cd;
extern const struct command shell_tree;
extern const struct command shell_cat;
extern const struct command shell_get;
extern const struct command shell_put;
extern const struct command shell_select;
extern const struct command shell_info;
extern const struct command shell_apdu;
extern const struct command shell_verify;
extern const struct command shell_change;
extern const struct command shell_find;
extern const struct command shell_help;
extern const struct command shell_quit;

/* Names of operands, by which the shell knows how to complete them. */
#define OPERAND_DIRECTORY "DIRECTORY" /* a directory of the card */
#define OPERAND_PATH "PATH"           /* a file or directory of the card */
#define OPERAND_FILE "FILE"           /* a file on disk */
#define OPERAND_COMMAND "COMMAND"     /* a command of the shell */

#endif
