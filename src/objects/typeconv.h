/*
 * The converter object: ISCardTypeConv, between byte buffers, plain arrays and safe arrays. Made by the class
 * table.
 */
#ifndef SCARDSSP_OBJECTS_TYPECONV_H
#define SCARDSSP_OBJECTS_TYPECONV_H

#include "com/win.h"

/* A new converter with one reference. E_OUTOFMEMORY. */
HRESULT typeconv_create(ISCardTypeConv **out);

#endif
