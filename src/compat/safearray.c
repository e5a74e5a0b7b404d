/*
 * Safe arrays (Linux only), as oleauto.h declares them. Called by programs, objects and variants. The
 * structure is followed by its bounds and has 16 bytes in front, in which other languages look for the
 * elements' type. Programs may set a structure up themselves: what it says is checked before it is believed.
 * Memory is erased before it is freed.
 */
#include "compat/safearray.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "compat/arrayelement.h"
#include "compat/variant.h"

/* The bytes in front of the structure: an IID, or the type in the last four. */
struct head {
    uint32_t words[4];
};
_Static_assert(sizeof(struct head) == sizeof(IID), "an IID fills the space in front of the structure");

/* Structures with one of these were set up by the program: neither they nor their memory are ours to free. */
#define FEATURES_FOREIGN (FADF_AUTO | FADF_STATIC | FADF_EMBEDDED)

/* What a structure says about its elements, checked. */
struct shape {
    VARTYPE type; /* what they own, as arrayelement.h has it; VT_EMPTY: nothing */
    size_t size;  /* bytes of one */
    size_t count;
};

static struct head *head_of(const SAFEARRAY *array) {
    return (struct head *)((uintptr_t)array - sizeof(struct head));
}

/* Bounds of a dimension, counted from 0. */
static const SAFEARRAYBOUND *bound_of(const SAFEARRAY *array, UINT dim) {
    return &array->rgsabound[array->cDims - 1u - dim];
}

/* Indices have 32 bits, so the upper bound has to fit them. */
static bool bound_sound(const SAFEARRAYBOUND *bound) {
    return (int64_t)bound->lLbound + bound->cElements - 1 <= INT32_MAX;
}

static VARTYPE owned_type(const SAFEARRAY *array) {
    if (array->fFeatures & FADF_BSTR)
        return VT_BSTR;
    if (array->fFeatures & FADF_UNKNOWN)
        return VT_UNKNOWN;
    if (array->fFeatures & FADF_DISPATCH)
        return VT_DISPATCH;
    return array->fFeatures & FADF_VARIANT ? VT_VARIANT : VT_EMPTY;
}

/*
 * How many elements there are; false: more than memory can hold. A dimension without any does not excuse the
 * others.
 */
static bool count_elements(const SAFEARRAYBOUND *bounds, UINT dims, size_t size, size_t *out) {
    size_t room = (size_t)PTRDIFF_MAX / size;
    size_t count = 1;
    bool empty = false;
    for (UINT i = 0; i < dims; ++i) {
        if (!bound_sound(&bounds[i]))
            return false;
        if (!bounds[i].cElements) {
            empty = true;
            continue;
        }
        if (count > room / bounds[i].cElements)
            return false;
        count *= bounds[i].cElements;
    }
    *out = empty ? 0 : count;
    return true;
}

static bool shape_read(const SAFEARRAY *array, struct shape *out) {
    out->type = owned_type(array);
    out->size = array->cbElements;
    if (array->fFeatures & FADF_HAVEVARTYPE &&
        out->size != variant_element_size((VARTYPE)head_of(array)->words[3]))
        return false;
    if (!array->cDims || !out->size ||
        (out->type != VT_EMPTY && out->size != variant_element_size(out->type)))
        return false;
    return count_elements(array->rgsabound, array->cDims, out->size, &out->count) &&
           (array->pvData || !out->count);
}

static void *element_at(const SAFEARRAY *array, size_t index) {
    return (uint8_t *)array->pvData + index * array->cbElements;
}

/* No elements still give an address that can be told from a failure. */
static void *elements_new(size_t count, size_t size) {
    return count ? calloc(count, size) : calloc(1, 1);
}

/* Whether the elements from `first` on can be freed; those that own nothing are not walked. */
static HRESULT elements_check(const SAFEARRAY *array, const struct shape *shape, size_t first) {
    HRESULT hr = S_OK;
    if (shape->type == VT_VARIANT)
        for (size_t i = first; SUCCEEDED(hr) && i < shape->count; ++i)
            hr = arrayelement_check(shape->type, element_at(array, i));
    return hr;
}

static void elements_free(const SAFEARRAY *array, const struct shape *shape, size_t first) {
    if (shape->type != VT_EMPTY)
        for (size_t i = first; i < shape->count; ++i)
            arrayelement_free(shape->type, element_at(array, i), shape->size);
}

static bool locked(const SAFEARRAY *array) {
    return __atomic_load_n(&array->cLocks, __ATOMIC_ACQUIRE) != 0;
}

/* A structure with room for its bounds and its elements, zero, for the caller to describe. */
static SAFEARRAY *array_alloc(UINT dims, size_t count, size_t size) {
    struct head *head = calloc(1, sizeof *head + sizeof(SAFEARRAY) + (dims - 1) * sizeof(SAFEARRAYBOUND));
    if (!head)
        return NULL;
    SAFEARRAY *array = (SAFEARRAY *)(head + 1);
    array->cDims = (uint16_t)dims;
    array->cbElements = (uint32_t)size;
    array->pvData = elements_new(count, size);
    if (!array->pvData) {
        free(head);
        return NULL;
    }
    return array;
}

/* Writes down the type, the way other languages look for it. */
static void array_describe(SAFEARRAY *array, VARTYPE type) {
    array->fFeatures = FADF_HAVEVARTYPE;
    if (type == VT_UNKNOWN || type == VT_DISPATCH) {
        array->fFeatures = type == VT_UNKNOWN ? FADF_HAVEIID | FADF_UNKNOWN : FADF_HAVEIID | FADF_DISPATCH;
        memcpy(head_of(array), type == VT_UNKNOWN ? &IID_IUnknown : &IID_IDispatch, sizeof(IID));
        return;
    }
    head_of(array)->words[3] = type;
    if (type == VT_BSTR)
        array->fFeatures |= FADF_BSTR;
    else if (type == VT_VARIANT)
        array->fFeatures |= FADF_VARIANT;
}

SAFEARRAY *SafeArrayCreate(VARTYPE type, UINT dims, SAFEARRAYBOUND *bounds) {
    size_t count = 0;
    size_t size = variant_element_size(type);
    if (!size || !dims || dims > UINT16_MAX || !bounds || !count_elements(bounds, dims, size, &count))
        return NULL;
    SAFEARRAY *array = array_alloc(dims, count, size);
    if (!array)
        return NULL;
    array_describe(array, type);
    for (UINT i = 0; i < dims; ++i)
        array->rgsabound[dims - 1 - i] = bounds[i];
    return array;
}

SAFEARRAY *SafeArrayCreateVector(VARTYPE type, LONG lower, ULONG count) {
    if (lower < INT32_MIN || lower > INT32_MAX || count > UINT32_MAX)
        return NULL;
    SAFEARRAYBOUND bound = {.cElements = (uint32_t)count, .lLbound = (int32_t)lower};
    return SafeArrayCreate(type, 1, &bound);
}

HRESULT safearray_check(const SAFEARRAY *array) {
    struct shape shape;
    if (!array)
        return S_OK;
    if (locked(array))
        return DISP_E_ARRAYISLOCKED;
    return shape_read(array, &shape) ? elements_check(array, &shape, 0) : E_INVALIDARG;
}

HRESULT SafeArrayDestroy(SAFEARRAY *array) {
    struct shape shape;
    HRESULT hr = safearray_check(array);
    if (!array || FAILED(hr))
        return hr;
    shape_read(array, &shape);
    elements_free(array, &shape, 0);
    if (!(array->fFeatures & FEATURES_FOREIGN)) {
        wipe_free(array->pvData, shape.count * shape.size);
        free(head_of(array));
    }
    return S_OK;
}

UINT SafeArrayGetDim(SAFEARRAY *array) {
    return array ? array->cDims : 0;
}

UINT SafeArrayGetElemsize(SAFEARRAY *array) {
    return array ? array->cbElements : 0;
}

HRESULT SafeArrayGetLBound(SAFEARRAY *array, UINT dim, LONG *lower) {
    if (!array || !lower)
        return E_INVALIDARG;
    if (!dim || dim > array->cDims)
        return DISP_E_BADINDEX;
    *lower = bound_of(array, dim - 1)->lLbound;
    return S_OK;
}

HRESULT SafeArrayGetUBound(SAFEARRAY *array, UINT dim, LONG *upper) {
    if (!array || !upper)
        return E_INVALIDARG;
    if (!dim || dim > array->cDims)
        return DISP_E_BADINDEX;
    const SAFEARRAYBOUND *bound = bound_of(array, dim - 1);
    *upper = (LONG)((int64_t)bound->lLbound + bound->cElements - 1);
    return S_OK;
}

HRESULT SafeArrayGetVartype(SAFEARRAY *array, VARTYPE *type) {
    if (!array || !type)
        return E_INVALIDARG;
    VARTYPE found = owned_type(array);
    if (array->fFeatures & FADF_HAVEVARTYPE)
        found = (VARTYPE)head_of(array)->words[3];
    if (found == VT_EMPTY)
        return E_INVALIDARG;
    *type = found;
    return S_OK;
}

HRESULT SafeArrayLock(SAFEARRAY *array) {
    if (!array)
        return E_INVALIDARG;
    uint32_t held = __atomic_load_n(&array->cLocks, __ATOMIC_RELAXED);
    do {
        if (held == UINT32_MAX)
            return E_UNEXPECTED;
    } while (!__atomic_compare_exchange_n(&array->cLocks, &held, held + 1, true, __ATOMIC_ACQ_REL,
                                          __ATOMIC_RELAXED));
    return S_OK;
}

HRESULT SafeArrayUnlock(SAFEARRAY *array) {
    if (!array)
        return E_INVALIDARG;
    uint32_t held = __atomic_load_n(&array->cLocks, __ATOMIC_RELAXED);
    do {
        if (!held)
            return E_UNEXPECTED;
    } while (!__atomic_compare_exchange_n(&array->cLocks, &held, held - 1, true, __ATOMIC_ACQ_REL,
                                          __ATOMIC_RELAXED));
    return S_OK;
}

HRESULT SafeArrayAccessData(SAFEARRAY *array, void **data) {
    if (!data)
        return E_INVALIDARG;
    HRESULT hr = SafeArrayLock(array);
    *data = SUCCEEDED(hr) ? array->pvData : NULL;
    return hr;
}

HRESULT SafeArrayUnaccessData(SAFEARRAY *array) {
    return SafeArrayUnlock(array);
}

HRESULT SafeArrayPtrOfIndex(SAFEARRAY *array, LONG *indices, void **element) {
    struct shape shape;
    if (!array || !indices || !element || !shape_read(array, &shape))
        return E_INVALIDARG;
    size_t place = 0;
    size_t stride = 1;
    for (UINT dim = 0; dim < array->cDims; ++dim) {
        const SAFEARRAYBOUND *bound = bound_of(array, dim);
        if (indices[dim] < bound->lLbound)
            return DISP_E_BADINDEX;
        uint64_t distance = (uint64_t)indices[dim] - (uint64_t)(int64_t)bound->lLbound;
        if (distance >= bound->cElements)
            return DISP_E_BADINDEX;
        place += (size_t)distance * stride;
        stride *= bound->cElements;
    }
    *element = element_at(array, place);
    return S_OK;
}

HRESULT SafeArrayGetElement(SAFEARRAY *array, LONG *indices, void *element) {
    void *found = NULL;
    if (!element)
        return E_INVALIDARG;
    HRESULT hr = SafeArrayLock(array);
    if (FAILED(hr))
        return hr;
    hr = SafeArrayPtrOfIndex(array, indices, &found);
    if (SUCCEEDED(hr))
        hr = arrayelement_copy(owned_type(array), found, array->cbElements, element);
    SafeArrayUnlock(array);
    return hr;
}

/*
 * The copy is made before the former element goes: the new one may be part of it, and failure must leave it
 * alone.
 */
static HRESULT element_replace(VARTYPE type, void *place, const void *element, size_t size) {
    VARIANT fresh;
    if (type == VT_EMPTY) {
        memmove(place, element, size);
        return S_OK;
    }
    HRESULT hr = arrayelement_check(type, place);
    if (SUCCEEDED(hr))
        hr = arrayelement_copy(type, element, size, &fresh);
    if (FAILED(hr))
        return hr;
    arrayelement_free(type, place, size);
    memcpy(place, &fresh, size);
    return S_OK;
}

HRESULT SafeArrayPutElement(SAFEARRAY *array, LONG *indices, void *element) {
    HRESULT hr = SafeArrayLock(array);
    if (FAILED(hr))
        return hr;
    void *place = NULL;
    VARTYPE type = owned_type(array);
    bool pointer = type == VT_BSTR || type == VT_UNKNOWN || type == VT_DISPATCH;
    if (!element && !pointer)
        hr = E_INVALIDARG;
    else
        hr = SafeArrayPtrOfIndex(array, indices, &place);
    if (SUCCEEDED(hr))
        hr = element_replace(type, place, pointer ? &element : element, array->cbElements);
    SafeArrayUnlock(array);
    return hr;
}

/*
 * An array of the same bounds and type, its elements zero; one that does not say its type is copied as such.
 */
static SAFEARRAY *array_alike(const SAFEARRAY *array, const struct shape *shape) {
    SAFEARRAY *alike = array_alloc(array->cDims, shape->count, shape->size);
    if (!alike)
        return NULL;
    memcpy(alike->rgsabound, array->rgsabound, array->cDims * sizeof *array->rgsabound);
    const unsigned kept =
        FADF_HAVEIID | FADF_HAVEVARTYPE | FADF_BSTR | FADF_UNKNOWN | FADF_DISPATCH | FADF_VARIANT;
    alike->fFeatures = (uint16_t)(array->fFeatures & kept);
    if (alike->fFeatures & (FADF_HAVEIID | FADF_HAVEVARTYPE))
        *head_of(alike) = *head_of(array);
    return alike;
}

static HRESULT elements_copy(const SAFEARRAY *from, const struct shape *shape, SAFEARRAY *to) {
    HRESULT hr = S_OK;
    if (shape->type == VT_EMPTY && shape->count)
        memcpy(to->pvData, from->pvData, shape->count * shape->size);
    if (shape->type != VT_EMPTY)
        for (size_t i = 0; SUCCEEDED(hr) && i < shape->count; ++i)
            hr = arrayelement_copy(shape->type, element_at(from, i), shape->size, element_at(to, i));
    return hr;
}

HRESULT SafeArrayCopy(SAFEARRAY *array, SAFEARRAY **out) {
    struct shape shape;
    if (!out)
        return E_INVALIDARG;
    *out = NULL;
    if (!array)
        return S_OK;
    if (!shape_read(array, &shape))
        return E_INVALIDARG;
    HRESULT hr = SafeArrayLock(array);
    if (FAILED(hr))
        return hr;
    SAFEARRAY *copy = array_alike(array, &shape);
    hr = copy ? elements_copy(array, &shape, copy) : E_OUTOFMEMORY;
    SafeArrayUnlock(array);
    if (SUCCEEDED(hr))
        *out = copy;
    else
        SafeArrayDestroy(copy);
    return hr;
}

/* The last dimension's index runs slowest: other bounds for it cut or lengthen the memory at its end. */
HRESULT SafeArrayRedim(SAFEARRAY *array, SAFEARRAYBOUND *bound) {
    struct shape shape;
    if (!array || !bound)
        return E_INVALIDARG;
    if (locked(array))
        return DISP_E_ARRAYISLOCKED;
    if (!shape_read(array, &shape) || !bound_sound(bound) ||
        (array->fFeatures & (FEATURES_FOREIGN | FADF_FIXEDSIZE)))
        return E_INVALIDARG;
    const SAFEARRAYBOUND former = array->rgsabound[0];
    size_t count = 0;
    array->rgsabound[0] = *bound;
    bool fits = count_elements(array->rgsabound, array->cDims, shape.size, &count);
    array->rgsabound[0] = former;
    if (!fits)
        return E_OUTOFMEMORY;
    size_t kept = count < shape.count ? count : shape.count;
    HRESULT hr = elements_check(array, &shape, kept);
    if (FAILED(hr))
        return hr;
    void *elements = elements_new(count, shape.size);
    if (!elements)
        return E_OUTOFMEMORY;
    if (kept)
        memcpy(elements, array->pvData, kept * shape.size);
    elements_free(array, &shape, kept);
    wipe_free(array->pvData, shape.count * shape.size);
    array->pvData = elements;
    array->rgsabound[0] = *bound;
    return S_OK;
}
