/*
 * Makes a simulator with what it starts with: the readers of a specification, the part after "sim:" of a
 * resource manager's name. module/backends.c makes the one of the process, tests make their own.
 */
#ifndef SCARDSSP_BACKENDS_SIM_SETUP_H
#define SCARDSSP_BACKENDS_SIM_SETUP_H

#include <stddef.h>

#include "rm/rm.h"

/*
 * Makes a simulator with the readers of `spec`. NULL: "Simulated Reader 00" and so on with the first
 * three cards of those that come with the library. Empty: none. Else the path of a card image (one reader,
 * "Simulated Reader 00", with that card) or of a list of readers:
 *   {"format": "scardssp-readers", "version": 1,
 *    "readers": [{"name": "...", "card": "demo" | path | null, "ejector": true | false,
 *                 "pinpad": {"pin": "1234", "new": "4321"}}]}
 * where paths are relative to the folder of the list. "card" and "ejector" may be left out (empty, none);
 * "pinpad" gives the reader one, at which that is typed (nothing: Cancel).
 * *out is ended by rm_service_release(). RM_E_INVALID_PARAMETER: bad file; message (may be NULL) of
 * message_size bytes gets "file:line: field: what is wrong". RM_E_NO_MEMORY.
 */
rm_status sim_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size);

#endif
