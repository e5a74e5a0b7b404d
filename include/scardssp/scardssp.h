/*
 * scardssp.h: the smart card service provider. The one header a program includes.
 *
 * Interfaces: ISCard, ISCardCmd, ISCardISO7816, IByteBuffer, ISCardTypeConv, ISCardDatabase, ISCardLocate, ...
 * What each method does is written in scardssp.idl, from which scardssp_idl.h is made.
 * C: #define COBJMACROS first to call methods as ISCard_ReAttach(card, SHARED, LEAVE).
 * C++: card->ReAttach(SHARED, LEAVE).
 */
#ifndef SCARDSSP_H
#define SCARDSSP_H

#ifdef _WIN32
#include <ole2.h>
#include <windows.h>
#ifdef SCARDSSP_STATIC /* the library is linked into the program, which need not register it */
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
#else
#include "objbase.h"
#include "oleauto.h"
#endif

#include "scardssp_idl.h"

#endif
