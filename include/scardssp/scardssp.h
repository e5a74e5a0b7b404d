/*
 * scardssp.h: the smart card service provider. The one header a program includes.
 *
 * Interfaces: ISCard, ISCardCmd, ISCardISO7816, IByteBuffer, ISCardTypeConv, ISCardDatabase, ISCardLocate,
 * ISCardManage, ... What each method does is written in scardssp.idl, from which scardssp_idl.h is made. C:
 * #define COBJMACROS first to call methods as ISCard_ReAttach(card, SHARED, LEAVE). C++:
 * card->ReAttach(SHARED, LEAVE). The pages' names of this header, <Scardmgr.h> and its kin, are there too.
 */
#ifndef SCARDSSP_H
#define SCARDSSP_H

#ifdef _WIN32
#include <ole2.h>
#include <windows.h>
/*
 * The library is linked into the program (SCARDSSP_STATIC), or the program links scardssp-extra.dll
 * (SCARDSSP_EXTRA): no registration.
 */
#if defined SCARDSSP_STATIC || defined SCARDSSP_EXTRA
#ifdef __cplusplus
extern "C" {
#endif
/* CoCreateInstance for the classes of this library, without the registry; for others it is the system's. */
HRESULT scardssp_CoCreateInstance(REFCLSID clsid, IUnknown *outer, DWORD context, REFIID iid, void **object);
/* CLSIDFromProgID in the same way. */
HRESULT scardssp_CLSIDFromProgID(LPCOLESTR progid, CLSID *clsid);
#ifdef __cplusplus
}
#endif
#define CoCreateInstance scardssp_CoCreateInstance
#define CLSIDFromProgID scardssp_CLSIDFromProgID
#endif
/*
 * The identifiers of this library are constants of each source file that uses them, as they are elsewhere: no
 * INITGUID in one of them, no scardssp_i.c to link, and no clash with a program that has it. Those of Windows
 * stay as they are.
 */
#include <oaidl.h>
#include <rpc.h>
#include <rpcndr.h>
#pragma push_macro("DEFINE_GUID")
#undef DEFINE_GUID
#ifdef __GNUC__
#define SCARDSSP_GUID __attribute__((unused)) static const GUID
#else
#define SCARDSSP_GUID static const GUID
#endif
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                                         \
    SCARDSSP_GUID name = {l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}
#include "scardssp_idl.h"
#pragma pop_macro("DEFINE_GUID")
#undef SCARDSSP_GUID
#else
#include "objbase.h"
#include "oleauto.h"

#include "scardssp_idl.h"
#endif

#ifdef __cplusplus
/*
 * Protocols and flags are combined: AttachByReader(name, SHARED, T0 | T1). The names alone would give an int.
 */
#if __cplusplus >= 201103L
#define SCARDSSP_CONSTANT constexpr
#else
#define SCARDSSP_CONSTANT inline
#endif
extern "C++" {
SCARDSSP_CONSTANT SCARD_PROTOCOLS operator|(SCARD_PROTOCOLS a, SCARD_PROTOCOLS b) {
    return static_cast<SCARD_PROTOCOLS>(static_cast<int>(a) | static_cast<int>(b));
}
SCARDSSP_CONSTANT SCARD_FLAGS operator|(SCARD_FLAGS a, SCARD_FLAGS b) {
    return static_cast<SCARD_FLAGS>(static_cast<int>(a) | static_cast<int>(b));
}
}
#undef SCARDSSP_CONSTANT
#endif

#endif
