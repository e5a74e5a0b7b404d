/*
 * Connections that FindCard has handed out. They belong to the caller, which has their numbers, and outlive
 * the object that made them. Each has a context of its own: the caller releases it, or it is closed when the
 * caller has ended the connection by AttachByHandle and Detach. Used by finder.c and attachment.c.
 */
#ifndef SCARDSSP_CLIENT_FOUND_H
#define SCARDSSP_CLIENT_FOUND_H

#include "rm/rm.h"

struct found;

/* Memory for one connection; NULL: out of memory. found_keep() takes it over; free() it otherwise. */
struct found *found_reserve(void);

/*
 * Records the context and the connection that lives in it. Where the service has an API of its own by which
 * the caller can end them, nothing is recorded. Returns the number of the context.
 */
uint64_t found_keep(struct found *place, struct rm_service *service, struct rm_context *context,
                    struct rm_card *card);

/* The connection with this number has been ended: closes its context, if it is one of these. */
void found_ended(struct rm_service *service, uint64_t handle);

/*
 * Ends all connections of a service that are still recorded (LEAVE). For services that end before the
 * process; the library's own never does.
 */
void found_end_all(struct rm_service *service);

#endif
