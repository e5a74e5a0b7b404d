/*
 * A call through a vtable (see vtablecall.h), by libffi, which knows how each platform passes arguments.
 * Called by dispatch.c.
 */
#include "com/vtablecall.h"

#include <string.h>

#include "com/libffi.h"

/* The type libffi has for an integer of this size. */
static ffi_type *integer(const struct ffi *ffi, size_t size, bool is_signed) {
    switch (size) {
    case 1:
        return is_signed ? ffi->sint8 : ffi->uint8;
    case 2:
        return is_signed ? ffi->sint16 : ffi->uint16;
    case 4:
        return is_signed ? ffi->sint32 : ffi->uint32;
    default:
        return is_signed ? ffi->sint64 : ffi->uint64;
    }
}

/* NULL: not passed by value. */
static ffi_type *type_of(const struct ffi *ffi, const struct contract_parameter *parameter) {
    if (parameter->flags & CONTRACT_POINTER)
        return ffi->pointer;
    switch (parameter->type) {
    case CONTRACT_BYTE:
        return integer(ffi, sizeof(BYTE), false);
    case CONTRACT_WORD:
        return integer(ffi, sizeof(WORD), false);
    case CONTRACT_LONG:
        return integer(ffi, sizeof(LONG), true);
    case CONTRACT_DWORD:
        return integer(ffi, sizeof(DWORD), false);
    case CONTRACT_UINT:
        return integer(ffi, sizeof(UINT), false);
    case CONTRACT_ENUM:
        return integer(ffi, sizeof(int), true);
    case CONTRACT_BOOL:
        return integer(ffi, sizeof(VARIANT_BOOL), true);
    case CONTRACT_HANDLE:
        return integer(ffi, sizeof(ULONG_PTR), false);
    case CONTRACT_LARGE:
    case CONTRACT_STATSTRUCT:
    case CONTRACT_VARIANT:
        return NULL;
    default:
        return ffi->pointer;
    }
}

HRESULT vtablecall(void *object, unsigned slot, struct argument *arguments, size_t count, HRESULT *out) {
    const struct ffi *ffi = ffi_load();
    if (!ffi)
        return E_UNEXPECTED;
    ffi_type *types[CONTRACT_PARAMETERS_MAX + 1] = {ffi->pointer};
    void *values[CONTRACT_PARAMETERS_MAX + 1] = {&object};
    for (size_t i = 0; i < count; ++i) {
        const bool by_address = arguments[i].parameter->flags & CONTRACT_POINTER;
        types[i + 1] = type_of(ffi, arguments[i].parameter);
        values[i + 1] = by_address ? (void *)&arguments[i].address : (void *)&arguments[i].value;
        if (!types[i + 1])
            return E_UNEXPECTED;
    }
    ffi_cif cif;
    if (ffi->prep_cif(&cif, FFI_DEFAULT_ABI, (unsigned)count + 1, ffi->sint32, types) != FFI_OK)
        return E_UNEXPECTED;
    void (*method)(void);
    memcpy(&method, (const char *)((const IUnknown *)object)->lpVtbl + slot * sizeof method, sizeof method);
    ffi_arg result = 0; /* results that are narrower than a register come in a whole one */
    ffi->call(&cif, method, &result, values);
    *out = (HRESULT)result;
    return S_OK;
}
