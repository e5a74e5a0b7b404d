/* What callers say by SCARD_FLAGS. Used by the objects of this folder. */
#ifndef SCARDSSP_OBJECTS_SERVICES_FLAGS_H
#define SCARDSSP_OBJECTS_SERVICES_FLAGS_H

#include "com/hresult.h"
#include "com/win.h"

/*
 * Whether a method can do what the flags say; `known` are those that it knows. E_INVALIDARG: there are
 * others. SCARD_E_UNSUPPORTED_FEATURE: secure messaging, for which no key can be given anywhere, so that it
 * is refused before anything is sent.
 */
static inline HRESULT flags_check(SCARD_FLAGS flags, unsigned known) {
    const unsigned bits = (unsigned)flags;
    if (bits & ~(known | SC_FL_SECURE_MESSAGING))
        return E_INVALIDARG;
    return bits & SC_FL_SECURE_MESSAGING ? hresult_from_rm(RM_E_UNSUPPORTED_FEATURE) : S_OK;
}

#endif
