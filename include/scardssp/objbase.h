/*
 * objbase.h (Linux): the functions that Windows has in ole32 and oleaut32, as far as programs around smart
 * cards need them. They are exported as scardssp_<Name> and mapped here, so that no symbol of
 * theirs can clash with another library's. Declared by <scardssp.h>.
 */
#ifndef SCARDSSP_OBJBASE_H
#define SCARDSSP_OBJBASE_H

#include "oaidl.h"

#ifdef __cplusplus
extern "C" {
#endif
#ifndef _WIN32
#pragma GCC visibility push(default)
#endif

#define CoInitialize scardssp_CoInitialize
#define CoInitializeEx scardssp_CoInitializeEx
#define CoUninitialize scardssp_CoUninitialize
#define CoCreateInstance scardssp_CoCreateInstance
#define CoGetClassObject scardssp_CoGetClassObject
#define CoTaskMemAlloc scardssp_CoTaskMemAlloc
#define CoTaskMemRealloc scardssp_CoTaskMemRealloc
#define CoTaskMemFree scardssp_CoTaskMemFree
#define SysAllocString scardssp_SysAllocString
#define SysAllocStringLen scardssp_SysAllocStringLen
#define SysAllocStringByteLen scardssp_SysAllocStringByteLen
#define SysReAllocString scardssp_SysReAllocString
#define SysReAllocStringLen scardssp_SysReAllocStringLen
#define SysFreeString scardssp_SysFreeString
#define SysStringLen scardssp_SysStringLen
#define SysStringByteLen scardssp_SysStringByteLen
#define StringFromGUID2 scardssp_StringFromGUID2
#define StringFromCLSID scardssp_StringFromCLSID
#define StringFromIID scardssp_StringFromCLSID
#define CLSIDFromString scardssp_CLSIDFromString
#define IIDFromString scardssp_IIDFromString
#define CLSIDFromProgID scardssp_CLSIDFromProgID
#define ProgIDFromCLSID scardssp_ProgIDFromCLSID
#define CreateStreamOnHGlobal scardssp_CreateStreamOnHGlobal
#define GetHGlobalFromStream scardssp_GetHGlobalFromStream
#define GlobalAlloc scardssp_GlobalAlloc
#define GlobalReAlloc scardssp_GlobalReAlloc
#define GlobalFree scardssp_GlobalFree
#define GlobalLock scardssp_GlobalLock
#define GlobalUnlock scardssp_GlobalUnlock
#define GlobalSize scardssp_GlobalSize

/*
 * Apartments. All objects here may be used from any thread, so these only keep programs happy: S_OK for
 * the first call of a thread, S_FALSE for more, RPC_E_CHANGED_MODE for another mode than the first call's.
 * reserved: NULL, else E_INVALIDARG.
 */
HRESULT CoInitialize(LPVOID reserved);
HRESULT CoInitializeEx(LPVOID reserved, DWORD flags);
void CoUninitialize(void);

/*
 * Makes an object of a class and returns the asked interface. outer: NULL, or an object that the new one
 * becomes a part of (aggregation); then iid is IID_IUnknown (else CLASS_E_NOAGGREGATION) and *object the
 * part's own IUnknown, which the outer object keeps and asks for the part's interfaces; those answer and
 * count as the outer object, which is not counted for it. REGDB_E_CLASSNOTREG: no such class; E_NOINTERFACE;
 * E_POINTER; E_INVALIDARG for a context without in-process; making a CSCard: SCARD_E_NO_SERVICE without a
 * resource manager. Classes of other shared objects are found through files (scardssp_provider.h):
 * CO_E_DLLNOTFOUND, CO_E_ERRORINDLL, or the code of the provider itself.
 */
HRESULT CoCreateInstance(REFCLSID clsid, struct IUnknown *outer, DWORD context, REFIID iid, void **object);

/* The class factory of a class. Codes as above. reserved: NULL. */
HRESULT CoGetClassObject(REFCLSID clsid, DWORD context, LPVOID reserved, REFIID iid, void **factory);

/* Task memory: what methods hand out as plain memory. */
LPVOID CoTaskMemAlloc(SIZE_T size);
LPVOID CoTaskMemRealloc(LPVOID memory, SIZE_T size);
void CoTaskMemFree(LPVOID memory);

/*
 * BSTR: a counted wide string, NUL-terminated, that may hold NULs; a NULL BSTR is an empty string. Lengths
 * are in characters (SysStringLen) or in bytes (ByteLen). NULL is returned for NULL and when memory is out.
 */
BSTR SysAllocString(const OLECHAR *text);
BSTR SysAllocStringLen(const OLECHAR *text, UINT count);
BSTR SysAllocStringByteLen(const char *bytes, UINT size);
INT SysReAllocString(BSTR *string, const OLECHAR *text);
INT SysReAllocStringLen(BSTR *string, const OLECHAR *text, UINT count);
void SysFreeString(BSTR string);
UINT SysStringLen(BSTR string);
UINT SysStringByteLen(BSTR string);

/*
 * Registry form {8-4-4-4-12}. StringFromGUID2 returns the characters written with the NUL (39), 0 for too
 * little room.
 */
int StringFromGUID2(REFGUID guid, LPOLESTR text, int room);
/* The same in task memory. E_POINTER, E_OUTOFMEMORY. */
HRESULT StringFromCLSID(REFCLSID clsid, LPOLESTR *text);
/* Reads registry form, or a ProgID (CLSIDFromString). CO_E_CLASSSTRING, CO_E_IIDSTRING. */
HRESULT CLSIDFromString(LPCOLESTR text, CLSID *clsid);
HRESULT IIDFromString(LPCOLESTR text, IID *iid);
/*
 * ProgIDs of this library: "SCardSSP.SCard" and so on, with or without ".1"; and those of providers as their
 * files have them. CO_E_CLASSSTRING; REGDB_E_CLASSNOTREG.
 */
HRESULT CLSIDFromProgID(LPCOLESTR progid, CLSID *clsid);
HRESULT ProgIDFromCLSID(REFCLSID clsid, LPOLESTR *progid);

/* Memory blocks by handle. GlobalFree returns NULL on success, GlobalLock the first byte. */
#define GMEM_FIXED 0x0
#define GMEM_MOVEABLE 0x2
#define GMEM_ZEROINIT 0x40
#define GHND (GMEM_MOVEABLE | GMEM_ZEROINIT)
#define GPTR (GMEM_FIXED | GMEM_ZEROINIT)
HGLOBAL GlobalAlloc(UINT flags, SIZE_T size);
HGLOBAL GlobalReAlloc(HGLOBAL block, SIZE_T size, UINT flags);
HGLOBAL GlobalFree(HGLOBAL block);
LPVOID GlobalLock(HGLOBAL block);
BOOL GlobalUnlock(HGLOBAL block);
SIZE_T GlobalSize(HGLOBAL block);

/*
 * A stream over memory. block NULL: a new, empty one. freeOnRelease: the block goes with the stream.
 * The size is that of the block. E_POINTER, E_OUTOFMEMORY.
 */
HRESULT CreateStreamOnHGlobal(HGLOBAL block, BOOL freeOnRelease, LPSTREAM *stream);
/* The block under such a stream; belongs to the stream. E_INVALIDARG: not one of ours. */
HRESULT GetHGlobalFromStream(LPSTREAM stream, HGLOBAL *block);

#ifndef _WIN32
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
