/*
 * libffi's functions and types as a table. The library is loaded by the first call by name: programs that
 * call through vtables, the tool among them, never make one. Included by vtablecall.c.
 */
#ifndef SCARDSSP_COM_LIBFFI_H
#define SCARDSSP_COM_LIBFFI_H

#include <ffi.h>

struct ffi {
    __typeof__(ffi_prep_cif) *prep_cif;
    __typeof__(ffi_call) *call;
    ffi_type *pointer, *sint8, *uint8, *sint16, *uint16, *sint32, *uint32, *sint64, *uint64;
};

/* The table. NULL: there is no libffi, or it lacks something. */
const struct ffi *ffi_load(void);

#endif
