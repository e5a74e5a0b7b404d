/*
 * Connections that FindCard has handed out: they belong to the caller, who knows them by their number, and so
 * outlive the object that made them. Each has a context of its own, which the caller releases, or which is
 * closed when the caller has ended the connection through AttachByHandle and Detach. Used by finder.c and
 * attachment.c.
 */
#ifndef SCARDSSP_CLIENT_FOUND_H
#define SCARDSSP_CLIENT_FOUND_H

#include "rm/rm.h"

struct found;

/* A place for one connection; NULL: out of memory. Ended by found_keep() or free(). */
struct found *found_place(void);

/*
 * Keeps the context and the connection that lives in it, or leaves both to the caller altogether where the
 * service has an API for that: who ends them there leaves nothing behind here. Returns the number of the
 * context. The place is used up.
 */
uint64_t found_keep(struct found *place, struct rm_service *service, struct rm_context *context,
                    struct rm_card *card);

/* The connection with this number has been ended: closes its context, if it is one of these. */
void found_ended(struct rm_service *service, uint64_t handle);

/*
 * Ends all that were handed out from a service and are still there (LEAVE); before the service itself ends.
 */
void found_end_all(struct rm_service *service);

#endif
