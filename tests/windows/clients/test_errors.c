/*
 * A client program in C that is bound early, as Visual Basic 6 and C# are: it calls through the vtable, and
 * takes the sentence for what has failed from the thread's error object, in the order of the reference pages
 * (ISupportErrorInfo, then GetErrorInfo). It is the sentence that programs which call by name get in
 * EXCEPINFO.
 */
#include <wchar.h>

/* The system's headers want telling that vtables are constant. */
#define CONST_VTABLE
#include "clients/kit.h"
#include "readers.h"
#include "registering.h"
#include "whole.h"

/* Fails unless the object's interface tells; then what it has told, taken from the thread. */
static BSTR told_by(void *object, REFIID iid) {
    ISupportErrorInfo *support = NULL;
    IErrorInfo *info = NULL;
    BSTR text = NULL, source = NULL;
    GUID guid;
    expect_hr(IUnknown_QueryInterface((IUnknown *)object, &IID_ISupportErrorInfo, (void **)&support), S_OK);
    expect_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(support, iid), S_OK);
    ISupportErrorInfo_Release(support);
    expect_hr(GetErrorInfo(0, &info), S_OK);
    expect_hr(IErrorInfo_GetGUID(info, &guid), S_OK);
    assert_true(IsEqualIID(&guid, iid));
    expect_hr(IErrorInfo_GetSource(info, &source), S_OK);
    assert_true(source && wcsncmp(source, L"SCardSSP.", 9) == 0);
    expect_hr(IErrorInfo_GetDescription(info, &text), S_OK);
    assert_non_null(text);
    SysFreeString(source);
    IErrorInfo_Release(info);
    return text;
}

static void expect_told(void *object, REFIID iid, const wchar_t *begins) {
    const BSTR text = told_by(object, iid);
    if (wcsncmp(text, begins, wcslen(begins)) != 0)
        fail_msg("told: %ls, not: %ls...", text, begins);
    SysFreeString(text);
}

static void expect_silence(void) {
    IErrorInfo *info = NULL;
    expect_hr(GetErrorInfo(0, &info), S_FALSE);
}

static HRESULT attach(ISCard *card, const wchar_t *reader) {
    const BSTR name = SysAllocString(reader);
    const HRESULT hr = ISCard_AttachByReader(card, name, SHARED, T1);
    SysFreeString(name);
    return hr;
}

/* The sentence of docs/windows.md, and that a success leaves none behind. */
static void test_errors__another_reset_the_card(void **state) {
    (void)state;
    ISCard *card = kit_attached(DEMO_READER, T1), *other = kit_attached(DEMO_READER, T1);
    expect_hr(ISCard_ReAttach(other, SHARED, RESET), S_OK);
    expect_hr(kit_send(card, "00 B0 83 00 05", NULL), SCARD_W_RESET_CARD);
    expect_told(card, &IID_ISCard,
                L"SCARD_W_RESET_CARD: Another program has reset the card; re-attach, then ");
    expect_silence(); /* whoever takes it has it */
    expect_hr(kit_send(card, "00 B0 83 00 05", NULL), SCARD_W_RESET_CARD);
    expect_hr(ISCard_ReAttach(card, SHARED, LEAVE), S_OK);
    expect_silence();
    expect_apdu(card, "00 B0 83 00 05", "48 65 6C 6C 6F 90 00");
    expect_silence();
    kit_let_go(other);
    kit_let_go(card);
}

/* What calls by name give: the same sentence, and nothing that is left in the thread. */
static void test_errors__as_by_name(void **state) {
    (void)state;
    ISCard *card = kit_make(&CLSID_CSCard, &IID_ISCard);
    wchar_t name[] = L"AttachByReader", *names = name;
    DISPID id = DISPID_UNKNOWN;
    EXCEPINFO info = {0};
    VARIANTARG reader = {.vt = VT_BSTR};
    DISPPARAMS params = {.rgvarg = &reader, .cArgs = 1};
    registering_expect_loaded();
    reader.bstrVal = SysAllocString(L"no such reader");
    expect_hr(ISCard_GetIDsOfNames(card, &IID_NULL, &names, 1, 0, &id), S_OK);
    expect_hr(ISCard_Invoke(card, id, &IID_NULL, 0, DISPATCH_METHOD, &params, NULL, &info, NULL),
              DISP_E_EXCEPTION);
    expect_silence();
    expect_hr(attach(card, L"no such reader"), SCARD_E_UNKNOWN_READER);
    const BSTR text = told_by(card, &IID_ISCard);
    assert_int_equal(wcscmp(text, info.bstrDescription), 0);
    SysFreeString(text);
    /* Nor does a call by name leave what was there before it. */
    expect_hr(attach(card, L"no such reader"), SCARD_E_UNKNOWN_READER);
    expect_hr(ISCard_Invoke(card, id, &IID_NULL, 0, DISPATCH_METHOD, &params, NULL, NULL, NULL),
              DISP_E_EXCEPTION);
    expect_silence();
    expect_hr(attach(card, L"no such reader"), SCARD_E_UNKNOWN_READER);
    params.cArgs = 0;
    expect_hr(ISCard_Invoke(card, id, &IID_NULL, 0, DISPATCH_METHOD, &params, NULL, NULL, NULL),
              DISP_E_BADPARAMCOUNT);
    expect_silence();
    SysFreeString(info.bstrDescription);
    SysFreeString(info.bstrSource);
    SysFreeString(reader.bstrVal);
    assert_int_equal(ISCard_Release(card), 0);
}

/* Every class, by a method of its own. */
static HRESULT fail_buffer(void *object) {
    return IByteBuffer_SetSize((IByteBuffer *)object, -1);
}

static HRESULT fail_typeconv(void *object) {
    IByteBuffer *made = NULL;
    return ISCardTypeConv_ConvertSafeArrayToByteBuffer((ISCardTypeConv *)object, NULL, &made);
}

static HRESULT fail_cmd(void *object) {
    BYTE class = 0;
    return ISCardCmd_get_AlternateClassId((ISCardCmd *)object, &class);
}

static HRESULT fail_iso(void *object) {
    return ISCardISO7816_GetChallenge((ISCardISO7816 *)object, 8, NULL);
}

static HRESULT fail_card(void *object) {
    return ISCard_UnlockSCard((ISCard *)object, LEAVE);
}

static HRESULT fail_database(void *object) {
    GUID *provider = NULL;
    const BSTR name = SysAllocString(L"no such card");
    const HRESULT hr = ISCardDatabase_GetProviderCardId((ISCardDatabase *)object, name, &provider);
    SysFreeString(name);
    return hr;
}

static HRESULT fail_locate(void *object) {
    LPSCARDINFO info = NULL;
    return ISCardLocate_FindCard((ISCardLocate *)object, SHARED, T1, 0, &info);
}

static const struct {
    const CLSID *clsid;
    const IID *iid;
    HRESULT (*failing)(void *object);
    uint32_t code;
    const wchar_t *begins;
} classes[] = {
    {&CLSID_CByteBuffer, &IID_IByteBuffer, fail_buffer, (uint32_t)E_INVALIDARG, L"E_INVALIDARG: "},
    {&CLSID_CSCardTypeConv, &IID_ISCardTypeConv, fail_typeconv, (uint32_t)E_INVALIDARG, L"E_INVALIDARG: "},
    {&CLSID_CSCardCmd, &IID_ISCardCmd, fail_cmd, (uint32_t)E_ACCESSDENIED, L"E_ACCESSDENIED: "},
    {&CLSID_CSCardISO7816, &IID_ISCardISO7816, fail_iso, (uint32_t)E_POINTER, L"E_POINTER: "},
    {&CLSID_CSCard, &IID_ISCard, fail_card, (uint32_t)SCARD_E_INVALID_HANDLE, L"SCARD_E_INVALID_HANDLE: "},
    {&CLSID_CSCardDatabase, &IID_ISCardDatabase, fail_database, (uint32_t)SCARD_E_UNKNOWN_CARD,
     L"SCARD_E_UNKNOWN_CARD: "},
    {&CLSID_CSCardLocate, &IID_ISCardLocate, fail_locate, (uint32_t)E_UNEXPECTED, L"E_UNEXPECTED: "},
};
#define CLASSES (sizeof classes / sizeof classes[0])

static void test_errors__every_class(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        IUnknown *object = kit_make(classes[i].clsid, classes[i].iid);
        expect_hr(classes[i].failing(object), classes[i].code);
        expect_told(object, classes[i].iid, classes[i].begins);
        assert_int_equal(IUnknown_Release(object), 0);
    }
}

static void test_errors__parts_of_another(void **state) {
    (void)state;
    for (size_t i = 0; i < CLASSES; ++i) {
        struct whole whole = {.IUnknown_iface = {&whole_vtbl}, .refs = 1};
        IUnknown *object = NULL, *identity = NULL;
        ISupportErrorInfo *support = NULL;
        expect_hr(CoCreateInstance(classes[i].clsid, &whole.IUnknown_iface, CLSCTX_INPROC_SERVER,
                                   &IID_IUnknown, (void **)&whole.part),
                  S_OK);
        expect_hr(IUnknown_QueryInterface(&whole.IUnknown_iface, classes[i].iid, (void **)&object), S_OK);
        expect_hr(classes[i].failing(object), classes[i].code);
        expect_told(&whole.IUnknown_iface, classes[i].iid, classes[i].begins);
        /* It is, and counts as, the whole. */
        expect_hr(IUnknown_QueryInterface(object, &IID_ISupportErrorInfo, (void **)&support), S_OK);
        assert_int_equal(whole.refs, 3);
        expect_hr(ISupportErrorInfo_QueryInterface(support, &IID_IUnknown, (void **)&identity), S_OK);
        assert_ptr_equal(identity, &whole.IUnknown_iface);
        IUnknown_Release(identity);
        assert_int_equal(ISupportErrorInfo_Release(support), 2);
        assert_int_equal(IUnknown_Release(object), 1);
        assert_int_equal(IUnknown_Release(whole.part), 0);
    }
}

/* Class factories do not tell. */
static void test_errors__factories(void **state) {
    (void)state;
    IClassFactory *factory = NULL;
    void *support = &support;
    expect_hr(
        CoGetClassObject(&CLSID_CSCard, CLSCTX_INPROC_SERVER, NULL, &IID_IClassFactory, (void **)&factory),
        S_OK);
    expect_hr(IClassFactory_QueryInterface(factory, &IID_ISupportErrorInfo, &support), E_NOINTERFACE);
    assert_null(support);
    IClassFactory_Release(factory);
}

/*
 * In another apartment it is the thread that called which is told. Assertions are for the test's own thread.
 */
struct visitor {
    DWORD apartment;
    IStream *stream;
    HRESULT called, told, left;
};

static DWORD WINAPI visit(void *argument) {
    struct visitor *const visitor = argument;
    IByteBuffer *buffer = NULL;
    IErrorInfo *info = NULL;
    if (FAILED(CoInitializeEx(NULL, visitor->apartment)))
        return 1;
    if (SUCCEEDED(CoGetInterfaceAndReleaseStream(visitor->stream, &IID_IByteBuffer, (void **)&buffer))) {
        visitor->called = fail_buffer(buffer);
        visitor->told = GetErrorInfo(0, &info);
        if (visitor->told == S_OK)
            IErrorInfo_Release(info);
        (void)fail_buffer(buffer);
        if (IByteBuffer_SetSize(buffer, 1) == S_OK)
            visitor->left = GetErrorInfo(0, &info);
        IByteBuffer_Release(buffer);
    }
    CoUninitialize();
    return 0;
}

static void test_errors__in_another_apartment(void **state) {
    (void)state;
    static const DWORD apartments[] = {COINIT_APARTMENTTHREADED, COINIT_MULTITHREADED};
    for (size_t i = 0; i < 2; ++i) {
        IByteBuffer *buffer = kit_make(&CLSID_CByteBuffer, &IID_IByteBuffer);
        struct visitor visitor = {apartments[i], NULL, S_OK, E_FAIL, E_FAIL};
        expect_hr(
            CoMarshalInterThreadInterfaceInStream(&IID_IByteBuffer, (IUnknown *)buffer, &visitor.stream),
            S_OK);
        HANDLE thread = CreateThread(NULL, 0, visit, &visitor, 0, NULL);
        assert_non_null(thread);
        assert_int_equal(WaitForSingleObject(thread, 60000), WAIT_OBJECT_0);
        CloseHandle(thread);
        expect_hr(visitor.called, E_INVALIDARG);
        expect_hr(visitor.told, S_OK);
        expect_hr(visitor.left, S_FALSE);
        expect_silence();
        assert_int_equal(IByteBuffer_Release(buffer), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors__another_reset_the_card),
        cmocka_unit_test(test_errors__as_by_name),
        cmocka_unit_test(test_errors__every_class),
        cmocka_unit_test(test_errors__parts_of_another),
        cmocka_unit_test(test_errors__factories),
        cmocka_unit_test(test_errors__in_another_apartment),
    };
    return cmocka_run_group_tests_name("errors", tests, registering_begin, registering_end);
}
