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

/* A reader's error in words: the symbolic name and advice of any HRESULT this library returns. Never NULL. */
const char *hresult_name(HRESULT hr);
const char *hresult_advice(HRESULT hr);

#endif
