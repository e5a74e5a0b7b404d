/* A call through a vtable whose signature is known from the tables only. Called by dispatch.c. */
#ifndef SCARDSSP_COM_VTABLECALL_H
#define SCARDSSP_COM_VTABLECALL_H

#include "com/argument.h"

/*
 * Calls slot `slot` of `object` with its `count` arguments, which are prepared. *out: what the method
 * returned. E_UNEXPECTED: the call cannot be made, for want of libffi, say; nothing was
 * called.
 */
HRESULT vtablecall(void *object, unsigned slot, struct argument *arguments, size_t count, HRESULT *out);

#endif
