/*
 * What a type library says, as text: methods on one line each, so that they can be compared with what is
 * expected. Used by the tests of the type libraries only.
 */
#ifndef SCARDSSP_TESTS_TYPELIB_DESCRIBED_H
#define SCARDSSP_TESTS_TYPELIB_DESCRIBED_H

#include <stdbool.h>

#include "com/win.h"

#define DESCRIBED_MAX 1024

/* The name of a type. */
void described_name(ITypeInfo *info, char out[DESCRIBED_MAX]);

/* The type of this name, spelled just so, for the caller to release; NULL: there is none. */
ITypeInfo *described_find(ITypeLib *library, const char *name);

/*
 * A type: the name of an automation type ("I4"), "*" before what is pointed to, "SAFEARRAY(...)", the name of
 * an interface, "enum" or "struct" and its name, "name=" before what stands for an alias. An interface that
 * has another IID than the world knows it by is "another <name>".
 */
void described_type(ITypeInfo *info, const TYPEDESC *type, char out[DESCRIBED_MAX]);

/*
 * The function `index` of an interface: "slot 8, id 0, get Name([out,retval] *I4 plSize)". Default values
 * follow the name; the value of a property that is put has no name in a type library.
 */
void described_function(ITypeInfo *info, UINT index, char out[DESCRIBED_MAX]);

/*
 * The type that the parameter at `parameter` of the function `index` is in the end, behind pointers; the
 * caller releases it.
 */
ITypeInfo *described_referred(ITypeInfo *info, UINT index, UINT parameter);

/* The interface that this one is derived from, for the caller to release; NULL: from none. */
ITypeInfo *described_base(ITypeInfo *info);

/* The identifier of a type. */
GUID described_guid(ITypeInfo *info);

#endif
