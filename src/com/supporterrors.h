/*
 * ISupportErrorInfo of every object here (Windows): which of its interfaces leave an error object when a
 * method fails (telling.h). It lies in the object's struct com_identity. Called by com.c.
 */
#ifndef SCARDSSP_COM_SUPPORTERRORS_H
#define SCARDSSP_COM_SUPPORTERRORS_H

#include <stdbool.h>

#include "com/win.h"

#ifdef _WIN32
struct com_class;

/* Its methods, for a struct com_identity. */
extern const ISupportErrorInfoVtbl supporterrors_vtbl;

/* Whether objects of this class have such an interface at all; class factories, for one, do not. */
bool supporterrors_has(const struct com_class *class);
#endif

#endif
