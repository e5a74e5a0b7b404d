/*
 * The commands of the tool, each described by its table. One cmd_<name>.c each, below commands/; a new one is
 * a file, a line here and a line in main.c.
 */
#ifndef SCARD_COMMAND_H
#define SCARD_COMMAND_H

#include "terminal/exitcode.h"
#include "terminal/table.h"

extern const struct command cmd_list;
extern const struct command cmd_status;
extern const struct command cmd_watch;
extern const struct command cmd_who;
extern const struct command cmd_doctor;
extern const struct command cmd_bench;
extern const struct command cmd_atr;
extern const struct command cmd_apdu;
extern const struct command cmd_write;
extern const struct command cmd_dump;
extern const struct command cmd_restore;
extern const struct command cmd_pin;
extern const struct command cmd_read;
extern const struct command cmd_shell;
extern const struct command cmd_reattach;
extern const struct command cmd_cards;
extern const struct command cmd_groups;
extern const struct command cmd_locate;
extern const struct command cmd_providers;
extern const struct command cmd_run;
extern const struct command cmd_trace;
extern const struct command cmd_demo;
extern const struct command cmd_share;
extern const struct command cmd_sim;
extern const struct command cmd_help;
extern const struct command cmd_complete;

#endif
