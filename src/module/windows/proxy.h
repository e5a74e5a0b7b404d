/*
 * The proxy and stub: how calls of our interfaces reach objects in other processes. Called by dll.c, which
 * the system asks for them, and by registration.c.
 */
#ifndef SCARDSSP_MODULE_PROXY_H
#define SCARDSSP_MODULE_PROXY_H

#include <stdbool.h>

#include "com/win.h"

/* The class that makes proxies and stubs. This project's own; programs never name it. */
extern const CLSID proxy_clsid;

/*
 * Whether that class serves the interface. Of those in the contract others go by the type library's
 * marshaler.
 */
bool proxy_serves(REFIID itf);

/* As DllGetClassObject, for proxy_clsid. */
HRESULT proxy_class_object(REFIID itf, void **out);

/* Whether no proxy or stub is left that would need this module. */
bool proxy_idle(void);

#endif
