/*
 * Which PC/SC library is the system's. This code may itself be part of a library of that name (dropin/),
 * loaded in its place: it must not find itself. Used by pcsc.c.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_FIND_H
#define SCARDSSP_BACKENDS_PCSC_FIND_H

#include "backends/pcsc/api.h"

/*
 * The system library's table, loaded at the first call and kept for the life of the process. NULL: there is
 * no such library, or it lacks a function; the next call tries again.
 */
const struct pcsc_api *pcsc_api_load(void);

/*
 * Loads the library as pcsc_api_load() does. inside: an address in the library or program to be passed over;
 * the library of ours that stands in the system's place is passed over, too.
 * false: as above, then *out is undefined.
 */
bool pcsc_find(const void *inside, struct pcsc_api *out);

#endif
