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
#include <windows.h>
#include <ole2.h>
#else
#include "objbase.h"
#include "oleauto.h"
#endif

#include "scardssp_idl.h"

#endif
