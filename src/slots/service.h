/*
 * A resource manager of our own, made by a backend that has readers but no service, and offered through the
 * port.
 */
#ifndef SCARDSSP_SLOTS_SERVICE_H
#define SCARDSSP_SLOTS_SERVICE_H

#include "rm/rm.h"
#include "slots/client.h"

/* The calls of the port. */
extern const struct rm_ops slots_rm_ops;

/*
 * Makes one without readers, which the port knows by `name` (a literal); NULL: out of memory. Ended by
 * rm_service_release(&service->base).
 */
struct slots_service *slots_service_new(const char *name);

/* What is behind a service made by slots_service_new(). */
struct slots_service *slots_service_of(struct rm_service *service);

/* Finds a reader by its exact name and takes a reference; NULL: none. Takes the service's mutex. */
struct slots_reader *slots_service_find(struct slots_service *service, const char *name);

#endif
