/*
 * Makes the client's end of NATS: readers that agents on other machines lend (`scard share`), the part after
 * "nats:" or "tls:" of a resource manager's name. module/backends.c makes the one of the process.
 */
#ifndef SCARDSSP_BACKENDS_NATS_SETUP_H
#define SCARDSSP_BACKENDS_NATS_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include "rm/rm.h"

/*
 * Makes the service. spec: "//HOST[:PORT][,HOST[:PORT]...][?NAME=VALUE...]" (remote/settings.h). It
 * connects to a server when its first context is opened; *out is ended by rm_service_release().
 * RM_E_INVALID_PARAMETER: a bad spec, or a server elsewhere without TLS; RM_E_NO_SERVICE: no libnats;
 * message (may be NULL) of message_size bytes says why. RM_E_NO_MEMORY.
 */
rm_status nats_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size);

/* The same with TLS. */
rm_status tls_service_create(const char *spec, struct rm_service **out, char *message, size_t message_size);

/* Why it cannot be used, in words, and what to do about it: as struct backend_row (module/) has it. */
void nats_service_explain(bool made, rm_status status, const char **cause, const char **remedy);

#endif
