/*
 * The one way to COM types in this library: the system's on Windows, ours elsewhere. Only objects/, module/
 * and compat/ include it.
 */
#ifndef SCARDSSP_OBJECTS_WIN_H
#define SCARDSSP_OBJECTS_WIN_H

#ifndef COBJMACROS
#define COBJMACROS
#endif
#ifndef CONST_VTABLE
#define CONST_VTABLE
#endif

#include "scardssp.h"

#endif
