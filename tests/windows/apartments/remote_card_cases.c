/* ISCard, ISCardCmd and what else is on a card object, of another process: see remote_cases.h. */
#include "remote_cases.h"

/* The object comes unattached. */
static void attach(ISCard *card) {
    BSTR name = SysAllocString(DEMO_READER);
    expect_hr(ISCard_AttachByReader(card, name, SHARED, T1), S_OK);
    SysFreeString(name);
}

/*
 * Commands of this process through a card of the other one: it reads them, and writes the replies, by proxies
 * of its own.
 */
static void transactions(void *object) {
    ISCard *const card = object;
    attach(card);
    expect_apdu(card, "00 B0 83 00 05", "48 65 6C 6C 6F 90 00");
    ISCardCmd *const cmd = kit_make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    LONG expected = 2;
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xB0, 0x83, 0x01, NULL, &expected), S_OK);
    expect_reply(card, cmd, "65 6C 90 00");
    expect_reply(card, cmd, "65 6C 90 00");
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x00, 0xB0, 0x88, 0x00, NULL, &expected), S_OK);
    expect_reply(card, cmd, "69 82");
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    expect_hr(ISCard_Detach(card, UNPOWER), S_OK);
}

static void properties(void *object) {
    ISCard *const card = object;
    IByteBuffer *atr = NULL;
    SCARD_PROTOCOLS protocol = 0;
    SCARD_STATES status = 0;
    HSCARD handle = 1;
    HSCARDCONTEXT context = 0;
    expect_hr(ISCard_get_CardHandle(card, &handle), S_OK);
    assert_int_equal(handle, 0);
    attach(card);
    expect_hr(ISCard_get_Protocol(card, &protocol), S_OK);
    assert_int_equal(protocol, T1);
    expect_hr(ISCard_get_Status(card, &status), S_OK);
    assert_int_equal(status, SPECIFICMODE);
    expect_hr(ISCard_get_CardHandle(card, &handle), S_OK);
    assert_int_not_equal(handle, 0);
    expect_hr(ISCard_get_Context(card, &context), S_OK);
    assert_int_not_equal(context, 0);
    expect_hr(ISCard_get_Atr(card, &atr), S_OK);
    const char *const text = kit_hex_of_last(atr);
    assert_true(text[0] == '3' && text[1] == 'B');
    expect_hr(ISCard_LockSCard(card), S_OK);
    expect_hr(ISCard_UnlockSCard(card, LEAVE), S_OK);
    expect_hr(ISCard_ReAttach(card, SHARED, RESET), S_OK);
    expect_apdu(card, "00 B0 83 00 05", "48 65 6C 6C 6F 90 00");
    expect_hr(ISCard_Detach(card, UNPOWER), S_OK);
}

static void card_mistakes(void *object) {
    ISCard *const card = object;
    BSTR none = SysAllocString(L"no such reader");
    expect_hr(ISCard_AttachByReader(card, none, SHARED, T0), SCARD_E_UNKNOWN_READER);
    expect_hr(ISCard_AttachByReader(card, NULL, SHARED, T0), E_INVALIDARG);
    expect_hr(ISCard_AttachByReader(card, none, (SCARD_SHARE_MODES)7, T0), E_INVALIDARG);
    SysFreeString(none);
    expect_hr(ISCard_AttachByHandle(card, 0), E_INVALIDARG);
    expect_hr(ISCard_AttachByHandle(card, (HSCARD)-1), E_INVALIDARG);
    expect_hr(ISCard_LockSCard(card), SCARD_E_INVALID_HANDLE);
    expect_hr(ISCard_Detach(card, LEAVE), SCARD_E_INVALID_HANDLE);
    ISCardCmd *none_built = kit_make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    attach(card);
    expect_hr(ISCard_Transaction(card, &none_built), E_INVALIDARG);
    assert_int_equal(ISCardCmd_Release(none_built), 0);
    expect_hr(ISCard_UnlockSCard(card, LEAVE), SCARD_E_NOT_TRANSACTED);
    expect_hr(ISCard_Detach(card, UNPOWER), S_OK);
}

/* A command of the other process, built with buffers of this one. */
static void commands(void *object) {
    ISCardCmd *const cmd = object;
    IByteBuffer *const data = kit_buffer("A0 A1 A2");
    LONG number = 256;
    BYTE byte = 0;
    WORD word = 0;
    ISO_APDU_TYPE type = 0;
    IByteBuffer *found = data;
    expect_hr(ISCardCmd_get_ApduReply(cmd, &found), S_OK);
    assert_null(found);
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x80, 0x12, 0x34, 0x56, data, &number), S_OK);
    assert_string_equal(kit_apdu(cmd), "80 12 34 56 03 A0 A1 A2 00");
    expect_hr(ISCardCmd_BuildCmd(cmd, 0x80, 0x12, 0x34, 0x56, data, NULL), S_OK);
    assert_string_equal(kit_apdu(cmd), "80 12 34 56 03 A0 A1 A2");
    expect_hr(ISCardCmd_put_P1(cmd, 0xFE), S_OK);
    expect_hr(ISCardCmd_get_P1(cmd, &byte), S_OK);
    assert_int_equal(byte, 0xFE);
    expect_hr(ISCardCmd_get_P3(cmd, &byte), S_OK);
    assert_int_equal(byte, 3);
    expect_hr(ISCardCmd_get_ApduLength(cmd, &number), S_OK);
    assert_int_equal(number, 8);
    expect_hr(ISCardCmd_get_Type(cmd, &type), S_OK);
    assert_int_equal(type, ISO_CASE_3);
    expect_hr(ISCardCmd_put_ReplyStatus(cmd, 0x6A82), S_OK);
    expect_hr(ISCardCmd_get_ReplyStatus(cmd, &word), S_OK);
    assert_int_equal(word, 0x6A82);
    assert_string_equal(kit_reply(cmd), "6A 82");
    expect_hr(ISCardCmd_get_AlternateClassId(cmd, &byte), E_ACCESSDENIED);
    expect_hr(ISCardCmd_put_Apdu(cmd, NULL), E_INVALIDARG);
    expect_hr(ISCardCmd_Encapsulate(cmd, data, (ISO_APDU_TYPE)9), E_INVALIDARG);
    assert_int_equal(IByteBuffer_Release(data), 0); /* nobody over there keeps it */
}

static DISPID dispid_of(IDispatch *object, const wchar_t *name) {
    wchar_t text[32];
    LPOLESTR names[] = {text};
    DISPID id = DISPID_UNKNOWN;
    wcscpy(text, name);
    expect_hr(IDispatch_GetIDsOfNames(object, &IID_NULL, names, 1, LOCALE_NEUTRAL, &id), S_OK);
    return id;
}

/* By name, as a script in another process does it; an error brings its description along. */
static void late_binding(void *object) {
    IDispatch *automation = NULL;
    DISPPARAMS none = {NULL, NULL, 0, 0};
    EXCEPINFO error = {0};
    VARIANT result;
    UINT bad = 0;
    expect_hr(IUnknown_QueryInterface((IUnknown *)object, &IID_IDispatch, (void **)&automation), S_OK);
    VariantInit(&result);
    expect_hr(IDispatch_Invoke(automation, dispid_of(automation, L"LockSCard"), &IID_NULL, LOCALE_NEUTRAL,
                               DISPATCH_METHOD, &none, &result, &error, &bad),
              DISP_E_EXCEPTION);
    assert_int_equal((HRESULT)error.scode, (HRESULT)SCARD_E_INVALID_HANDLE);
    assert_non_null(error.bstrDescription);
    assert_non_null(wcsstr(error.bstrDescription, L"SCARD_E_INVALID_HANDLE"));
    SysFreeString(error.bstrDescription);
    SysFreeString(error.bstrSource);
    SysFreeString(error.bstrHelpFile);
    VARIANTARG arguments[3]; /* from the last to the first */
    DISPPARAMS three = {arguments, NULL, 3, 0};
    V_VT(&arguments[2]) = VT_BSTR;
    V_BSTR(&arguments[2]) = SysAllocString(DEMO_READER);
    for (int i = 0; i < 2; ++i) {
        V_VT(&arguments[i]) = VT_I4;
        V_I4(&arguments[i]) = 2; /* T1, SHARED */
    }
    expect_hr(IDispatch_Invoke(automation, dispid_of(automation, L"AttachByReader"), &IID_NULL,
                               LOCALE_NEUTRAL, DISPATCH_METHOD, &three, NULL, NULL, NULL),
              S_OK);
    SysFreeString(V_BSTR(&arguments[2]));
    expect_hr(IDispatch_Invoke(automation, dispid_of(automation, L"Protocol"), &IID_NULL, LOCALE_NEUTRAL,
                               DISPATCH_PROPERTYGET, &none, &result, NULL, NULL),
              S_OK);
    assert_int_equal(V_VT(&result), VT_I4);
    assert_int_equal(V_I4(&result), T1);
    expect_hr(ISCard_Detach((ISCard *)object, UNPOWER), S_OK);
    IDispatch_Release(automation);
}

/*
 * The interface of this project's own, which goes by the type library's marshaler: mingw-w64's header does
 * not have it.
 */
typedef struct ISCardEx ISCardEx;
typedef struct ISCardExVtbl {
    HRESULT(STDMETHODCALLTYPE *QueryInterface)(ISCardEx *, REFIID, void **);
    ULONG(STDMETHODCALLTYPE *AddRef)(ISCardEx *);
    ULONG(STDMETHODCALLTYPE *Release)(ISCardEx *);
    void *dispatch[4];
    HRESULT(STDMETHODCALLTYPE *get_Timeout)(ISCardEx *, LONG *);
    HRESULT(STDMETHODCALLTYPE *put_Timeout)(ISCardEx *, LONG);
    void *others[3]; /* SetTimeout, Cancel, WaitForChange */
    HRESULT(STDMETHODCALLTYPE *get_RawMode)(ISCardEx *, VARIANT_BOOL *);
    HRESULT(STDMETHODCALLTYPE *put_RawMode)(ISCardEx *, VARIANT_BOOL);
    HRESULT(STDMETHODCALLTYPE *get_ReaderName)(ISCardEx *, BSTR *);
    void *more[3]; /* VendorName, SerialNumber, Characteristics */
    HRESULT(STDMETHODCALLTYPE *GetAttrib)(ISCardEx *, LONG, VARIANT *);
    HRESULT(STDMETHODCALLTYPE *Control)(ISCardEx *, LONG, VARIANT *, VARIANT *);
    HRESULT(STDMETHODCALLTYPE *TransmitBytes)(ISCardEx *, VARIANT *, VARIANT *);
} ISCardExVtbl;
struct ISCardEx {
    const ISCardExVtbl *lpVtbl;
};
static const IID iid_card_ex = {0xB688457F, 0x0364, 0x4EA7, {0x80, 0x6E, 0xCC, 0x02, 0x61, 0x2D, 0x1A, 0xC8}};

static void by_type_library(void *object) {
    static const BYTE apdu[] = {0x00, 0xB0, 0x83, 0x00, 0x05};
    ISCardEx *more = NULL;
    BSTR name = NULL;
    LONG timeout = 0;
    VARIANT command, reply;
    void *data = NULL;
    attach(object);
    expect_hr(IUnknown_QueryInterface((IUnknown *)object, &iid_card_ex, (void **)&more), S_OK);
    expect_hr(more->lpVtbl->get_ReaderName(more, &name), S_OK);
    assert_int_equal(wcscmp(name, DEMO_READER), 0);
    SysFreeString(name);
    expect_hr(more->lpVtbl->put_Timeout(more, 1234), S_OK);
    expect_hr(more->lpVtbl->get_Timeout(more, &timeout), S_OK);
    assert_int_equal(timeout, 1234);
    expect_hr(more->lpVtbl->put_Timeout(more, -2), E_INVALIDARG);
    VariantInit(&reply);
    V_VT(&command) = VT_ARRAY | VT_UI1;
    V_ARRAY(&command) = SafeArrayCreateVector(VT_UI1, 0, sizeof apdu);
    expect_hr(SafeArrayAccessData(V_ARRAY(&command), &data), S_OK);
    memcpy(data, apdu, sizeof apdu);
    expect_hr(SafeArrayUnaccessData(V_ARRAY(&command)), S_OK);
    expect_hr(more->lpVtbl->TransmitBytes(more, &command, &reply), S_OK);
    assert_int_equal(V_VT(&reply), VT_ARRAY | VT_UI1);
    expect_hr(SafeArrayAccessData(V_ARRAY(&reply), &data), S_OK);
    assert_memory_equal(data, "Hello\x90\x00", 7);
    expect_hr(SafeArrayUnaccessData(V_ARRAY(&reply)), S_OK);
    VariantClear(&reply);
    VariantClear(&command);
    more->lpVtbl->Release(more);
    expect_hr(ISCard_Detach((ISCard *)object, UNPOWER), S_OK);
}

const struct remote_case remote_card_cases[] = {
    {"card_transactions", &CLSID_CSCard, &IID_ISCard, transactions},
    {"card_properties", &CLSID_CSCard, &IID_ISCard, properties},
    {"card_mistakes", &CLSID_CSCard, &IID_ISCard, card_mistakes},
    {"commands", &CLSID_CSCardCmd, &IID_ISCardCmd, commands},
    {"late_binding", &CLSID_CSCard, &IID_ISCard, late_binding},
    {"by_type_library", &CLSID_CSCard, &IID_ISCard, by_type_library},
    {NULL, NULL, NULL, NULL},
};
