/* Loads libffi: see libffi.h. */
#include "com/libffi.h"

#include <stddef.h>

#include "base/lazylibrary.h"

static const struct library_symbol symbols[] = {
    {"ffi_prep_cif", offsetof(struct ffi, prep_cif)},    {"ffi_call", offsetof(struct ffi, call)},
    {"ffi_type_pointer", offsetof(struct ffi, pointer)}, {"ffi_type_sint8", offsetof(struct ffi, sint8)},
    {"ffi_type_uint8", offsetof(struct ffi, uint8)},     {"ffi_type_sint16", offsetof(struct ffi, sint16)},
    {"ffi_type_uint16", offsetof(struct ffi, uint16)},   {"ffi_type_sint32", offsetof(struct ffi, sint32)},
    {"ffi_type_uint32", offsetof(struct ffi, uint32)},   {"ffi_type_sint64", offsetof(struct ffi, sint64)},
    {"ffi_type_uint64", offsetof(struct ffi, uint64)},
};

_Static_assert(sizeof symbols / sizeof *symbols * sizeof(void *) == sizeof(struct ffi),
               "every member of the table has a symbol");

static struct ffi table;

const struct ffi *ffi_load(void) {
    static struct lazylibrary library = {.name = FFI_LIBRARY, /* meson.build finds out which it is */
                                         .symbols = symbols,
                                         .count = sizeof symbols / sizeof *symbols,
                                         .table = &table};
    return lazylibrary_load(&library) ? &table : NULL;
}
