/*
 * mingw-w64's own <scardssp.h>, as a program finds it that knows nothing of this project, and what has to
 * hold of it and of every header that programs were compiled with: sizes, places of fields, values. Checked
 * by the compiler; included by all client programs.
 */
#ifndef SCARDSSP_TESTS_WINDOWS_CLIENTS_MINGW_H
#define SCARDSSP_TESTS_WINDOWS_CLIENTS_MINGW_H

#ifdef __cplusplus
#include <cstddef>
#else
#include <assert.h>
#include <stddef.h>
#endif

#ifndef COBJMACROS
#define COBJMACROS
#endif
/* It has typedefs without a type, which C takes for int, and gcc 14 and later for a mistake. */
#ifndef __cplusplus
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wimplicit-int"
#endif
#include <scardssp.h>
#ifndef __cplusplus
#pragma GCC diagnostic pop
#endif

#ifdef __ISCardEx_FWD_DEFINED__
#error "This is the project's own header: the client programs are for mingw-w64's"
#endif

/* How a program with this header sees the structures. The numbers are bytes on 32 and on 64 bits. */
#define WIDE (sizeof(void *) == 8)
#define SIZE(type, narrow, wide) static_assert(sizeof(type) == (WIDE ? (wide) : (narrow)), #type)
#define FIELD(type, field, narrow, wide)                                                                     \
    static_assert(offsetof(type, field) == (WIDE ? (wide) : (narrow)), #type "." #field)
#define VALUE(name, value) static_assert((name) == (value), #name)

SIZE(HSCARD, 4, 8);
SIZE(HSCARDCONTEXT, 4, 8);
SIZE(GUID, 16, 16);

SIZE(BYTEARRAY, 12, 24);
FIELD(BYTEARRAY, hMem, 0, 0);
FIELD(BYTEARRAY, dwSize, 4, 8);
FIELD(BYTEARRAY, pbyData, 8, 16);

SIZE(STATSTRUCT, 20, 20);
FIELD(STATSTRUCT, type, 0, 0);
FIELD(STATSTRUCT, cbSize, 4, 4);
FIELD(STATSTRUCT, grfMode, 8, 8);
FIELD(STATSTRUCT, grfLocksSupported, 12, 12);
FIELD(STATSTRUCT, grfStateBits, 16, 16);

SIZE(SCARDINFO, 32, 56);
FIELD(SCARDINFO, hCard, 0, 0);
FIELD(SCARDINFO, hContext, 4, 8);
FIELD(SCARDINFO, ActiveProtocol, 8, 16);
FIELD(SCARDINFO, ShareMode, 12, 20);
FIELD(SCARDINFO, hwndOwner, 16, 24);
FIELD(SCARDINFO, lpfnConnectProc, 20, 32);
FIELD(SCARDINFO, lpfnCheckProc, 24, 40);
FIELD(SCARDINFO, lpfnDisconnectProc, 28, 48);

SIZE(SCARD_SHARE_MODES, 4, 4);
VALUE(EXCLUSIVE, 1);
VALUE(SHARED, 2);

SIZE(SCARD_DISPOSITIONS, 4, 4);
VALUE(LEAVE, 0);
VALUE(RESET, 1);
VALUE(UNPOWER, 2);
VALUE(EJECT, 3);

SIZE(SCARD_STATES, 4, 4);
VALUE(ABSENT, 1);
VALUE(PRESENT, 2);
VALUE(SWALLOWED, 3);
VALUE(POWERED, 4);
VALUE(NEGOTIABLEMODE, 5);
VALUE(SPECIFICMODE, 6);

SIZE(SCARD_PROTOCOLS, 4, 4);
VALUE(T0, 1);
VALUE(T1, 2);
VALUE(RAW, 0xFF);

SIZE(ISO_APDU_TYPE, 4, 4);
VALUE(ISO_CASE_1, 1);
VALUE(ISO_CASE_2, 2);
VALUE(ISO_CASE_3, 3);
VALUE(ISO_CASE_4, 4);
/* The enumerations of providers (REFTYPE, FILETYPE, SEEKTYPE, SCARD_FLAGS) are not in mingw-w64's header. */

#undef WIDE
#undef SIZE
#undef FIELD
#undef VALUE

#endif
