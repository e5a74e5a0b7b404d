/*
 * The system's PC/SC service as a resource manager, its library loaded at run time: backends/pcsc/ on Linux,
 * backends/winscard/ on Windows. Named by module/backends.c and module/api/sim.c only.
 */
#ifndef SCARDSSP_BACKENDS_SYSTEM_H
#define SCARDSSP_BACKENDS_SYSTEM_H

#include <stdbool.h>

#include "rm/rm.h"

/*
 * Makes the service; the caller ends it with rm_service_release(). Does not talk to the service yet.
 * RM_E_NO_SERVICE: the library is not installed. RM_E_NO_MEMORY.
 */
rm_status system_service_create(struct rm_service **out);

/*
 * What keeps the service from being used, and what to do about it: system_service_create() has answered so,
 * or (made) opening a context has. *cause and *remedy stay as they are where the code says all. Static text.
 */
void system_service_explain(bool made, rm_status status, const char **cause, const char **remedy);

#endif
