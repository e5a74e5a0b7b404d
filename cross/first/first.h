/*
 * What nearly every file of the objects and their tests takes in on Windows, compiled once beforehand: 50 000
 * lines. The compiler is told of it on the command line (meson.build here); no file includes it.
 */
#ifndef SCARDSSP_CROSS_FIRST_H
#define SCARDSSP_CROSS_FIRST_H

#ifndef COBJMACROS
#define COBJMACROS
#endif
#ifndef CONST_VTABLE
#define CONST_VTABLE
#endif
/* Before <windows.h>, or that takes in what came before it. */
#include <winsock2.h>

#include <windows.h>

#include <ole2.h>

#include <oleauto.h>
#include <winscard.h>

#endif
