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
 * The address of what the library at `path` (as above) exports by this name; loads it for good. NULL: the
 * loader refuses it, or it has no such name; *why says so in new memory that the caller frees with free(), or
 * is NULL when out of memory.
 */
void *providerload_symbol(const char *path, const char *name, char **why);

/*
 * Why the last try to load the library at `path` failed, in new memory that the caller frees with free();
 * NULL: it did not, nobody tried, or out of memory.
 */
char *providerload_failure(const char *path);

#endif
