/*
 * Type information of the interfaces (Windows): the type library that lies in this module as a resource.
 * Called by dispatch.c.
 */
#ifndef SCARDSSP_COM_TYPEINFO_H
#define SCARDSSP_COM_TYPEINFO_H

#include <stdbool.h>

#include "com/win.h"

#ifdef _WIN32
/*
 * Where this module lies: the DLL, or the program that it is linked into. room: characters; false: too little
 * of it.
 */
bool typeinfo_module_path(wchar_t *path, DWORD room);

/*
 * The description of an interface; the caller releases it. The codes of LoadTypeLib and
 * ITypeLib::GetTypeInfoOfGuid.
 */
HRESULT typeinfo_get(REFIID itf, ITypeInfo **out);
#endif

#endif
