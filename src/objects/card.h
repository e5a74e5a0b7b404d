/* The card object: ISCard over a resource manager. Made by the class table. */
#ifndef SCARDSSP_OBJECTS_CARD_H
#define SCARDSSP_OBJECTS_CARD_H

#include "com/win.h"
#include "rm/rm.h"

/*
 * A new card object with one reference and a context of its own with `service`, which must outlive it.
 * timeout_ms: how long its calls wait for other users of a reader. SCARD_E_NO_SERVICE, E_OUTOFMEMORY.
 */
HRESULT card_create(struct rm_service *service, uint32_t timeout_ms, ISCard **out);

#endif
