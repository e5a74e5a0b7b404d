/* The commands of the family `scard trace`. One file each; cmd_trace.c has the table. */
#ifndef SCARD_TRACES_H
#define SCARD_TRACES_H

#include "terminal/table.h"

extern const struct command trace_run;
extern const struct command trace_show;
extern const struct command trace_check;
extern const struct command trace_diff;
extern const struct command trace_replay;

#endif
