/*
 * What the simulator starts with: the readers of a specification, the part after "sim:" of a resource
 * manager's name. sim.c calls it while the service is still its own.
 */
#ifndef SCARDSSP_SIM_SETUP_H
#define SCARDSSP_SIM_SETUP_H

#include <stddef.h>

#include "slots/service.h"

/*
 * Plugs the readers in. spec NULL: "Simulated Reader 00" to "02" with the cards demo, gsm and app. Empty:
 * none. Else the path of a card image (one reader, "Simulated Reader 00", with that card) or of a list of
 * readers:
 *   {"format": "scardssp-readers", "version": 1,
 *    "readers": [{"name": "...", "card": "demo" | path | null, "ejector": true | false}]}
 * where paths are relative to the folder of the list. "card" and "ejector" may be left out (empty, none).
 * RM_E_INVALID_PARAMETER: bad file; message (may be NULL) of message_size bytes gets
 * "file:line: field: what is wrong". RM_E_NO_MEMORY. Readers already plugged in stay after a failure.
 */
rm_status sim_setup(struct sim_service *service, const char *spec, char *message, size_t message_size);

#endif
