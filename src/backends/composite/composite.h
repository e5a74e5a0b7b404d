/*
 * Several backends as one: their readers in one list, one wait for all of them. It knows none of them; they
 * are handed in as specifications and as the function that makes a service of one. module/backends.c does
 * that where SCARDSSP_RM names several.
 *
 * Names of readers stay unique: where a second backend has a reader of a name that is taken, the later one is
 * called "NAME (2)", and keeps that name for as long as the service lives, whoever comes and goes.
 *
 * A backend that cannot be made, or whose service is not there, takes no other with it: its readers are
 * missing, what it says is kept for composite_report(), and it is tried again by the calls to come and,
 * while somebody waits for all readers, once a second.
 *
 * What a client does with a card goes straight to the backend that has it: the connection is the backend's
 * own, unless its reader goes by another name here. What asks all backends (lists, waits for all readers)
 * takes as long as the slowest of them.
 */
#ifndef SCARDSSP_BACKENDS_COMPOSITE_COMPOSITE_H
#define SCARDSSP_BACKENDS_COMPOSITE_COMPOSITE_H

#include <stdbool.h>
#include <stddef.h>

#include "backends/composite/report.h"
#include "rm/rm.h"

/* Makes a service without members; ended by rm_service_release(). NULL: out of memory. */
struct rm_service *composite_create(void);

/*
 * Adds a member behind the others and tries to make its service; where that fails it is there all the same.
 * spec is copied. Before the first context is opened. *made (may be NULL): the member's service, NULL if it
 * failed. RM_E_NO_MEMORY: nothing has been added.
 */
rm_status composite_add(struct rm_service *composite, const char *spec, composite_maker make,
                        struct rm_service **made);

/* The member at this place, from 0 on. false: there are no more. From any thread. */
bool composite_report(struct rm_service *composite, size_t place, struct composite_report *out);

#endif
