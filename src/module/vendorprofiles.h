/*
 * The profiles that vendors bring in libraries (scardssp_profile.h), as this process has taken them in. Where
 * they are found is the system's way: .provider files (providers/profiles.c), or the registry
 * (windows/profiles.c). Called by activation, before a manager of cards is made, and by what lists providers.
 */
#ifndef SCARDSSP_MODULE_VENDORPROFILES_H
#define SCARDSSP_MODULE_VENDORPROFILES_H

#include <stdbool.h>

#include "com/win.h"
#include "scardssp_profile.h"

/* What a library exports as ScardsspGetProfile. */
typedef const struct scardssp_profile *(*vendorprofiles_get)(const char *name);

/*
 * Finds the function in the library at `path`, which it loads for good. NULL: the library or the function is
 * not there; *why says so in new memory, to be freed with free(), or is NULL.
 */
typedef vendorprofiles_get (*vendorprofiles_load)(const char *path, char **why);

/*
 * Looks where profiles are found now, and makes those the ones that cards are known by, from the next card
 * on. One that is refused harms no other. E_OUTOFMEMORY: nothing has changed. Both systems have one.
 */
HRESULT vendorprofiles_refresh(void);

/*
 * The profile of this name that the library at `path` (UTF-8, absolute) brings: the library is loaded and its
 * table taken in the first time, and again where it could not be loaded before. NULL: it has none that is
 * good. No lock is held while the library is loaded: it may use this one.
 */
const struct scardssp_profile *vendorprofiles_of(const char *path, const char *name,
                                                 vendorprofiles_load load);

/*
 * Why the last try to take in this profile failed, in new memory that the caller frees with free(); NULL: it
 * did not, nobody tried, or out of memory.
 */
char *vendorprofiles_failure(const char *path, const char *name);

#endif
