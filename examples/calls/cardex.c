/* The methods of ISCardEx, which a card object has beside those of ISCard. */
#define COBJMACROS
#include "scardssp.h"

#include "calls.h"

/* A card object that is attached, by its second interface; the caller releases it. */
static ISCardEx *attached(void) {
    ISCard *card = NULL;
    ISCardEx *more = NULL;
    BSTR reader = SysAllocString(L"Simulated Reader 00");
    EXPECT(CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card) == S_OK);
    EXPECT(ISCard_AttachByReader(card, reader, SHARED, T0) == S_OK);
    EXPECT(ISCard_QueryInterface(card, &IID_ISCardEx, (void **)&more) == S_OK);
    ISCard_Release(card);
    SysFreeString(reader);
    return more;
}

static void Timeout(void) {
    ISCardEx *card = attached();
    LONG timeout = 0;
    EXPECT(ISCardEx_get_Timeout(card, &timeout) == S_OK && timeout > 0);
    EXPECT(ISCardEx_put_Timeout(card, 5000) == S_OK);
    EXPECT(ISCardEx_SetTimeout(card, -1) == S_OK); /* for ever */
    ISCardEx_Release(card);
}

/* From another thread; here nothing waits. */
static void Cancel(void) {
    ISCardEx *card = attached();
    EXPECT(ISCardEx_Cancel(card) == S_OK);
    ISCardEx_Release(card);
}

static void WaitForChange(void) {
    ISCardEx *card = attached();
    LONG events = 0;
    EXPECT(ISCardEx_WaitForChange(card, 0, NULL, &events) == S_OK);
    EXPECT((events & (SCARD_EVENT_INSERTED | SCARD_EVENT_REMOVED)) == 0);
    ISCardEx_Release(card);
}

/* Commands as they are, one unit each: GET RESPONSE is the caller's then. */
static void RawMode(void) {
    ISCardEx *card = attached();
    VARIANT_BOOL raw = VARIANT_TRUE;
    EXPECT(ISCardEx_get_RawMode(card, &raw) == S_OK && raw == VARIANT_FALSE);
    EXPECT(ISCardEx_put_RawMode(card, VARIANT_TRUE) == S_OK);
    ISCardEx_Release(card);
}

static void ReaderName(void) {
    ISCardEx *card = attached();
    BSTR name = NULL;
    EXPECT(ISCardEx_get_ReaderName(card, &name) == S_OK && SysStringLen(name) == 19);
    SysFreeString(name);
    ISCardEx_Release(card);
}

/* What a reader says of itself; one that does not say answers SCARD_E_UNSUPPORTED_FEATURE. */
static void about_reader(void) {
    ISCardEx *card = attached();
    BSTR vendor = NULL, serial = NULL;
    LONG bits = 0;
    HRESULT hr = ISCardEx_get_VendorName(card, &vendor);
    EXPECT(SUCCEEDED(hr) || hr == (HRESULT)SCARDSSP_E_UNSUPPORTED_FEATURE);
    hr = ISCardEx_get_SerialNumber(card, &serial);
    EXPECT(SUCCEEDED(hr) || hr == (HRESULT)SCARDSSP_E_UNSUPPORTED_FEATURE);
    hr = ISCardEx_get_Characteristics(card, &bits);
    EXPECT(SUCCEEDED(hr) || hr == (HRESULT)SCARDSSP_E_UNSUPPORTED_FEATURE);
    SysFreeString(vendor);
    SysFreeString(serial);
    ISCardEx_Release(card);
}

/* The answer to reset as an attribute: 0x00090303. */
static void GetAttrib(void) {
    ISCardEx *card = attached();
    VARIANT value;
    VariantInit(&value);
    EXPECT(ISCardEx_GetAttrib(card, 0x00090303, &value) == S_OK);
    EXPECT(V_VT(&value) == (VT_ARRAY | VT_UI1));
    VariantClear(&value);
    ISCardEx_Release(card);
}

/* A code that no reader knows. */
static void Control(void) {
    ISCardEx *card = attached();
    VARIANT nothing, reply;
    VariantInit(&nothing);
    VariantInit(&reply);
    EXPECT(FAILED(ISCardEx_Control(card, 0x00310000 + 4 * 3000, &nothing, &reply)));
    VariantClear(&reply);
    ISCardEx_Release(card);
}

/* GET CHALLENGE, bytes in and bytes out. */
static void TransmitBytes(void) {
    static const BYTE challenge[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    ISCardEx *card = attached();
    VARIANT command, reply;
    VariantInit(&command);
    VariantInit(&reply);
    V_VT(&command) = VT_ARRAY | VT_UI1;
    V_ARRAY(&command) = SafeArrayCreateVector(VT_UI1, 0, sizeof challenge);
    for (LONG i = 0; i < (LONG)sizeof challenge; ++i) {
        BYTE byte = challenge[i];
        EXPECT(SafeArrayPutElement(V_ARRAY(&command), &i, &byte) == S_OK);
    }
    EXPECT(ISCardEx_TransmitBytes(card, &command, &reply) == S_OK);
    LONG last = 0;
    EXPECT(SafeArrayGetUBound(V_ARRAY(&reply), 1, &last) == S_OK && last == 9); /* eight bytes, 90 00 */
    VariantClear(&command);
    VariantClear(&reply);
    ISCardEx_Release(card);
}

static void ListReadersArray(void) {
    ISCardEx *card = attached();
    VARIANT names;
    VariantInit(&names);
    EXPECT(ISCardEx_ListReadersArray(card, &names) == S_OK && V_VT(&names) == (VT_ARRAY | VT_VARIANT));
    VariantClear(&names);
    ISCardEx_Release(card);
}

const struct call cardex_calls[] = {{"ISCardEx_Timeout", Timeout},
                                    {"ISCardEx_Cancel", Cancel},
                                    {"ISCardEx_WaitForChange", WaitForChange},
                                    {"ISCardEx_RawMode", RawMode},
                                    {"ISCardEx_ReaderName", ReaderName},
                                    {"ISCardEx_VendorName", about_reader},
                                    {"ISCardEx_GetAttrib", GetAttrib},
                                    {"ISCardEx_Control", Control},
                                    {"ISCardEx_TransmitBytes", TransmitBytes},
                                    {"ISCardEx_ListReadersArray", ListReadersArray},
                                    {NULL, NULL}};
