/* Commands of commands: "scard cards introduce". Used by the cmd_<name>.c that have some. */
#ifndef SCARD_SUBCOMMAND_H
#define SCARD_SUBCOMMAND_H

/* One of them. */
struct subcommand {
    const char *name; /* NULL ends the table */
    /* Runs it; argv[0] is its name. Returns an exit code. */
    int (*run)(int argc, char **argv);
    const char *summary;
};

/*
 * Runs the one that argv[1] names; the first of the table where there is none. command: "scard cards". Prints the help
 * of the whole with --help. Returns an exit code.
 */
int subcommand_run(const char *command, const char *summary, const struct subcommand *table, int argc,
                   char **argv);

#endif
