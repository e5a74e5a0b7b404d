/*
 * A resource manager of our own, made by a backend that has readers but no service, and offered through the
 * port.
 */
#ifndef SCARDSSP_SIM_SERVICE_H
#define SCARDSSP_SIM_SERVICE_H

#include "rm/rm.h"
#include "slots/client.h"

/* The calls of the port. */
extern const struct rm_ops sim_rm_ops;

/* Makes one without readers; NULL: out of memory. Ended by rm_service_release(&service->base). */
struct sim_service *sim_service_new(void);

/* What is behind a service made by sim_service_new(). */
struct sim_service *sim_service_of(struct rm_service *service);

/* Finds a reader by its exact name and takes a reference; NULL: none. Takes the service's mutex. */
struct sim_reader *sim_service_find(struct sim_service *service, const char *name);

#endif
