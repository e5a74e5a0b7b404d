/*
 * A call through a vtable (see vtablecall.h), by libffi, which knows how each platform passes arguments.
 * Called by dispatch.c.
 */
#include "com/vtablecall.h"

#include <stdatomic.h>
#include <string.h>

#include "base/lock.h"
#include "com/libffi.h"

/* More than there are members with parameters, so that two seldom meet; told apart by where they stand. */
#define SIGNATURES 512u

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

/* What libffi knows of a signature. Made once for each, and then only read. */
struct signature {
    _Atomic(const struct contract_parameter *) of; /* the member's first parameter; NULL: not made yet */
    size_t count;                                  /* members may begin with the same ones */
    bool pointers;                                 /* all of them are */
    ffi_cif cif;
    ffi_type *types[CONTRACT_PARAMETERS_MAX + 1]; /* the cif points to it */
};

/* E_UNEXPECTED: a parameter that is not passed by value, or libffi does not want it. */
static HRESULT signature_make(struct signature *signature, const struct ffi *ffi,
                              const struct argument *arguments, size_t count) {
    signature->types[0] = ffi->pointer;
    signature->pointers = true;
    for (size_t i = 0; i < count; ++i) {
        signature->types[i + 1] = type_of(ffi, arguments[i].parameter);
        if (!signature->types[i + 1])
            return E_UNEXPECTED;
        signature->pointers = signature->pointers && signature->types[i + 1] == ffi->pointer;
    }
    const ffi_status status =
        ffi->prep_cif(&signature->cif, FFI_DEFAULT_ABI, (unsigned)count + 1, ffi->sint32, signature->types);
    return status == FFI_OK ? S_OK : E_UNEXPECTED;
}

/*
 * The signature of a member with `count` parameters, of those that are kept; NULL: another member has its
 * place, or there is none to tell it by, and *own is to be made.
 */
static struct signature *signature_find(const struct ffi *ffi, const struct argument *arguments,
                                        size_t count) {
    static struct signature kept[SIGNATURES];
    static struct lock making;
    if (!count)
        return NULL;
    const struct contract_parameter *of = arguments[0].parameter;
    struct signature *signature = &kept[((uintptr_t)of / sizeof *of + count) % SIGNATURES];
    const struct contract_parameter *there = atomic_load_explicit(&signature->of, memory_order_acquire);
    if (there)
        return there == of && signature->count == count ? signature : NULL;
    lock_take(&making);
    there = atomic_load_explicit(&signature->of, memory_order_relaxed);
    if (!there && signature_make(signature, ffi, arguments, count) == S_OK) {
        signature->count = count;
        atomic_store_explicit(&signature->of, of, memory_order_release);
        there = of;
    }
    lock_give(&making);
    return there == of && signature->count == count ? signature : NULL;
}

/* What is passed for a parameter: a pointer to its value, or the value itself. */
static void *place_of(struct argument *argument) {
    return argument->parameter->flags & CONTRACT_POINTER ? (void *)&argument->address
                                                         : (void *)&argument->value;
}

static void *pointer_of(struct argument *argument) {
    return argument->parameter->flags & CONTRACT_POINTER ? argument->address : argument->value.pointer;
}

/*
 * A method whose one parameter is a pointer, as ISCard::Transaction: what is passed where needs no library
 * then, which would take as long as all the rest of the call by name.
 */
static HRESULT call_with_pointer(void *object, const void *method, struct argument *argument) {
    HRESULT(STDMETHODCALLTYPE * function)(void *self, void *parameter);
    memcpy(&function, method, sizeof function);
    return function(object, pointer_of(argument));
}

static HRESULT call_by_library(const struct ffi *ffi, struct signature *signature, void *object,
                               const void *method, struct argument *arguments, size_t count) {
    void *values[CONTRACT_PARAMETERS_MAX + 1] = {&object};
    void (*function)(void);
    ffi_arg result = 0; /* results that are narrower than a register come in a whole one */
    for (size_t i = 0; i < count; ++i)
        values[i + 1] = place_of(&arguments[i]);
    memcpy(&function, method, sizeof function);
    ffi->call(&signature->cif, function, &result, values);
    return (HRESULT)result;
}

HRESULT vtablecall(void *object, unsigned slot, struct argument *arguments, size_t count, HRESULT *out) {
    const struct ffi *ffi = ffi_load();
    struct signature own;
    if (!ffi)
        return E_UNEXPECTED;
    struct signature *signature = signature_find(ffi, arguments, count);
    if (!signature && FAILED(signature_make(signature = &own, ffi, arguments, count)))
        return E_UNEXPECTED;
    const void *method = (const char *)((const IUnknown *)object)->lpVtbl + slot * sizeof(void (*)(void));
    *out = count == 1 && signature->pointers
               ? call_with_pointer(object, method, arguments)
               : call_by_library(ffi, signature, object, method, arguments, count);
    return S_OK;
}
