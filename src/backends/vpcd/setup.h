/*
 * Makes a service of virtual readers that cards connect to: the part after "vpcd:" of a resource manager's
 * name. module/backends.c makes the one of the process, tests make their own.
 */
#ifndef SCARDSSP_BACKENDS_VPCD_SETUP_H
#define SCARDSSP_BACKENDS_VPCD_SETUP_H

#include <stddef.h>
#include <stdint.h>

#include "backends/vpcd/place.h"
#include "rm/rm.h"

/*
 * Makes the readers of `spec` (place.h): "Virtual Reader 35963" by the port, or the name of the socket's
 * file, with 00, 01 and so on behind it where several are at one. *out is ended by rm_service_release().
 * RM_E_INVALID_PARAMETER: bad specification, or the codes of door_open(); message (may be NULL) of
 * message_size bytes says why and what to do. RM_E_NO_MEMORY.
 */
rm_status vpcd_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size);

/* The same of a place; ports_out (may be NULL) gets the ports of its doors, as many as it has. */
rm_status vpcd_service_create_at(const struct place *place, struct rm_service **out, uint16_t *ports_out,
                                 char *message, size_t message_size);

#endif
