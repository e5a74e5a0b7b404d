/* What objects tell of their type: on Windows what the type library says, elsewhere nothing. */
#ifndef SCARDSSP_TESTS_SUPPORT_KITS_TYPEINFO_H
#define SCARDSSP_TESTS_SUPPORT_KITS_TYPEINFO_H

#include "com/win.h"

#ifdef _WIN32
#define TYPEINFO_COUNT 1u
#else
#define TYPEINFO_COUNT 0u
#endif

/* The test fails unless this is what a question for the type of the interface has given. Releases `info`. */
void assert_typeinfo(HRESULT result, ITypeInfo *info, REFIID itf);

/* The same for GetTypeInfoCount and GetTypeInfo of an object: any interface with the slots of IDispatch. */
void assert_typeinfo_of(void *object, REFIID itf);

#endif
