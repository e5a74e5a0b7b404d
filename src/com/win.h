/*
 * The one way to COM types in this library: the system's on Windows, ours elsewhere. For com/, objects/,
 * module/ and what is Windows' own in client/.
 */
#ifndef SCARDSSP_COM_WIN_H
#define SCARDSSP_COM_WIN_H

#ifndef COBJMACROS
#define COBJMACROS
#endif
#ifndef CONST_VTABLE
#define CONST_VTABLE
#endif

#include "scardssp.h"

#ifdef _WIN32
#include <stdint.h>

/* The system's headers do not say of what is only read that it is const. */
static inline VARIANTARG *win_readable(const VARIANTARG *variant) {
    return (VARIANTARG *)(uintptr_t)variant;
}
#define VariantChangeType(target, source, flags, type)                                                       \
    VariantChangeType(target, win_readable(source), flags, type)
#define VariantCopyInd(target, source) VariantCopyInd(target, win_readable(source))
#define VariantCopy(target, source) VariantCopy(target, win_readable(source))
#endif

#endif
