/*
 * Error objects for callers through the vtable (Windows): Visual Basic 6 and .NET, bound early, show the
 * description in the thread's error object, if ISupportErrorInfo says that the object leaves one there. Each
 * interface has a second vtable for that, made from the IDL (scripts/idl/tables.py): its methods call the
 * object's, leave an error object for a failure, and return the same result. The object's methods do nothing
 * for it, and a method that is added to the IDL has it at once.
 *
 * Linux has no error objects: objects have their methods' own vtables there, and scardssp_status_advice() has
 * the sentences. Used by the objects, which take their vtables from here, and by com.c.
 */
#ifndef SCARDSSP_COM_TELLING_H
#define SCARDSSP_COM_TELLING_H

#include <stdbool.h>

#include "com/win.h"

/* The methods of each interface as its object has them, each in the file of its object. */
extern const IByteBufferVtbl bytebuffer_vtbl;
extern const ISCardVtbl card_vtbl;
extern const ISCardExVtbl cardex_vtbl;
extern const ISCardCmdVtbl cmd_vtbl;
extern const ISCardISO7816Vtbl iso7816cmd_vtbl;
extern const ISCardTypeConvVtbl typeconv_vtbl;
extern const ISCardDatabaseVtbl database_vtbl;
extern const ISCardLocateVtbl locate_vtbl;
extern const ISCardManageVtbl manage_vtbl;
extern const ISCardVerifyVtbl verify_vtbl;
extern const ISCardAuthVtbl auth_vtbl;
extern const ISCardFileAccessVtbl fileaccess_vtbl;

/*
 * The vtable that an object gets for an interface, and by which objects of this library are told from
 * others'.
 */
#ifdef _WIN32
#define TELLING(itf, methods) TELLING_VTABLE(itf)
#define TELLING_VTABLE(itf) (&telling_##itf)

extern const IByteBufferVtbl telling_IByteBuffer;
extern const ISCardVtbl telling_ISCard;
extern const ISCardExVtbl telling_ISCardEx;
extern const ISCardCmdVtbl telling_ISCardCmd;
extern const ISCardISO7816Vtbl telling_ISCardISO7816;
extern const ISCardTypeConvVtbl telling_ISCardTypeConv;
extern const ISCardDatabaseVtbl telling_ISCardDatabase;
extern const ISCardLocateVtbl telling_ISCardLocate;
extern const ISCardManageVtbl telling_ISCardManage;
extern const ISCardVerifyVtbl telling_ISCardVerify;
extern const ISCardAuthVtbl telling_ISCardAuth;
extern const ISCardFileAccessVtbl telling_ISCardFileAccess;

/* Whether an interface of an object here is one whose methods tell: one of the contract, not IDispatch. */
bool telling_knows(REFIID riid);
#else
#define TELLING(itf, methods) (&(methods))
#endif

#endif
