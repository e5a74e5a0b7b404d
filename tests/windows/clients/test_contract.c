/*
 * The contract at run time, in C: the identifiers that mingw-w64 brings, and the DISPID that each of the
 * library's objects gives for each name. asserted.c has what the compiler checks.
 */
#include <stdio.h>

#include "clients/kit.h"
#include "contract_lists.h"
#include "registering.h"

static void test_contract__identifiers(void **state) {
    (void)state;
#define ROW(symbol, ...) {&symbol, #symbol, __VA_ARGS__},
    static const struct {
        const GUID *guid;
        const char *name;
        GUID expected;
    } rows[] = {CONTRACT_IDENTIFIERS(ROW)};
#undef ROW
    assert_int_equal(sizeof rows / sizeof rows[0], 1 + 7 + 7);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        if (!IsEqualGUID(rows[i].guid, &rows[i].expected))
            fail_msg("%s", rows[i].name);
    }
}

/* The class whose main interface it is. */
static const CLSID *class_of(const GUID *iid) {
    static const struct {
        const GUID *iid;
        const CLSID *clsid;
    } rows[] = {
        {&IID_IByteBuffer, &CLSID_CByteBuffer},
        {&IID_ISCardTypeConv, &CLSID_CSCardTypeConv},
        {&IID_ISCardCmd, &CLSID_CSCardCmd},
        {&IID_ISCardISO7816, &CLSID_CSCardISO7816},
        {&IID_ISCard, &CLSID_CSCard},
        {&IID_ISCardDatabase, &CLSID_CSCardDatabase},
        {&IID_ISCardLocate, &CLSID_CSCardLocate},
    };
    size_t i = 0;
    while (rows[i].iid != iid)
        ++i;
    return rows[i].clsid;
}

static void test_contract__dispids_of_names(void **state) {
    (void)state;
#define ROW(itf, function, slot, dispid, name, in_c, in_cpp) {&IID_##itf, L"" #name, #itf "::" #name, dispid},
    static const struct {
        const GUID *iid;
        const wchar_t *name;
        const char *text;
        DISPID dispid;
    } rows[] = {CONTRACT_MEMBERS(ROW)};
#undef ROW
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; ++i) {
        wchar_t name[40];
        LPOLESTR names[] = {name};
        DISPID dispid = -1;
        (void)swprintf(name, 40, L"%ls", rows[i].name);
        /* Asked for by its own identifier, used as the IDispatch it begins with. */
        IDispatch *object = kit_make(class_of(rows[i].iid), rows[i].iid);
        const HRESULT hr =
            IDispatch_GetIDsOfNames(object, &IID_NULL, names, 1, LOCALE_SYSTEM_DEFAULT, &dispid);
        if (hr != S_OK || dispid != rows[i].dispid)
            fail_msg("%s: 0x%08lX, DISPID %ld, not %ld", rows[i].text, (unsigned long)hr, (long)dispid,
                     (long)rows[i].dispid);
        assert_int_equal(IDispatch_Release(object), 0);
    }
    registering_expect_loaded();
}

/* A call by DISPID: what a compiler makes that read the type library long ago. */
static void test_contract__calls_by_dispid(void **state) {
    (void)state;
    enum { CMD_P1 = 8, CMD_BUILD = 15 };
    IDispatch *cmd = kit_make(&CLSID_CSCardCmd, &IID_IDispatch);
    VARIANTARG value = {.vt = VT_UI1, .bVal = 0x5A};
    DISPID put = DISPID_PROPERTYPUT;
    DISPPARAMS one = {&value, &put, 1, 1}, none = {NULL, NULL, 0, 0};
    VARIANT result;
    ISCardCmd *same = NULL;
    BYTE p1 = 0;
    VariantInit(&result);
    expect_hr(IDispatch_Invoke(cmd, CMD_P1, &IID_NULL, LOCALE_SYSTEM_DEFAULT, DISPATCH_PROPERTYPUT, &one,
                               NULL, NULL, NULL),
              S_OK);
    expect_hr(IDispatch_QueryInterface(cmd, &IID_ISCardCmd, (void **)&same), S_OK);
    expect_hr(ISCardCmd_get_P1(same, &p1), S_OK);
    assert_int_equal(p1, 0x5A);
    expect_hr(IDispatch_Invoke(cmd, CMD_P1, &IID_NULL, LOCALE_SYSTEM_DEFAULT, DISPATCH_PROPERTYGET, &none,
                               &result, NULL, NULL),
              S_OK);
    assert_int_equal(result.vt, VT_UI1);
    assert_int_equal(result.bVal, 0x5A);
    VARIANTARG header[] = {{.vt = VT_UI1, .bVal = 0x02},
                           {.vt = VT_UI1, .bVal = 0x01},
                           {.vt = VT_UI1, .bVal = 0xB0},
                           {.vt = VT_UI1, .bVal = 0x80}}; /* the last first */
    DISPPARAMS build = {header, NULL, 4, 0};
    expect_hr(IDispatch_Invoke(cmd, CMD_BUILD, &IID_NULL, LOCALE_SYSTEM_DEFAULT, DISPATCH_METHOD, &build,
                               NULL, NULL, NULL),
              S_OK);
    assert_string_equal(kit_apdu(same), "80 B0 01 02");
    assert_int_equal(ISCardCmd_Release(same), 1);
    assert_int_equal(IDispatch_Release(cmd), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contract__identifiers),
        cmocka_unit_test(test_contract__dispids_of_names),
        cmocka_unit_test(test_contract__calls_by_dispid),
    };
    return cmocka_run_group_tests_name("contract", tests, registering_begin, registering_end);
}
