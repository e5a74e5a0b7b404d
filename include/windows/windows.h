/*
 * windows.h (Linux): what a program around smart cards expects of a header of this name: types, strings,
 * arrays, task memory and CoCreateInstance, and the headers of C that it brings along on Windows. It lies in
 * a folder of its own, which pkg-config --cflags scardssp-windows adds, so that programs which look for this
 * header are not misled.
 */
#ifndef SCARDSSP_WINDOWS_H
#define SCARDSSP_WINDOWS_H

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "objbase.h"
#include "oleauto.h"

typedef void *HANDLE;
typedef void *HWND;
typedef void *HINSTANCE;

#ifndef CONST
#define CONST const
#endif
#ifndef MAX_PATH
#define MAX_PATH 260
#endif
#define WINAPI
#define CALLBACK
#define APIENTRY WINAPI

#define ERROR_SUCCESS 0L
#define NO_ERROR 0L

#define ZeroMemory(to, size) ((void)memset((to), 0, (size)))
#define FillMemory(to, size, byte) ((void)memset((to), (byte), (size)))
#define CopyMemory(to, from, size) ((void)memcpy((to), (from), (size)))
#define MoveMemory(to, from, size) ((void)memmove((to), (from), (size)))

#endif
