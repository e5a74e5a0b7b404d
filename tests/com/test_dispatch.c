/*
 * Late binding by the tables of the contract: names to numbers, what is not offered, and every way of calling
 * Invoke that must be refused. What the members do by name is tested beside their objects
 * (test_dispatch_*.c).
 */
#include "support/kits/com.h"
#include "support/kits/typeinfo.h"

#include <string.h>

#include "com/com.h"
#include "com/dispatch.h"
#include "objects/bytebuffer.h"
#include "objects/cmd.h"

static LPOLESTR name_of(const wchar_t *text, wchar_t *room) {
    return wcscpy(room, text);
}

static void test_ids__members_in_any_case(void **state) {
    (void)state;
    static const struct {
        const IID *itf;
        const wchar_t *name;
        DISPID expected;
    } rows[] = {
        {&IID_IByteBuffer, L"Stream", 0}, {&IID_IByteBuffer, L"read", 6},
        {&IID_IByteBuffer, L"WRITE", 12}, {&IID_IByteBuffer, L"lockREGION", 5},
        {&IID_ISCardCmd, L"Apdu", 0},     {&IID_ISCardCmd, L"ApduReply", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        wchar_t room[32];
        LPOLESTR name = name_of(rows[i].name, room);
        DISPID id = 99;
        assert_hr(S_OK, dispatch_ids_of_names(rows[i].itf, &IID_NULL, &name, 1, &id));
        assert_int_equal(rows[i].expected, id);
    }
}

static void test_ids__unknown_names(void **state) {
    (void)state;
    wchar_t room[3][32];
    LPOLESTR names[3] = {name_of(L"Reed", room[0]), name_of(L"size", room[1]), name_of(L"CB", room[2])};
    DISPID ids[3] = {99, 99, 99};
    assert_hr(DISP_E_UNKNOWNNAME, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, names, 1, ids));
    assert_int_equal(DISPID_UNKNOWN, ids[0]);
    assert_int_equal(99, ids[1]);
    name_of(L"Read", room[0]);
    assert_hr(DISP_E_UNKNOWNNAME, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, names, 3, ids));
    assert_int_equal(6, ids[0]);
    assert_int_equal(DISPID_UNKNOWN, ids[1]);
    assert_int_equal(1, ids[2]);
    names[1] = NULL;
    assert_hr(DISP_E_UNKNOWNNAME, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, names, 2, ids));
}

/* Parameters count from 0 in their order; those of properties have no names. */
static void test_ids__parameters(void **state) {
    (void)state;
    wchar_t room[7][32];
    LPOLESTR names[7] = {name_of(L"BuildCmd", room[0]),  name_of(L"plLe", room[1]),
                         name_of(L"byClassId", room[2]), name_of(L"PBYDATA", room[3]),
                         name_of(L"byP1", room[4]),      name_of(L"byp2", room[5]),
                         name_of(L"byInsId", room[6])};
    static const DISPID expected[] = {15, 5, 0, 4, 2, 3, 1};
    DISPID ids[7];
    assert_hr(S_OK, dispatch_ids_of_names(&IID_ISCardCmd, &IID_NULL, names, 7, ids));
    assert_memory_equal(ids, expected, sizeof ids);
    LPOLESTR property[2] = {name_of(L"Data", room[0]), name_of(L"pData", room[1])};
    assert_hr(DISP_E_UNKNOWNNAME, dispatch_ids_of_names(&IID_ISCardCmd, &IID_NULL, property, 2, ids));
    assert_int_equal(5, ids[0]);
}

static void test_ids__bad_arguments(void **state) {
    (void)state;
    wchar_t room[32];
    LPOLESTR name = name_of(L"Read", room);
    LPOLESTR none = NULL;
    DISPID id = 99;
    assert_hr(E_POINTER, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, &name, 1, NULL));
    assert_hr(DISP_E_UNKNOWNINTERFACE,
              dispatch_ids_of_names(&IID_IByteBuffer, &IID_IByteBuffer, &name, 1, &id));
    assert_int_equal(DISPID_UNKNOWN, id);
    assert_hr(DISP_E_UNKNOWNINTERFACE, dispatch_ids_of_names(&IID_IByteBuffer, NULL, &name, 1, &id));
    /* Whatever is wrong, no number is left to be taken for one. */
    LPOLESTR names[] = {name, name, name};
    DISPID ids[4] = {7, 7, 7, 7};
    assert_hr(DISP_E_UNKNOWNINTERFACE, dispatch_ids_of_names(&IID_IByteBuffer, NULL, names, 3, ids));
    for (size_t i = 0; i < 3; ++i)
        assert_int_equal(ids[i], DISPID_UNKNOWN);
    assert_int_equal(ids[3], 7);
    assert_hr(E_INVALIDARG, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, NULL, 1, &id));
    assert_hr(E_INVALIDARG, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, &none, 1, &id));
    assert_hr(E_INVALIDARG, dispatch_ids_of_names(&IID_IByteBuffer, &IID_NULL, &name, 0, &id));
    assert_hr(E_INVALIDARG, dispatch_ids_of_names(&IID_IStream, &IID_NULL, &name, 1, &id));
}

static void test_type_info__of_an_interface(void **state) {
    (void)state;
    UINT count = 9;
    ITypeInfo *info = (ITypeInfo *)(void *)&count;
    assert_hr(S_OK, dispatch_type_info_count(&count));
    assert_int_equal(TYPEINFO_COUNT, count);
    assert_hr(E_POINTER, dispatch_type_info_count(NULL));
    const HRESULT hr = dispatch_type_info(&IID_ISCard, 0, &info);
    assert_typeinfo(hr, info, &IID_ISCard);
    assert_hr(E_POINTER, dispatch_type_info(&IID_ISCard, 0, NULL));
}

/* Calls by number on a command */

#define BUILDCMD 15
#define CLEAR 16
#define P1 8
#define P3 10

static ISCardCmd *cmd;
static struct dispatch_target target;

static int make_cmd(void **state) {
    (void)state;
    if (FAILED(cmd_create(&cmd)))
        return -1;
    target = (struct dispatch_target){(IDispatch *)cmd, &IID_ISCardCmd, bytebuffer_create_with};
    return 0;
}

static int drop_cmd(void **state) {
    (void)state;
    return ISCardCmd_Release(cmd) == 0 && com_count() == 0 ? 0 : -1;
}

/* With the arguments as rgvarg has them: the last one first, and those with names before all others. */
static HRESULT call(DISPID id, WORD flags, VARIANTARG *reversed, UINT count, DISPID *named, UINT named_count,
                    UINT *bad) {
    DISPPARAMS params = {
        .rgvarg = reversed, .rgdispidNamedArgs = named, .cArgs = count, .cNamedArgs = named_count};
    *bad = 99;
    return dispatch_invoke(&target, id, &IID_NULL, flags, &params, NULL, NULL, bad);
}

static VARIANT number(int32_t value) {
    return (VARIANT){.vt = VT_I4, .lVal = value};
}

static void test_invoke__by_names_of_arguments(void **state) {
    (void)state;
    UINT bad;
    BYTE byte = 0;
    VARIANTARG all[] = {number(0x44), number(0x33), number(0xA4), number(0x80)};
    DISPID names[] = {3, 2};
    assert_hr(S_OK, call(BUILDCMD, DISPATCH_METHOD, all, 4, names, 2, &bad));
    assert_hr(S_OK, ISCardCmd_get_P2(cmd, &byte));
    assert_int_equal(byte, 0x44);
    assert_hr(S_OK, ISCardCmd_get_P1(cmd, &byte));
    assert_int_equal(byte, 0x33);
    assert_hr(S_OK, ISCardCmd_get_ClassId(cmd, &byte));
    assert_int_equal(byte, 0x80);
    /* All by name, in any order, P1 left out. */
    DISPID others[] = {1, 3, 0};
    VARIANTARG three[] = {number(0xB0), number(0x55), number(0x00)};
    assert_hr(S_OK, call(BUILDCMD, DISPATCH_METHOD, three, 3, others, 3, &bad));
    assert_hr(S_OK, ISCardCmd_get_InstructionId(cmd, &byte));
    assert_int_equal(byte, 0xB0);
    assert_hr(S_OK, ISCardCmd_get_P1(cmd, &byte));
    assert_int_equal(byte, 0);
    assert_hr(S_OK, ISCardCmd_get_P2(cmd, &byte));
    assert_int_equal(byte, 0x55);
}

static void test_invoke__flags(void **state) {
    (void)state;
    UINT bad;
    VARIANTARG value = number(7);
    DISPID put = DISPID_PROPERTYPUT;
    static const struct {
        DISPID id;
        WORD flags;
        HRESULT expected;
    } rows[] = {
        {CLEAR, DISPATCH_METHOD, S_OK},
        {CLEAR, DISPATCH_METHOD | DISPATCH_PROPERTYGET, S_OK},
        {CLEAR, DISPATCH_PROPERTYGET, DISP_E_MEMBERNOTFOUND},
        {P3, DISPATCH_PROPERTYGET, S_OK},
        {P3, DISPATCH_METHOD | DISPATCH_PROPERTYGET, S_OK},
        {P3, DISPATCH_METHOD, DISP_E_MEMBERNOTFOUND},
        {P3, 0, DISP_E_MEMBERNOTFOUND},
        {99, DISPATCH_METHOD | DISPATCH_PROPERTYGET, DISP_E_MEMBERNOTFOUND},
        {DISPID_UNKNOWN, DISPATCH_METHOD, DISP_E_MEMBERNOTFOUND},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        assert_hr(rows[i].expected, call(rows[i].id, rows[i].flags, NULL, 0, NULL, 0, &bad));
        assert_int_equal(bad, 99);
    }
    assert_hr(DISP_E_MEMBERNOTFOUND,
              call(P3, DISPATCH_PROPERTYPUT, &value, 1, &put, 1, &bad)); /* read only */
    assert_hr(DISP_E_MEMBERNOTFOUND, call(CLEAR, DISPATCH_PROPERTYPUT, &value, 1, &put, 1, &bad));
    assert_hr(S_OK, call(P1, DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF, &value, 1, &put, 1, &bad));
}

static void test_invoke__counts_and_names(void **state) {
    (void)state;
    UINT bad;
    VARIANTARG seven[] = {number(1), number(1), number(1), number(1), number(1), number(1), number(1)};
    VARIANTARG missing[] = {{.vt = VT_ERROR, .scode = DISP_E_PARAMNOTFOUND}, number(0)};
    DISPID put = DISPID_PROPERTYPUT;
    DISPID first = 0;
    DISPID seventh = 6;
    DISPID twice[] = {2, 2};
    assert_hr(DISP_E_BADPARAMCOUNT, call(BUILDCMD, DISPATCH_METHOD, seven, 7, NULL, 0, &bad));
    assert_hr(DISP_E_BADPARAMCOUNT, call(BUILDCMD, DISPATCH_METHOD, seven, 1, NULL, 0, &bad));
    assert_hr(DISP_E_BADPARAMCOUNT, call(BUILDCMD, DISPATCH_METHOD, NULL, 0, NULL, 0, &bad));
    assert_hr(DISP_E_BADPARAMCOUNT, call(CLEAR, DISPATCH_METHOD, seven, 1, NULL, 0, &bad));
    assert_hr(DISP_E_BADPARAMCOUNT, call(P1, DISPATCH_PROPERTYGET, seven, 1, NULL, 0, &bad));
    assert_hr(DISP_E_BADPARAMCOUNT, call(P1, DISPATCH_PROPERTYPUT, seven, 2, &put, 1, &bad));
    assert_int_equal(bad, 99);
    assert_hr(DISP_E_PARAMNOTFOUND, call(P1, DISPATCH_PROPERTYPUT, seven, 1, NULL, 0, &bad));
    assert_hr(DISP_E_PARAMNOTFOUND, call(P1, DISPATCH_PROPERTYPUT, NULL, 0, NULL, 0, &bad));
    assert_hr(DISP_E_NONAMEDARGS, call(P1, DISPATCH_PROPERTYPUT, seven, 1, &first, 1, &bad));
    assert_int_equal(bad, 0);
    assert_hr(DISP_E_PARAMNOTFOUND, call(BUILDCMD, DISPATCH_METHOD, seven, 3, &seventh, 1, &bad));
    assert_int_equal(bad, 0);
    assert_hr(DISP_E_PARAMNOTFOUND, call(BUILDCMD, DISPATCH_METHOD, seven, 3, &put, 1, &bad));
    assert_hr(E_INVALIDARG, call(BUILDCMD, DISPATCH_METHOD, seven, 3, &first, 1, &bad)); /* by place too */
    assert_hr(E_INVALIDARG, call(BUILDCMD, DISPATCH_METHOD, seven, 4, twice, 2, &bad));
    assert_int_equal(bad, 1);
    assert_hr(DISP_E_PARAMNOTOPTIONAL, call(BUILDCMD, DISPATCH_METHOD, missing, 2, NULL, 0, &bad));
    assert_int_equal(bad, 0);
    assert_hr(DISP_E_PARAMNOTOPTIONAL, call(P1, DISPATCH_PROPERTYPUT, missing, 1, &put, 1, &bad));
}

static void test_invoke__unsound_parameters(void **state) {
    (void)state;
    UINT bad;
    VARIANTARG value = number(7);
    DISPID put = DISPID_PROPERTYPUT;
    assert_hr(E_INVALIDARG, call(BUILDCMD, DISPATCH_METHOD, NULL, 2, NULL, 0, &bad));
    assert_hr(E_INVALIDARG, call(P1, DISPATCH_PROPERTYPUT, &value, 1, NULL, 1, &bad));
    assert_hr(E_INVALIDARG, call(P1, DISPATCH_PROPERTYPUT, &value, 1, &put, 2, &bad));
    DISPPARAMS none = {0};
    struct dispatch_target stranger = target;
    stranger.iid = &IID_IStream;
    assert_hr(E_INVALIDARG,
              dispatch_invoke(&target, CLEAR, &IID_NULL, DISPATCH_METHOD, NULL, NULL, NULL, NULL));
    assert_hr(E_INVALIDARG,
              dispatch_invoke(&stranger, CLEAR, &IID_NULL, DISPATCH_METHOD, &none, NULL, NULL, NULL));
    assert_hr(DISP_E_UNKNOWNINTERFACE,
              dispatch_invoke(&target, CLEAR, &IID_ISCardCmd, DISPATCH_METHOD, &none, NULL, NULL, NULL));
    assert_hr(DISP_E_UNKNOWNINTERFACE,
              dispatch_invoke(&target, CLEAR, NULL, DISPATCH_METHOD, &none, NULL, NULL, NULL));
}

/* What no argument may be, for a number and for an object alike. */
static void test_invoke__types(void **state) {
    (void)state;
    BYTE byte = 0xEE;
    VARIANT self = {.vt = VT_BYREF | VT_VARIANT, .pvarVal = &self};
    SAFEARRAY *array = SafeArrayCreateVector(VT_I4, 0, 1);
    const struct {
        VARIANTARG value;
        HRESULT as_number, as_object;
    } rows[] = {
        {{.vt = VT_EMPTY}, S_OK, S_OK},
        {{.vt = VT_NULL}, DISP_E_TYPEMISMATCH, S_OK},
        {{.vt = VT_I4, .lVal = 256}, DISP_E_OVERFLOW, DISP_E_TYPEMISMATCH},
        {{.vt = VT_I4, .lVal = -1}, DISP_E_OVERFLOW, DISP_E_TYPEMISMATCH},
        {{.vt = VT_UI8, .ullVal = UINT64_MAX}, DISP_E_OVERFLOW, DISP_E_TYPEMISMATCH},
        {{.vt = VT_R8, .dblVal = 1e300}, DISP_E_OVERFLOW, DISP_E_TYPEMISMATCH},
        {{.vt = VT_BSTR, .bstrVal = NULL}, DISP_E_TYPEMISMATCH, DISP_E_TYPEMISMATCH},
        {{.vt = VT_ERROR, .scode = E_FAIL}, DISP_E_TYPEMISMATCH, DISP_E_TYPEMISMATCH},
        {{.vt = VT_ARRAY | VT_I4, .parray = array}, DISP_E_TYPEMISMATCH, DISP_E_TYPEMISMATCH},
        {{.vt = VT_ARRAY | VT_UI1, .parray = array}, DISP_E_TYPEMISMATCH, DISP_E_TYPEMISMATCH},
        {{.vt = VT_ARRAY | VT_UI1, .parray = NULL}, DISP_E_TYPEMISMATCH, S_OK}, /* no bytes */
        {{.vt = VT_ARRAY | VT_I4, .parray = NULL}, DISP_E_TYPEMISMATCH, DISP_E_TYPEMISMATCH},
        {{.vt = VT_BYREF | VT_I4, .plVal = NULL}, DISP_E_TYPEMISMATCH, DISP_E_TYPEMISMATCH},
        {{.vt = VT_BYREF | VT_VARIANT, .pvarVal = NULL}, DISP_E_TYPEMISMATCH, DISP_E_TYPEMISMATCH},
        {{.vt = VT_BYREF | VT_VARIANT, .pvarVal = &self}, DISP_E_TYPEMISMATCH, DISP_E_TYPEMISMATCH},
        {{.vt = VT_VARIANT}, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
        {{.vt = VT_BYREF}, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
        {{.vt = 0x0FFF}, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
        {{.vt = 0x8003}, DISP_E_BADVARTYPE, DISP_E_BADVARTYPE},
        {{.vt = VT_R8, .dblVal = 254.6}, S_OK, DISP_E_TYPEMISMATCH},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        UINT bad;
        VARIANTARG args[] = {rows[i].value, number(0), number(0), number(0), number(0)};
        VARIANTARG swapped[] = {number(0), rows[i].value};
        assert_hr(rows[i].as_object, call(BUILDCMD, DISPATCH_METHOD, args, 5, NULL, 0, &bad));
        assert_int_equal(bad, SUCCEEDED(rows[i].as_object) ? 99 : 0);
        assert_hr(rows[i].as_number, call(BUILDCMD, DISPATCH_METHOD, swapped, 2, NULL, 0, &bad));
        assert_int_equal(bad, SUCCEEDED(rows[i].as_number) ? 99 : 1);
    }
    assert_hr(S_OK, ISCardCmd_get_ClassId(cmd, &byte));
    assert_int_equal(byte, 255); /* of the last that was not refused: 254.6 */
    SafeArrayDestroy(array);
}

/* A failing method: what, and what to do about it. */
static void test_invoke__exception(void **state) {
    (void)state;
    DISPPARAMS none = {0};
    EXCEPINFO info;
    VARIANT result = {.vt = VT_BSTR, .bstrVal = NULL};
    const wchar_t *description = L"E_ACCESSDENIED: The value has not been set, or there is none.";
    memset(&info, 0xAA, sizeof info);
    assert_hr(DISP_E_EXCEPTION,
              dispatch_invoke(&target, 20, &IID_NULL, DISPATCH_PROPERTYGET, &none, &result, &info, NULL));
    assert_int_equal(result.vt, VT_EMPTY);
    assert_hr(E_ACCESSDENIED, info.scode);
    assert_int_equal(info.wCode, 0);
    assert_int_equal(wcscmp(info.bstrSource, L"SCardSSP.SCardCmd"), 0);
    assert_int_equal(wcscmp(info.bstrDescription, description), 0);
    assert_null(info.bstrHelpFile);
    assert_true(!info.pfnDeferredFillIn);
    SysFreeString(info.bstrSource);
    SysFreeString(info.bstrDescription);
    assert_hr(DISP_E_EXCEPTION,
              dispatch_invoke(&target, 20, &IID_NULL, DISPATCH_PROPERTYGET, &none, NULL, NULL, NULL));
}

/* A result that nobody wants goes. */
static void test_invoke__no_result_wanted(void **state) {
    (void)state;
    UINT bad;
    const long before = com_count();
    assert_hr(S_OK, call(0, DISPATCH_PROPERTYGET, NULL, 0, NULL, 0, &bad));
    assert_int_equal(com_count(), before);
}

#define CALL_CASE(name) cmocka_unit_test_setup_teardown(name, make_cmd, drop_cmd)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids__members_in_any_case),
        cmocka_unit_test(test_ids__unknown_names),
        cmocka_unit_test(test_ids__parameters),
        cmocka_unit_test(test_ids__bad_arguments),
        cmocka_unit_test(test_type_info__of_an_interface),
        CALL_CASE(test_invoke__by_names_of_arguments),
        CALL_CASE(test_invoke__flags),
        CALL_CASE(test_invoke__counts_and_names),
        CALL_CASE(test_invoke__unsound_parameters),
        CALL_CASE(test_invoke__types),
        CALL_CASE(test_invoke__exception),
        CALL_CASE(test_invoke__no_result_wanted),
    };
    return cmocka_run_group_tests_name("objects/dispatch", tests, NULL, NULL);
}
