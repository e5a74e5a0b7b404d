/*
 * Lending readers to other machines, and asking who has borrowed some: what `scard share` does. On Linux
 * alone, for now. Used by cmd_share.c.
 */
#ifndef SCARD_LENDING_H
#define SCARD_LENDING_H

#include <stdbool.h>

#include "terminal/table.h"

struct lending {
    const char *server;
    const char *name;            /* NULL: the host's */
    struct option_texts readers; /* patterns; none: all */
    bool allow_control;
    bool insecure;
    bool json;
};

/*
 * Lends until Ctrl-C, and tells what happens, a line each. An exit code, after a message unless it is
 * EXIT_GOOD.
 */
int lending_run(const struct lending *lending);

/* Tells who uses the readers of the agent. The same. */
int lending_status(const struct lending *lending);

#endif
