/*
 * A method's failure in the words that people are to read, the same for who calls by name (dispatch.c) and
 * for who calls through the vtable (telling.c).
 */
#ifndef SCARDSSP_COM_FAILURE_H
#define SCARDSSP_COM_FAILURE_H

#include "com/contract.h"
#include "com/win.h"

/*
 * Whose failure it is: "SCardSSP.SCard" for ISCard and ISCardEx. The caller frees it with SysFreeString;
 * NULL: out of memory, which is an empty string to whoever reads it.
 */
BSTR failure_source(const struct contract_interface *contract);

/*
 * What happened and what to do: "SCARD_W_RESET_CARD: Another program has reset the card; ...". Freed, and
 * NULL, as above.
 */
BSTR failure_description(HRESULT hr);

#endif
