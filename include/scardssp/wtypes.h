/*
 * wtypes.h (Linux): the base types of COM. Included by the other headers; programs include <scardssp.h>.
 *
 * BYTE, WORD, LONG, DWORD, ULONG and BOOL are the very types that pcsc-lite has under these names, so that
 * this header lives beside <winscard.h> in any order; without pcsc-lite they are declared here. Mind that
 * LONG, ULONG and DWORD have 64 bits on 64-bit Linux. HRESULT always has 32. The codes of smart cards are in
 * scarderr.h. Structures whose layout matters (GUID, LARGE_INTEGER, STATSTG) use fixed-width members.
 */
#ifndef SCARDSSP_WTYPES_H
#define SCARDSSP_WTYPES_H

#ifdef _WIN32
#error "This header is for Linux; on Windows the system's own <wtypes.h> is used."
#endif

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

/*
 * A source file that can include <winscard.h> can include <pcsclite.h>, and has it from here on: what
 * scarderr.h defines anew is then not defined once more behind it.
 */
#ifdef __has_include
#if __has_include(<pcsclite.h>)
#include <pcsclite.h>
#endif
#endif

#ifdef __cplusplus
#define EXTERN_C extern "C"
#else
#define EXTERN_C extern
#endif

/* What the headers made by widl expect to be there. */
#define STDMETHODCALLTYPE
#define STDAPICALLTYPE
#define BEGIN_INTERFACE
#define END_INTERFACE
#define CONST_VTBL const
#define DECLSPEC_UUID(text)
#define DECLSPEC_NOVTABLE
#define MIDL_INTERFACE(text) struct
#ifndef FORCEINLINE
#define FORCEINLINE inline __attribute__((always_inline))
#endif

#ifndef __wintypes_h__ /* of pcsc-lite */
#ifndef BYTE
typedef unsigned char BYTE;
#endif
typedef unsigned char UCHAR;
typedef UCHAR *PUCHAR;
typedef unsigned short USHORT;
typedef unsigned short WORD;
typedef short BOOL;
typedef long LONG;
typedef unsigned long ULONG;
typedef ULONG *PULONG;
typedef unsigned long DWORD;
typedef DWORD *PDWORD;
typedef DWORD *LPDWORD;
typedef BYTE *LPBYTE;
typedef const BYTE *LPCBYTE;
typedef void *LPVOID;
typedef const void *LPCVOID;
typedef char *LPSTR;
typedef const char *LPCSTR;
typedef LPSTR LPTSTR;
typedef LPCSTR LPCTSTR;
#endif
#ifndef INFINITE
#define INFINITE 0xFFFFFFFF
#endif

/* Integers that pcsc-lite does not have. */
typedef int32_t HRESULT;
typedef int32_t SCODE;
typedef unsigned int UINT;
typedef int INT;
typedef short SHORT;
#if defined(__cplusplus) && __cplusplus < 201103L /* which has no long long */
typedef int64_t LONGLONG;
typedef uint64_t ULONGLONG;
#else
typedef long long LONGLONG;
typedef unsigned long long ULONGLONG;
#endif
typedef uintptr_t ULONG_PTR;
typedef intptr_t LONG_PTR;
typedef uintptr_t UINT_PTR;
typedef size_t SIZE_T;
typedef WORD *LPWORD;
typedef LONG *LPLONG;
typedef void *HGLOBAL;
typedef uint32_t LCID;
typedef int32_t DISPID;
typedef DISPID MEMBERID;
typedef uint16_t VARTYPE;
typedef int16_t VARIANT_BOOL;
typedef double DATE;

#ifndef TRUE
#define TRUE 1
#define FALSE 0
#endif
#define VARIANT_TRUE ((VARIANT_BOOL)-1)
#define VARIANT_FALSE ((VARIANT_BOOL)0)

/* Text: wide characters, so that L"..." works; 32 bits each on Linux. */
typedef wchar_t WCHAR;
typedef wchar_t OLECHAR;
typedef OLECHAR *LPOLESTR;
typedef const OLECHAR *LPCOLESTR;
typedef WCHAR *LPWSTR;
typedef const WCHAR *LPCWSTR;
typedef OLECHAR *BSTR; /* with its length in front: SysAllocString */

/* What an HRESULT consists of, and whether it is a failure. */
#define FACILITY_WIN32 7
#define FACILITY_SCARD 16
#define SUCCEEDED(hr) ((HRESULT)(hr) >= 0)
#define FAILED(hr) ((HRESULT)(hr) < 0)
#define HRESULT_CODE(hr) ((HRESULT)(hr)&0xFFFF)
#define HRESULT_FACILITY(hr) (((HRESULT)(hr) >> 16) & 0x1FFF)
#define HRESULT_SEVERITY(hr) (((HRESULT)(hr) >> 31) & 0x1)
#define MAKE_HRESULT(severity, facility, code)                                                               \
    ((HRESULT)(((uint32_t)(severity) << 31) | ((uint32_t)(facility) << 16) | (uint32_t)(code)))

/* A code of the system as an HRESULT; 0, and what is one already, stay as they are. */
#define HRESULT_FROM_WIN32(code)                                                                             \
    ((HRESULT)(code) <= 0                                                                                    \
         ? (HRESULT)(code)                                                                                   \
         : (HRESULT)(((uint32_t)(code)&0xFFFFu) | ((uint32_t)FACILITY_WIN32 << 16) | 0x80000000u))

#define S_OK ((HRESULT)0)
#define S_FALSE ((HRESULT)1)
#define E_NOTIMPL ((HRESULT)0x80004001)
#define E_NOINTERFACE ((HRESULT)0x80004002)
#define E_POINTER ((HRESULT)0x80004003)
#define E_ABORT ((HRESULT)0x80004004)
#define E_FAIL ((HRESULT)0x80004005)
#define E_UNEXPECTED ((HRESULT)0x8000FFFF)
#define E_ACCESSDENIED ((HRESULT)0x80070005)
#define E_HANDLE ((HRESULT)0x80070006)
#define E_OUTOFMEMORY ((HRESULT)0x8007000E)
#define E_INVALIDARG ((HRESULT)0x80070057)
#define CLASS_E_NOAGGREGATION ((HRESULT)0x80040110)
#define CLASS_E_CLASSNOTAVAILABLE ((HRESULT)0x80040111)
#define REGDB_E_CLASSNOTREG ((HRESULT)0x80040154)
#define CO_E_CLASSSTRING ((HRESULT)0x800401F3)
#define CO_E_IIDSTRING ((HRESULT)0x800401F4)
#define CO_E_DLLNOTFOUND ((HRESULT)0x800401F8)
#define CO_E_ERRORINDLL ((HRESULT)0x800401F9)
#define RPC_E_CHANGED_MODE ((HRESULT)0x80010106)
#define DISP_E_UNKNOWNINTERFACE ((HRESULT)0x80020001)
#define DISP_E_MEMBERNOTFOUND ((HRESULT)0x80020003)
#define DISP_E_PARAMNOTFOUND ((HRESULT)0x80020004)
#define DISP_E_TYPEMISMATCH ((HRESULT)0x80020005)
#define DISP_E_UNKNOWNNAME ((HRESULT)0x80020006)
#define DISP_E_NONAMEDARGS ((HRESULT)0x80020007)
#define DISP_E_BADVARTYPE ((HRESULT)0x80020008)
#define DISP_E_EXCEPTION ((HRESULT)0x80020009)
#define DISP_E_OVERFLOW ((HRESULT)0x8002000A)
#define DISP_E_BADINDEX ((HRESULT)0x8002000B)
#define DISP_E_ARRAYISLOCKED ((HRESULT)0x8002000D)
#define DISP_E_BADPARAMCOUNT ((HRESULT)0x8002000E)
#define DISP_E_PARAMNOTOPTIONAL ((HRESULT)0x8002000F)
#define STG_E_INVALIDFUNCTION ((HRESULT)0x80030001)
#define STG_E_ACCESSDENIED ((HRESULT)0x80030005)
#define STG_E_INVALIDPOINTER ((HRESULT)0x80030009)
#define STG_E_LOCKVIOLATION ((HRESULT)0x80030021)
#define STG_E_MEDIUMFULL ((HRESULT)0x80030070)
#define STG_E_INVALIDFLAG ((HRESULT)0x800300FF)

/* Identifiers. */
typedef struct _GUID {
    uint32_t Data1;
    uint16_t Data2;
    uint16_t Data3;
    uint8_t Data4[8];
} GUID;
typedef GUID *LPGUID;
typedef const GUID *LPCGUID;
typedef GUID IID;
typedef GUID *LPIID;
typedef GUID CLSID;
typedef GUID *LPCLSID;

#ifdef __cplusplus
typedef const GUID &REFGUID;
typedef const IID &REFIID;
typedef const CLSID &REFCLSID;
static inline bool operator==(const GUID &a, const GUID &b) {
    return memcmp(&a, &b, sizeof a) == 0;
}
static inline bool operator!=(const GUID &a, const GUID &b) {
    return !(a == b);
}
#define IsEqualGUID(a, b) ((a) == (b))
#else
typedef const GUID *REFGUID;
typedef const IID *REFIID;
typedef const CLSID *REFCLSID;
#define IsEqualGUID(a, b) (memcmp((a), (b), sizeof(GUID)) == 0)
#endif
#define IsEqualIID(a, b) IsEqualGUID(a, b)
#define IsEqualCLSID(a, b) IsEqualGUID(a, b)

/* Identifiers are constants of each source file that uses them: nothing to link, no global symbol. */
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                                         \
    static const GUID name __attribute__((unused)) = {l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}

DEFINE_GUID(GUID_NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
DEFINE_GUID(IID_NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/* Where an object may run (CoCreateInstance): all in this process here. */
enum tagCLSCTX {
    CLSCTX_INPROC_SERVER = 0x1,
    CLSCTX_INPROC_HANDLER = 0x2,
    CLSCTX_LOCAL_SERVER = 0x4,
    CLSCTX_REMOTE_SERVER = 0x10
};
#define CLSCTX_SERVER 0x15
#define CLSCTX_ALL 0x17
#define CLSCTX_INPROC 0x3

/* How a thread uses COM (CoInitializeEx): accepted, all objects here are free-threaded. */
#define COINIT_MULTITHREADED 0x0
#define COINIT_APARTMENTTHREADED 0x2

/* Whole numbers of 64 bits, and their halves: sizes and places in streams. */
typedef union _LARGE_INTEGER {
    __extension__ struct {
        uint32_t LowPart;
        int32_t HighPart;
    };
    struct {
        uint32_t LowPart;
        int32_t HighPart;
    } u;
    int64_t QuadPart;
} LARGE_INTEGER;

typedef union _ULARGE_INTEGER {
    __extension__ struct {
        uint32_t LowPart;
        uint32_t HighPart;
    };
    struct {
        uint32_t LowPart;
        uint32_t HighPart;
    } u;
    uint64_t QuadPart;
} ULARGE_INTEGER;

typedef struct _FILETIME {
    uint32_t dwLowDateTime;
    uint32_t dwHighDateTime;
} FILETIME;

typedef struct tagSTATSTG {
    LPOLESTR pwcsName;
    uint32_t type;
    ULARGE_INTEGER cbSize;
    FILETIME mtime;
    FILETIME ctime;
    FILETIME atime;
    uint32_t grfMode;
    uint32_t grfLocksSupported;
    CLSID clsid;
    uint32_t grfStateBits;
    uint32_t reserved;
} STATSTG;

#define STGTY_STREAM 2
#define STGM_READ 0x0
#define STGM_WRITE 0x1
#define STGM_READWRITE 0x2
#define STATFLAG_DEFAULT 0
#define STATFLAG_NONAME 1
/* How a stream's changes are committed. */
typedef enum tagSTGC {
    STGC_DEFAULT = 0,
    STGC_OVERWRITE = 1,
    STGC_ONLYIFCURRENT = 2,
    STGC_DANGEROUSLYCOMMITMERELYTODISKCACHE = 4,
    STGC_CONSOLIDATE = 8
} STGC;
#define STREAM_SEEK_SET 0
#define STREAM_SEEK_CUR 1
#define STREAM_SEEK_END 2
#ifndef LOCK_WRITE /* <fcntl.h> of glibc has one of its own (128), which LockRegion takes as well */
#define LOCK_WRITE 1
#endif
#define LOCK_EXCLUSIVE 2
#define LOCK_ONLYONCE 4

#include "oatypes.h"
#include "scarderr.h"

#endif
