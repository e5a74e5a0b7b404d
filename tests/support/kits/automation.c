/* Calls by name for tests: see automation.h. */
#include "support/kits/automation.h"

#include <stdbool.h>
#include <string.h>

#include "com/contract.h"
#include "support/kits/com.h"

#define ARGUMENTS_MAX 8
#define SEEN_MAX 256

struct told told;

static const struct contract_member *seen[SEEN_MAX];
static size_t seen_count;

VARIANT arg_number(int32_t value) {
    return (VARIANT){.vt = VT_I4, .lVal = value};
}

VARIANT arg_long(int64_t value) {
    return (VARIANT){.vt = VT_I8, .llVal = value};
}

VARIANT arg_text(const wchar_t *text) {
    return (VARIANT){.vt = VT_BSTR, .bstrVal = SysAllocString(text)};
}

VARIANT arg_object(void *object) {
    if (object)
        IUnknown_AddRef((IUnknown *)object);
    return (VARIANT){.vt = VT_DISPATCH, .pdispVal = object};
}

VARIANT arg_unknown(void *object) {
    if (object)
        IUnknown_AddRef((IUnknown *)object);
    return (VARIANT){.vt = VT_UNKNOWN, .punkVal = object};
}

VARIANT arg_empty(void) {
    return (VARIANT){.vt = VT_EMPTY};
}

VARIANT arg_missing(void) {
    return (VARIANT){.vt = VT_ERROR, .scode = DISP_E_PARAMNOTFOUND};
}

VARIANT arg_bytes(const void *bytes, size_t size) {
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, (ULONG)size);
    assert_non_null(array);
    if (size)
        memcpy(array->pvData, bytes, size);
    return (VARIANT){.vt = VT_ARRAY | VT_UI1, .parray = array};
}

VARIANT arg_variants(const void *bytes, size_t size) {
    SAFEARRAY *array = SafeArrayCreateVector(VT_VARIANT, 0, (ULONG)size);
    assert_non_null(array);
    for (size_t i = 0; i < size; ++i)
        ((VARIANT *)array->pvData)[i] = (VARIANT){.vt = VT_I2, .iVal = ((const uint8_t *)bytes)[i]};
    return (VARIANT){.vt = VT_ARRAY | VT_VARIANT, .parray = array};
}

VARIANT arg_ref(VARIANT *variable) {
    return (VARIANT){.vt = VT_BYREF | VT_VARIANT, .pvarVal = variable};
}

VARIANT arg_typed_ref(VARTYPE type, void *variable) {
    return (VARIANT){.vt = (VARTYPE)(VT_BYREF | type), .byref = variable};
}

static void copy_text(char *out, size_t room, BSTR text) {
    size_t i = 0;
    for (; i + 1 < room && i < SysStringLen(text); ++i)
        out[i] = (char)text[i];
    out[i] = '\0';
}

static void remember(const IID *itf, DISPID id, enum contract_kind kind) {
    const struct contract_member *member = contract_member_by_dispid(contract_by_iid(itf), id, kind);
    assert_true(seen_count < SEEN_MAX);
    for (size_t i = 0; i < seen_count; ++i)
        if (seen[i] == member)
            return;
    seen[seen_count++] = member;
}

static HRESULT invoke(IDispatch *object, DISPID id, WORD flags, DISPPARAMS *params, VARIANT *result) {
    EXCEPINFO info = {0};
    told = (struct told){.bad = 99};
    const HRESULT hr =
        IDispatch_Invoke(object, id, &IID_NULL, LOCALE_USER_DEFAULT, flags, params, result, &info, &told.bad);
    copy_text(told.source, sizeof told.source, info.bstrSource);
    copy_text(told.description, sizeof told.description, info.bstrDescription);
    told.code = info.scode;
    SysFreeString(info.bstrSource);
    SysFreeString(info.bstrDescription);
    for (UINT i = 0; i < params->cArgs; ++i)
        VariantClear(&params->rgvarg[i]);
    return hr;
}

static DISPID number_of(IDispatch *object, const wchar_t *name) {
    wchar_t text[64];
    LPOLESTR names = wcscpy(text, name);
    DISPID id = DISPID_UNKNOWN;
    assert_hr(S_OK, IDispatch_GetIDsOfNames(object, &IID_NULL, &names, 1, LOCALE_USER_DEFAULT, &id));
    return id;
}

HRESULT by_name(void *object, const IID *itf, const wchar_t *name, VARIANT *result, unsigned count, ...) {
    VARIANTARG arguments[ARGUMENTS_MAX];
    va_list list;
    assert_true(count <= ARGUMENTS_MAX);
    va_start(list, count);
    for (unsigned i = 0; i < count; ++i)
        arguments[count - 1 - i] = va_arg(list, VARIANT);
    va_end(list);
    DISPPARAMS params = {.rgvarg = arguments, .cArgs = count};
    const DISPID id = number_of(object, name);
    /* Both flags, as Visual Basic says it: it does not know which of the two a name is. */
    const HRESULT hr = invoke(object, id, DISPATCH_METHOD | DISPATCH_PROPERTYGET, &params, result);
    const bool is_method = contract_member_by_dispid(contract_by_iid(itf), id, CONTRACT_METHOD) != NULL;
    if (hr == S_OK)
        remember(itf, id, is_method ? CONTRACT_METHOD : CONTRACT_GET);
    return hr;
}

HRESULT put_by_name(void *object, const IID *itf, const wchar_t *name, VARIANT value) {
    DISPID put = DISPID_PROPERTYPUT;
    DISPPARAMS params = {.rgvarg = &value, .rgdispidNamedArgs = &put, .cArgs = 1, .cNamedArgs = 1};
    const WORD flags = value.vt == VT_DISPATCH ? DISPATCH_PROPERTYPUTREF : DISPATCH_PROPERTYPUT;
    const DISPID id = number_of(object, name);
    const HRESULT hr = invoke(object, id, flags, &params, NULL);
    if (hr == S_OK)
        remember(itf, id, CONTRACT_PUT);
    return hr;
}

int64_t take_number(VARIANT *result) {
    VARIANT number;
    VariantInit(&number);
    assert_true(result->vt == VT_I4 || result->vt == VT_UI1 || result->vt == VT_I8 || result->vt == VT_BOOL);
    assert_hr(S_OK, VariantChangeType(&number, result, 0, VT_I8));
    VariantClear(result);
    return number.llVal;
}

size_t take_bytes(VARIANT *result, uint8_t *bytes, size_t room) {
    assert_int_equal(result->vt, VT_ARRAY | VT_UI1);
    assert_int_equal(SafeArrayGetDim(result->parray), 1);
    const size_t size = result->parray->rgsabound[0].cElements;
    assert_true(size <= room);
    if (size)
        memcpy(bytes, result->parray->pvData, size);
    assert_hr(S_OK, VariantClear(result));
    return size;
}

size_t take_indexed_bytes(VARIANT *result, uint8_t *bytes, size_t room) {
    assert_int_equal(result->vt, VT_ARRAY | VT_VARIANT);
    assert_int_equal(SafeArrayGetDim(result->parray), 1);
    assert_int_equal(result->parray->rgsabound[0].lLbound, 0);
    const size_t size = result->parray->rgsabound[0].cElements;
    assert_true(size <= room);
    for (size_t i = 0; i < size; ++i) {
        const VARIANT *const element = &((const VARIANT *)result->parray->pvData)[i];
        assert_int_equal(element->vt, VT_UI1);
        bytes[i] = element->bVal;
    }
    assert_hr(S_OK, VariantClear(result));
    return size;
}

void *take_object(VARIANT *result, const IID *itf) {
    void *object = NULL;
    assert_true(result->vt == VT_DISPATCH || result->vt == VT_UNKNOWN);
    assert_non_null(result->punkVal);
    assert_hr(S_OK, IUnknown_QueryInterface(result->punkVal, itf, &object));
    assert_hr(S_OK, VariantClear(result));
    return object;
}

ULONG references(void *object) {
    IUnknown_AddRef((IUnknown *)object);
    return IUnknown_Release((IUnknown *)object);
}

void assert_all_called(const IID *itf) {
    const struct contract_interface *contract = contract_by_iid(itf);
    size_t missing = 0;
    for (size_t i = 0; i < contract->count; ++i) {
        size_t at = 0;
        while (at < seen_count && seen[at] != &contract->members[i])
            ++at;
        if (at < seen_count)
            continue;
        ++missing;
        print_error("%s, slot %u: never called by name\n", contract->name, contract->members[i].slot);
    }
    assert_int_equal(missing, 0);
}
