/*
 * The shortest fault script with which a program still fails: rules, and then numbers, are left out for as
 * long as it ends as it did with the whole script. Used by cmd_run.c.
 */
#ifndef SCARD_SHRINK_H
#define SCARD_SHRINK_H

#include "commands/programs/launch.h"

/*
 * Runs the launch's program again and again with what is left of launch->faults, a file, and prints the
 * shortest script to stdout. An exit code, after a message where it cannot be: the program does not fail at
 * all, for one.
 */
int shrink_script(const struct launch *launch);

#endif
