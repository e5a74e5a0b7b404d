/* The client's end of NATS as a service of the port. Made by setup.c. */
#ifndef SCARDSSP_BACKENDS_NATS_SERVICE_H
#define SCARDSSP_BACKENDS_NATS_SERVICE_H

#include "remote/settings.h"
#include "rm/rm.h"

/*
 * Makes one with these settings, which are its from then on; on failure they stay the caller's. It connects
 * when its first context is opened. RM_E_NO_SERVICE: there is no libnats; RM_E_NO_MEMORY.
 */
rm_status nats_service_make(const struct settings *settings, struct rm_service **out);

#endif
