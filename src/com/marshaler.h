/*
 * Marshalling (Windows): every object here may be used from any thread, so other apartments of the process
 * get the pointer itself, through the system's free-threaded marshaler. Called by com.c.
 */
#ifndef SCARDSSP_COM_MARSHALER_H
#define SCARDSSP_COM_MARSHALER_H

#include "com/win.h"

#ifdef _WIN32
/*
 * What the object `outer` answers with when it is asked for IMarshal: a small object that shares its identity
 * and keeps it alive. E_OUTOFMEMORY, and the codes of CoCreateFreeThreadedMarshaler.
 */
HRESULT marshaler_create(IUnknown *outer, void **out);
#endif

#endif
