/* Files of a card: ISCardFileAccess. Made by the manager. */
#ifndef SCARDSSP_OBJECTS_SERVICES_FILEACCESS_H
#define SCARDSSP_OBJECTS_SERVICES_FILEACCESS_H

#include "com/win.h"

struct cardservice;

/* A new object with one reference, which takes one to the service. E_OUTOFMEMORY. */
HRESULT fileaccess_create(struct cardservice *service, ISCardFileAccess **out);

#endif
