/* The border between the port's status codes and HRESULTs: the only place where one becomes the other. */
#ifndef SCARDSSP_COM_HRESULT_H
#define SCARDSSP_COM_HRESULT_H

#include "com/win.h"
#include "rm/status.h"

/*
 * A status of the resource manager as HRESULT: unchanged (facility 0x10), but for out of memory, which is
 * E_OUTOFMEMORY everywhere in the library, and for numbers that would be a success, which are
 * SCARD_F_UNKNOWN_ERROR.
 */
HRESULT hresult_from_rm(rm_status status);

/*
 * The same for a call that passes on what a caller has chosen: `refusal`, the code by which the layer below
 * says that this is not valid, becomes E_INVALIDARG.
 */
HRESULT hresult_of_argument(rm_status status, rm_status refusal);

/* A result of exchange_run(): EXCHANGE_* or a status of the link. Malformed: E_INVALIDARG. */
HRESULT hresult_from_exchange(uint32_t result);

/* What a status word is the answer to, as far as that decides its meaning. Bits: a rule names several. */
enum sw_use {
    SW_USE_OTHER = 0x001,          /* nothing below: a selection, a change of a file, GET CHALLENGE */
    SW_USE_READ = 0x002,           /* reading from a file */
    SW_USE_WRITE = 0x004,          /* writing, erasing, appending */
    SW_USE_DIRECTORY = 0x008,      /* the selection of a directory */
    SW_USE_LIST = 0x010,           /* looking for files */
    SW_USE_DELETE = 0x020,         /* deleting one */
    SW_USE_GET_PROPERTIES = 0x040, /* the selection of a file whose control parameters are wanted */
    SW_USE_SET_PROPERTIES = 0x080, /* PUT DATA for one of them */
    SW_USE_REHABILITATE = 0x100,   /* the selection of a file that may be deactivated */
    SW_USE_CODE = 0x200,           /* VERIFY and its family */
    SW_USE_AUTHENTICATION = 0x400  /* EXTERNAL AUTHENTICATE, INTERNAL AUTHENTICATE */
};

/*
 * A status word (ISO/IEC 7816-4:2005 §5.1.3) of a whole exchange, with 61xx and 6Cxx behind it, as HRESULT:
 * S_OK or a failure, never another success. 6282 while reading is S_OK: where nothing came it is for the
 * caller to say SCARD_W_EOF. What has no meaning for the use, and what is no status word:
 * SCARD_E_UNEXPECTED.
 */
HRESULT hresult_from_sw(uint16_t sw, enum sw_use use);

/* A reader's error in words: the symbolic name and advice of any HRESULT this library returns. Never NULL. */
const char *hresult_name(HRESULT hr);
const char *hresult_advice(HRESULT hr);

#endif
