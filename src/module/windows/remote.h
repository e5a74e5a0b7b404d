/*
 * Marshalling by hand: the types of idl/wire.idl and the prototypes that widl makes of idl/remote.idl.
 * Included by remote_*.c and before the proxy that widl makes.
 */
#ifndef SCARDSSP_MODULE_REMOTE_H
#define SCARDSSP_MODULE_REMOTE_H

#include <stdint.h>

#ifndef COBJMACROS
#define COBJMACROS
#endif

/* Bytes on their way to or from another process; remote_bytes.h says more. bytes is NULL where size is 0. */
typedef struct REMOTE_BYTES {
    unsigned long size;
    unsigned char *bytes;
} REMOTE_BYTES;

/* A handle; 64 bits while it travels. */
typedef uintptr_t REMOTE_HANDLE;

#include <scardssp_remote.h>

/* The first three methods of every proxy, the system's. mingw-w64's headers have them for C++ only. */
HRESULT STDMETHODCALLTYPE IUnknown_QueryInterface_Proxy(IUnknown *This, REFIID riid, void **ppvObject);
ULONG STDMETHODCALLTYPE IUnknown_AddRef_Proxy(IUnknown *This);
ULONG STDMETHODCALLTYPE IUnknown_Release_Proxy(IUnknown *This);

#endif
