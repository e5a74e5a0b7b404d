/*
 * Starts another program with the library that stands in the place of the PC/SC library, which systems do in
 * their own ways. Used by cmd_run.c and commands/traces/.
 */
#ifndef SCARD_LAUNCH_H
#define SCARD_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>

/* What is started, and over what. */
struct launch {
    const char *rm;         /* the resource manager's specification; NULL: as the environment says */
    int trace;              /* level of the trace; 0: as the environment says */
    const char *trace_file; /* where it goes; NULL: as the environment says */
    uint32_t wait_ms;       /* the program waits so long for a first card; 0: as the environment says */
    const char *record;     /* the file for records of its calls; NULL: as the environment says */
    const char *faults;     /* the file with a fault script; NULL: as the environment says */
    bool preload;           /* loads the library before all others, too */
    char **command;         /* the program and its arguments, NULL behind the last */
};

/* How it ends where the program could not be started, as other programs that start programs do. */
#define LAUNCH_NOT_STARTED 126
#define LAUNCH_NOT_FOUND 127

/* What `scard run` says of itself: how programs are led to the library. */
extern const char launch_notes[];

/*
 * Whether the resource manager of this specification can be had: said here, not by the program. It is tried
 * in a process of its own, since it may keep a port or a reader as long as that lives. An exit code, after a
 * message.
 */
int launch_check(const char *rm);

/*
 * Becomes the program. Returns only where that cannot be: an exit code, after a message.
 */
int launch_program(const struct launch *launch);

#endif
