/*
 * The system's PC/SC service as a resource manager, its library loaded at run time: backends/pcsc/ on Linux,
 * backends/winscard/ on Windows. Named by module/backends.c and module/api/sim.c only.
 */
#ifndef SCARDSSP_BACKENDS_SYSTEM_H
#define SCARDSSP_BACKENDS_SYSTEM_H

#include "rm/rm.h"

/*
 * Makes the service; the caller ends it with rm_service_release(). Does not talk to the service yet.
 * RM_E_NO_SERVICE: the library is not installed. RM_E_NO_MEMORY.
 */
rm_status system_service_create(struct rm_service **out);

#endif
