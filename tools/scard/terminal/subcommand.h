/* Commands of commands: "scard cards introduce". Used by the cmd_<name>.c that have some. */
#ifndef SCARD_SUBCOMMAND_H
#define SCARD_SUBCOMMAND_H

#include <stdbool.h>

/* One of them. */
struct subcommand {
    const char *name; /* NULL ends the table */
    /* Runs it; argv[0] is its name. Returns an exit code. */
    int (*run)(int argc, char **argv);
    const char *summary;
};

/* A command that has some. */
struct subcommands {
    const char *command; /* "scard cards" */
    const char *summary;
    const struct subcommand *table;
    bool optional; /* where none is named, the first of the table is meant */
};

/*
 * Runs the one that argv[1] names, or the first where none need be named. Prints the help of the whole with --help. Returns an
 * exit code.
 */
int subcommand_run(const struct subcommands *commands, int argc, char **argv);

#endif
