/*
 * The backends there are, by their names: what SCARDSSP_RM and scardssp_use_rm() may say, alone or several at
 * once, and which of them can be used here. Beside the tables of rows and the simulator's public interface
 * (api/sim.c) the only file of the library that names any. Used by manager.c and api/backends.c.
 */
#ifndef SCARDSSP_MODULE_BACKENDS_H
#define SCARDSSP_MODULE_BACKENDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "rm/rm.h"

/* What a specification has come to. */
struct backends_made {
    struct rm_service *service;   /* ended by rm_service_release() */
    struct rm_service *simulator; /* the same, or the first behind it, that is the simulator; NULL: none */
    struct rm_service *several;   /* the same where it is several at once; else NULL */
    bool is_system;               /* all its readers are those that the system itself knows */
};

/*
 * Makes what `spec` names (specification.h): one backend, or several behind one service
 * (backends/composite/composite.h). One alone has to work: its creator's code otherwise. Of several one at
 * least: the others may come later. RM_E_INVALID_PARAMETER: no such backend or a bad argument; message (may
 * be NULL) of message_size bytes then says why, and which backends there are.
 */
rm_status backends_create(const char *spec, struct backends_made *out, char *message, size_t message_size);

/*
 * Wraps a service in the tracer, which writes to `out` and to the file `records` (tracer_wrap()). NULL with
 * errno: out of memory, or that file cannot be opened.
 */
struct rm_service *backends_trace(struct rm_service *inner, int level, FILE *out, const char *records);

/* Wraps a service in faults, by a script / plays another / how many have struck: faults/faulty.h. */
rm_status backends_fault(struct rm_service *inner, const char *script, size_t size, struct rm_service **out,
                         char *message, size_t message_size);
rm_status backends_fault_again(struct rm_service *faulty, const char *script, size_t size, char *message,
                               size_t message_size);
uint64_t backends_faults_struck(struct rm_service *faulty);

/* Is it a script? The codes and the message of faulty_wrap(). */
rm_status backends_fault_check(const char *script, size_t size, char *message, size_t message_size);

/* A backend, and whether it can be used. */
struct backend_state {
    char name[300]; /* as in SCARDSSP_RM; where it is in use: with its argument, as far as there is room */
    const char *summary;  /* what it is, in few words */
    const char *argument; /* what NAME:ARGUMENT means; NULL: it takes none */
    rm_status status;     /* RM_OK: it can */
    char cause[300];      /* why not; empty: it can, or only the code is known */
    const char *remedy;   /* what to do about it; NULL: it can. Static text */
};

/*
 * The backend at this place, which is tried: made with its row's trial, and a context opened with it; nothing
 * of it stays. false: there are no more.
 */
bool backends_try(size_t place, struct backend_state *out);

/* What is known of the member at this place of backends_made.several. false: there are no more. */
bool backends_member(struct rm_service *several, size_t place, struct backend_state *out);

/* What is known of a backend that is alone, by its specification and the code of its last call. */
void backends_alone(const char *spec, rm_status status, struct backend_state *out);

#endif
