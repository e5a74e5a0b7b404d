/*
 * A backend as the choice of a resource manager knows it: a row of a table. backends.c has the table of those
 * that every system has and reads both; rows.c and rows_win.c have those of one system only.
 */
#ifndef SCARDSSP_MODULE_BACKENDROW_H
#define SCARDSSP_MODULE_BACKENDROW_H

#include <stdbool.h>
#include <stddef.h>

#include "rm/rm.h"

struct backend_row {
    const char *name;     /* as in SCARDSSP_RM, without comma and colon; NULL: behind the last row */
    const char *summary;  /* what it is, in few words */
    const char *argument; /* what NAME:ARGUMENT means, in few words; NULL: it takes none */
    bool is_simulator;
    /*
     * Makes the service. argument: what follows the colon; NULL: there is no colon. *out is ended by
     * rm_service_release(). On failure message (may be NULL) of message_size bytes may say why.
     * RM_E_INVALID_PARAMETER: a bad argument; RM_E_NO_SERVICE: there is none of that kind here;
     * RM_E_NO_MEMORY.
     */
    rm_status (*create)(const char *argument, struct rm_service **out, char *message, size_t message_size);
};

/* The rows of the system this is built for, in the order in which they are told. */
extern const struct backend_row rows_here[];

#endif
