/*
 * Registration of the module: classes, ProgIDs, interfaces, type library. Called by dll.c; tests register and
 * remove modules of either width with it.
 */
#ifndef SCARDSSP_MODULE_REGISTRATION_H
#define SCARDSSP_MODULE_REGISTRATION_H

#include <stdbool.h>

#include "com/win.h"

/* What is registered. */
struct registration {
    const wchar_t *path; /* the DLL, in full */
    bool wide;           /* it has 64 bits */
};

/*
 * Writes all entries: for the whole machine where that is allowed, else for the user. After a failure in one
 * place all is there as before, also where another copy was registered. The system's code as HRESULT.
 * The user's entries go before the machine's for the programs of this user, except those that run as
 * administrator: COM reads the machine's alone for them.
 */
HRESULT registration_add(const struct registration *what);

/*
 * Removes all entries of this DLL, the machine's and the user's, and nothing else: not those of another copy
 * of it, nor what the other width still needs, nor what others have added. Nothing to be removed: S_OK.
 * E_ACCESSDENIED: the machine has it registered, and this user may not change that.
 */
HRESULT registration_remove(const struct registration *what);

#endif
