/*
 * The system's PC/SC service as a resource manager: pcsc-lite's library, loaded at run time. Named by
 * module/backends.c only.
 */
#ifndef SCARDSSP_BACKENDS_PCSC_PCSC_H
#define SCARDSSP_BACKENDS_PCSC_PCSC_H

#include "rm/rm.h"

/*
 * Makes the service; the caller ends it with rm_service_release(). Does not talk to the daemon yet.
 * RM_E_NO_SERVICE: the library is not installed. RM_E_NO_MEMORY.
 */
rm_status pcsc_service_create(struct rm_service **out);

#endif
