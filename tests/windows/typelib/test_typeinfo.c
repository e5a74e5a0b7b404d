/*
 * Objects of the registered library tell their types, and who calls by type information alone, as many
 * languages do, gets there: the registered type library is found by its identifier, objects describe
 * themselves out of it, numbers by name are the same on both ways, and ITypeInfo::Invoke calls methods,
 * default values and all. DLL is a macro of the build.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "com/contract.h"
#include "described.h"
#include "support/kits/contract.h"

#define ARGUMENTS_MAX 6

typedef HRESULT(WINAPI *server_function)(void);

static HMODULE module;
static wchar_t module_path[MAX_PATH];

static HRESULT call_server(const char *name) {
    server_function function = NULL;
    const FARPROC found = GetProcAddress(module, name);
    memcpy(&function, &found, sizeof function);
    return function ? function() : E_NOINTERFACE;
}

static int setup(void **state) {
    (void)state;
    if (!GetFullPathNameW(L"" DLL, MAX_PATH, module_path, NULL) ||
        FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED)))
        return -1;
    module = LoadLibraryW(module_path);
    return module && call_server("DllRegisterServer") == S_OK ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    const HRESULT hr = call_server("DllUnregisterServer");
    ITypeLib *library = NULL;
    const bool gone = FAILED(LoadRegTypeLib(&LIBID_SCARDSSPLib, 1, 0, 0, &library));
    CoUninitialize();
    return hr == S_OK && gone ? 0 : -1;
}

static const struct {
    const CLSID *clsid;
    const char *name;
} classes[] = {
    {&CLSID_CByteBuffer, "IByteBuffer"},
    {&CLSID_CSCardTypeConv, "ISCardTypeConv"},
    {&CLSID_CSCardCmd, "ISCardCmd"},
    {&CLSID_CSCardISO7816, "ISCardISO7816"},
    {&CLSID_CSCard, "ISCard"},
    {&CLSID_CSCardDatabase, "ISCardDatabase"},
    {&CLSID_CSCardLocate, "ISCardLocate"},
    {&CLSID_CSCardManage, "ISCardManage"},
};
#define CLASSES (sizeof classes / sizeof classes[0])

static IDispatch *make(REFCLSID clsid, REFIID iid) {
    void *object = NULL;
    assert_int_equal(CoCreateInstance(clsid, NULL, CLSCTX_INPROC_SERVER, iid, &object), S_OK);
    return object;
}

static ITypeInfo *info_of(IDispatch *object) {
    ITypeInfo *info = NULL;
    assert_int_equal(IDispatch_GetTypeInfo(object, 0, LOCALE_USER_DEFAULT, &info), S_OK);
    assert_non_null(info);
    return info;
}

static void test_library__found_by_identifier(void **state) {
    (void)state;
    ITypeLib *library = NULL;
    BSTR path = NULL;
    GUID libid = LIBID_SCARDSSPLib;
    assert_int_equal(LoadRegTypeLib(&libid, 1, 0, 0, &library), S_OK);
    assert_int_equal(QueryPathOfRegTypeLib(&libid, 1, 0, 0, &path), S_OK);
    assert_int_equal(_wcsicmp(path, module_path), 0);
    SysFreeString(path);
    ITypeLib_Release(library);
}

/* The stream of a registered library is the system's, too. */
static void test_library__stream(void **state) {
    (void)state;
    ITypeLib *library = NULL;
    ITypeInfo *buffer = NULL;
    assert_int_equal(LoadRegTypeLib(&LIBID_SCARDSSPLib, 1, 0, 0, &library), S_OK);
    assert_int_equal(ITypeLib_GetTypeInfoOfGuid(library, &IID_IByteBuffer, &buffer), S_OK);
    ITypeInfo *const stream = described_referred(buffer, 1, 0);
    const GUID iid = described_guid(stream);
    assert_true(IsEqualGUID(&iid, &IID_IStream));
    ITypeInfo_Release(stream);
    ITypeInfo_Release(buffer);
    ITypeLib_Release(library);
}

static void expect_described(IDispatch *object, const char *name) {
    UINT count = 0, index = 0;
    ITypeInfo *none = (ITypeInfo *)object;
    ITypeLib *library = NULL;
    TLIBATTR *attributes = NULL;
    char text[DESCRIBED_MAX];
    assert_int_equal(IDispatch_GetTypeInfoCount(object, &count), S_OK);
    assert_int_equal(count, 1);
    assert_int_equal(IDispatch_GetTypeInfo(object, 1, LOCALE_USER_DEFAULT, &none), DISP_E_BADINDEX);
    assert_null(none);
    ITypeInfo *const info = info_of(object);
    const GUID iid = described_guid(info);
    assert_true(IsEqualGUID(&iid, &contract_by_name(name)->iid));
    described_name(info, text);
    assert_string_equal(text, name);
    assert_int_equal(ITypeInfo_GetContainingTypeLib(info, &library, &index), S_OK);
    assert_int_equal(ITypeLib_GetLibAttr(library, &attributes), S_OK);
    assert_true(IsEqualGUID(&attributes->guid, &LIBID_SCARDSSPLib));
    ITypeLib_ReleaseTLibAttr(library, attributes);
    ITypeLib_Release(library);
    ITypeInfo_Release(info);
}

static void test_objects__describe_themselves(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        IDispatch *const object = make(classes[i].clsid, &IID_IDispatch);
        expect_described(object, classes[i].name);
        IDispatch_Release(object);
    }
    IDispatch *const more = make(&CLSID_CSCard, &IID_ISCardEx);
    expect_described(more, "ISCardEx");
    IDispatch_Release(more);
}

/* Member and parameters of one row, asked of the object and of its type information. */
static void expect_same_numbers(IDispatch *object, ITypeInfo *info, const struct contract_member *member) {
    wchar_t texts[CONTRACT_PARAMETERS_MAX + 1][64];
    LPOLESTR names[CONTRACT_PARAMETERS_MAX + 1];
    DISPID by_object[CONTRACT_PARAMETERS_MAX + 1], by_type[CONTRACT_PARAMETERS_MAX + 1];
    UINT count = 0;
    wcscpy(texts[count++], member->name);
    for (size_t i = 0; member->kind == CONTRACT_METHOD && i < member->parameter_count; ++i)
        wcscpy(texts[count++], member->parameters[i].name);
    for (UINT i = 0; i < count; ++i)
        names[i] = texts[i];
    assert_int_equal(IDispatch_GetIDsOfNames(object, &IID_NULL, names, count, LOCALE_USER_DEFAULT, by_object),
                     S_OK);
    assert_int_equal(ITypeInfo_GetIDsOfNames(info, names, count, by_type), S_OK);
    assert_memory_equal(by_object, by_type, count * sizeof *by_type);
    assert_int_equal(by_type[0], member->dispid);
}

static void test_names__same_numbers_by_object_and_by_type(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        IDispatch *const object = make(classes[i].clsid, &IID_IDispatch);
        ITypeInfo *const info = info_of(object);
        const struct contract_interface *const contract = contract_by_name(classes[i].name);
        for (size_t k = 0; k < contract->count; ++k)
            expect_same_numbers(object, info, &contract->members[k]);
        ITypeInfo_Release(info);
        IDispatch_Release(object);
    }
}

/* A call by type information alone. */
static HRESULT invoke(void *object, const wchar_t *name, WORD flags, VARIANT *result, unsigned count, ...) {
    VARIANTARG arguments[ARGUMENTS_MAX];
    DISPID put = DISPID_PROPERTYPUT;
    wchar_t text[64];
    LPOLESTR names = wcscpy(text, name);
    MEMBERID id = MEMBERID_NIL;
    UINT bad = 0;
    EXCEPINFO exception;
    va_list list;
    memset(&exception, 0, sizeof exception);
    va_start(list, count);
    for (unsigned i = 0; i < count; ++i)
        arguments[count - 1 - i] = va_arg(list, VARIANT);
    va_end(list);
    const bool puts = flags == DISPATCH_PROPERTYPUT;
    DISPPARAMS params = {arguments, puts ? &put : NULL, count, puts ? 1 : 0};
    ITypeInfo *const info = info_of(object);
    HRESULT hr = ITypeInfo_GetIDsOfNames(info, &names, 1, &id);
    if (SUCCEEDED(hr))
        hr = ITypeInfo_Invoke(info, object, id, flags, &params, result, &exception, &bad);
    ITypeInfo_Release(info);
    return hr;
}

static VARIANT number(LONG value) {
    return (VARIANT){.vt = VT_I4, .lVal = value};
}

static VARIANT missing(void) {
    return (VARIANT){.vt = VT_ERROR, .scode = DISP_E_PARAMNOTFOUND};
}

static LONG property(void *object, const wchar_t *name) {
    VARIANT value = {.vt = VT_EMPTY};
    assert_int_equal(invoke(object, name, DISPATCH_PROPERTYGET, &value, 0), S_OK);
    assert_int_equal(VariantChangeType(&value, &value, 0, VT_I4), S_OK);
    return value.lVal;
}

static void test_invoke__properties(void **state) {
    (void)state;
    IDispatch *const cmd = make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    assert_int_equal(invoke(cmd, L"ClassId", DISPATCH_PROPERTYPUT, NULL, 1, number(0x80)), S_OK);
    assert_int_equal(invoke(cmd, L"p2", DISPATCH_PROPERTYPUT, NULL, 1, number(7)), S_OK);
    assert_int_equal(property(cmd, L"ClassId"), 0x80);
    assert_int_equal(property(cmd, L"P2"), 7);
    assert_int_equal(property(cmd, L"type"), ISO_CASE_1);
    assert_int_equal(property(cmd, L"ApduLength"), 4);
    IDispatch_Release(cmd);
}

/* What is left out has the value that the type library tells; for pointers NULL. */
static void test_invoke__default_values(void **state) {
    (void)state;
    IDispatch *const cmd = make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    LONG le = 5;
    const VARIANT reference = {.vt = VT_BYREF | VT_I4, .plVal = &le};
    assert_int_equal(invoke(cmd, L"BuildCmd", DISPATCH_METHOD, NULL, 6, number(0), number(0xB0), missing(),
                            missing(), missing(), reference),
                     S_OK);
    assert_int_equal(property(cmd, L"ApduLength"), 5);
    assert_int_equal(property(cmd, L"LeField"), 5);
    assert_int_equal(property(cmd, L"P1"), 0);
    assert_int_equal(invoke(cmd, L"BuildCmd", DISPATCH_METHOD, NULL, 2, number(0), number(0xB0)), S_OK);
    assert_int_equal(property(cmd, L"ApduLength"), 4);
    assert_int_equal(invoke(cmd, L"BuildCmd", DISPATCH_METHOD, NULL, 1, number(0)), DISP_E_BADPARAMCOUNT);
    IDispatch_Release(cmd);
}

static void test_invoke__connection(void **state) {
    (void)state;
    IDispatch *const card = make(&CLSID_CSCard, &IID_ISCard);
    VARIANT reader = {.vt = VT_BSTR, .bstrVal = SysAllocString(L"Simulated Reader 00")};
    assert_int_equal(
        invoke(card, L"AttachByReader", DISPATCH_METHOD, NULL, 3, reader, number(SHARED), number(T1)), S_OK);
    assert_int_equal(property(card, L"Protocol"), T1);
    assert_int_equal(invoke(card, L"ReAttach", DISPATCH_METHOD, NULL, 2, number(SHARED), missing()), S_OK);
    assert_int_equal(property(card, L"Status"), SPECIFICMODE);
    assert_int_equal(invoke(card, L"Detach", DISPATCH_METHOD, NULL, 1, missing()), S_OK);
    VariantClear(&reader);
    IDispatch_Release(card);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_library__found_by_identifier),
        cmocka_unit_test(test_library__stream),
        cmocka_unit_test(test_objects__describe_themselves),
        cmocka_unit_test(test_names__same_numbers_by_object_and_by_type),
        cmocka_unit_test(test_invoke__properties),
        cmocka_unit_test(test_invoke__default_values),
        cmocka_unit_test(test_invoke__connection),
    };
    return cmocka_run_group_tests_name("windows/typeinfo", tests, setup, teardown);
}
