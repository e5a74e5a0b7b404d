/* Codes of the card holder: ISCardVerify. Made by the manager. */
#ifndef SCARDSSP_OBJECTS_SERVICES_VERIFY_H
#define SCARDSSP_OBJECTS_SERVICES_VERIFY_H

#include "com/win.h"

struct cardservice;

/* A new object with one reference, which takes one to the service. E_OUTOFMEMORY. */
HRESULT verify_create(struct cardservice *service, ISCardVerify **out);

#endif
