/*
 * The manager of a card: ISCardManage, the only one of the four interfaces of a card's provider that has a
 * class. It makes the others, over one attachment for all. Made by the class table.
 */
#ifndef SCARDSSP_OBJECTS_SERVICES_MANAGE_H
#define SCARDSSP_OBJECTS_SERVICES_MANAGE_H

#include "com/win.h"
#include "rm/rm.h"

/*
 * A new manager with one reference, attached to nothing. `service` must outlive it and what it makes.
 * timeout_ms: how long calls wait for other users of a reader. SCARD_E_NO_SERVICE, E_OUTOFMEMORY.
 */
HRESULT manage_create(struct rm_service *service, uint32_t timeout_ms, ISCardManage **out);

#endif
