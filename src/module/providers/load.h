/* Shared objects of providers: loaded once, never unloaded. Called by providers.c. */
#ifndef SCARDSSP_MODULE_PROVIDERS_LOAD_H
#define SCARDSSP_MODULE_PROVIDERS_LOAD_H

#include "com/win.h"

/*
 * Asks the library at `path` (absolute, without symbolic links, found good by trust.h) for the factory of a
 * class, and loads it before if it is not loaded yet. CO_E_DLLNOTFOUND: the loader refuses it;
 * CO_E_ERRORINDLL: it has no DllGetClassObject; E_UNEXPECTED: that one reports success and has nothing to
 * give; E_OUTOFMEMORY; else its own code. *out is NULL unless S_OK is returned. No lock is held meanwhile: a
 * provider may make objects of other classes.
 */
HRESULT providerload_factory(const char *path, REFCLSID clsid, REFIID iid, void **out);

/*
 * Why the last try to load the library at `path` failed, in new memory that the caller frees with free();
 * NULL: it did not, nobody tried, or out of memory.
 */
char *providerload_failure(const char *path);

#endif
