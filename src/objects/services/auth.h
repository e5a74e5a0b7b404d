/* Authentication between application, card and user: ISCardAuth. Made by the manager. */
#ifndef SCARDSSP_OBJECTS_SERVICES_AUTH_H
#define SCARDSSP_OBJECTS_SERVICES_AUTH_H

#include "com/win.h"

struct cardservice;

/* A new object with one reference, which takes one to the service. E_OUTOFMEMORY. */
HRESULT auth_create(struct cardservice *service, ISCardAuth **out);

#endif
