/*
 * A backend as the choice of a resource manager knows it: a row of a table. backends.c has the table of those
 * that every system has and reads both; rows.c and rows_win.c have those of one system only.
 */
#ifndef SCARDSSP_MODULE_BACKENDROW_H
#define SCARDSSP_MODULE_BACKENDROW_H

#include <stdbool.h>
#include <stddef.h>

#include "rm/rm.h"

/* What the rest of module/ does otherwise for some. */
enum backend_kind {
    BACKEND_PLAIN,
    BACKEND_SYSTEM,   /* its readers are those that the system itself knows */
    BACKEND_SIMULATOR /* its readers have a hand: scardssp_sim.h */
};

struct backend_row {
    const char *name;     /* as in SCARDSSP_RM, without comma and colon; NULL: behind the last row */
    const char *summary;  /* what it is, in few words */
    const char *argument; /* what NAME:ARGUMENT means, in few words; NULL: it takes none */
    const char *trial;    /* the argument to try it with, to see whether it can be used here; NULL: none */
    enum backend_kind kind;
    /*
     * Makes the service. argument: what follows the colon; NULL: there is no colon. *out is ended by
     * rm_service_release(). On failure message (may be NULL) of message_size bytes may say why.
     * RM_E_INVALID_PARAMETER: a bad argument; RM_E_NO_SERVICE: there is none of that kind here;
     * RM_E_NO_MEMORY.
     */
    rm_status (*create)(const char *argument, struct rm_service **out, char *message, size_t message_size);
    /*
     * Why it cannot be used, and what to do about it, where create() with `trial` has been answered
     * so, or (made) opening a context with what it had made. *cause and *remedy are NULL before, and may stay
     * so: then they are what create() has said and what the code says. Static text. May be NULL.
     */
    void (*explain)(bool made, rm_status status, const char **cause, const char **remedy);
};

/* The rows of the system this is built for, in the order in which they are told. */
extern const struct backend_row rows_here[];

#endif
