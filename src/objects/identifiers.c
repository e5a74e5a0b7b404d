/* The identifiers of interfaces and classes on Windows, made from the IDL: defined once, here. */
#define INITGUID
#include "objects/win.h"
