/*
 * A method's failure in words for people: the same for callers by name (dispatch.c) and for callers through
 * the vtable (telling.c).
 */
#ifndef SCARDSSP_COM_FAILURE_H
#define SCARDSSP_COM_FAILURE_H

#include "com/contract.h"
#include "com/win.h"

/*
 * The object that failed: "SCardSSP.SCard" for ISCard and ISCardEx. The caller frees it with SysFreeString;
 * NULL: out of memory, which readers take for an empty string.
 */
BSTR failure_source(const struct contract_interface *contract);

/*
 * What happened and what to do: "SCARD_W_RESET_CARD: Another program has reset the card; ...". Freed, and
 * NULL, as above.
 */
BSTR failure_description(HRESULT hr);

#endif
