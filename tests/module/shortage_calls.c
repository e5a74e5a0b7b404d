/* What is called while memory lacks: see shortage_calls.h. */
#include "shortage_calls.h"

#include <stdlib.h>
#include <string.h>

#include "provider_stage.h"
#include "shortage.h"

#include <scardssp_db.h>

#define FILES "{4029DD8A-5902-11D0-B84C-00C04FD424B9}"
/* An attribute that every reader has. */
#define ATR_STRING 0x00090303
#define CARD "Demo of the shortage"

/* What the calls are made with. */
static struct {
    ISCard *card;
    ISCardEx *ex;
    ISCardCmd *cmd;
    ISCardISO7816 *iso;
    ISCardDatabase *database;
    ISCardLocate *locate;
    IByteBuffer *bytes;
    BSTR reader, name;
    uint8_t atr[40];
    size_t atr_size;
} at_hand = {.atr = {0x3B, 0x00}, .atr_size = 2};

HRESULT shortage_released(HRESULT hr, void *object) {
    expect(SUCCEEDED(hr) == (object != NULL));
    if (object)
        IUnknown_Release((IUnknown *)object);
    return hr;
}

static HRESULT destroyed(HRESULT hr, SAFEARRAY *array, LONG least) {
    LONG upper = -1;
    expect(SUCCEEDED(hr) == (array != NULL));
    if (array) {
        expect_hr(SafeArrayGetUBound(array, 1, &upper), S_OK);
        expect(upper + 1 >= least);
    }
    SafeArrayDestroy(array);
    return hr;
}

static HRESULT cleared(HRESULT hr, VARIANT *value) {
    expect(SUCCEEDED(hr) == (V_VT(value) != VT_EMPTY));
    VariantClear(value);
    return hr;
}

static HRESULT freed(HRESULT hr, BSTR text) {
    expect(SUCCEEDED(hr) == (text != NULL));
    SysFreeString(text);
    return hr;
}

/* Cards */

static HRESULT attach(void) {
    return ISCard_AttachByReader(at_hand.card, at_hand.reader, SHARED, T1);
}

static HRESULT reattach(void) {
    return ISCard_ReAttach(at_hand.card, SHARED, RESET);
}

static HRESULT read_atr(void) {
    IByteBuffer *atr = NULL;
    const HRESULT hr = ISCard_get_Atr(at_hand.card, &atr);
    return shortage_released(hr, atr);
}

static HRESULT lock_and_unlock(void) {
    const HRESULT hr = ISCard_LockSCard(at_hand.card);
    if (SUCCEEDED(hr))
        expect_hr(ISCard_UnlockSCard(at_hand.card, LEAVE), S_OK);
    return hr;
}

static HRESULT detach_and_attach(void) {
    const HRESULT hr = ISCard_Detach(at_hand.card, LEAVE);
    (void)shortage_end();
    expect_hr(attach(), S_OK);
    return hr;
}

static HRESULT transact(void) {
    ISCardCmd *cmd = NULL;
    void *made = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, &made);
    cmd = made;
    LONG le = 8;
    if (SUCCEEDED(hr))
        hr = ISCardCmd_BuildCmd(cmd, 0x00, 0x84, 0, 0, NULL, &le);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(at_hand.card, &cmd);
    if (cmd)
        ISCardCmd_Release(cmd);
    return hr;
}

static HRESULT transmit_bytes(void) {
    static const BYTE command[] = {0x00, 0x84, 0x00, 0x00, 0x08};
    VARIANT bytes, reply;
    SAFEARRAY *const array = SafeArrayCreateVector(VT_UI1, 0, sizeof command);
    VariantInit(&reply);
    if (!array)
        return E_OUTOFMEMORY;
    memcpy(array->pvData, command, sizeof command);
    V_VT(&bytes) = VT_ARRAY | VT_UI1;
    V_ARRAY(&bytes) = array;
    const HRESULT hr = ISCardEx_TransmitBytes(at_hand.ex, &bytes, &reply);
    VariantClear(&bytes);
    return cleared(hr, &reply);
}

static HRESULT read_attribute(void) {
    VARIANT value;
    return cleared(ISCardEx_GetAttrib(at_hand.ex, ATR_STRING, &value), &value);
}

static HRESULT read_reader(void) {
    BSTR text = NULL;
    const HRESULT hr = ISCardEx_get_ReaderName(at_hand.ex, &text);
    return freed(hr, text);
}

static HRESULT read_vendor(void) {
    BSTR text = NULL;
    const HRESULT hr = ISCardEx_get_VendorName(at_hand.ex, &text);
    if (hr == (HRESULT)SCARD_E_UNSUPPORTED_FEATURE) /* a virtual reader has no vendor */
        return S_OK;
    return freed(hr, text);
}

static HRESULT list_in_variant(void) {
    VARIANT value;
    return cleared(ISCardEx_ListReadersArray(at_hand.ex, &value), &value);
}

static HRESULT wait_a_moment(void) {
    LONG events = 0;
    const HRESULT hr = ISCardEx_WaitForChange(at_hand.ex, 0, NULL, &events);
    return hr == (HRESULT)SCARD_E_TIMEOUT ? S_OK : hr;
}

/* Commands */

static HRESULT build(void) {
    return ISCardCmd_BuildCmd(at_hand.cmd, 0x00, 0xD6, 0, 0, at_hand.bytes, NULL);
}

static HRESULT read_apdu(void) {
    IByteBuffer *apdu = NULL;
    const HRESULT hr = ISCardCmd_get_Apdu(at_hand.cmd, &apdu);
    if (SUCCEEDED(hr))
        expect_text(kit_hex(apdu), "00 D6 00 00 05 01 02 03 04 05");
    return shortage_released(hr, apdu);
}

static HRESULT read_data(void) {
    IByteBuffer *data = NULL;
    const HRESULT hr = ISCardCmd_get_Data(at_hand.cmd, &data);
    return shortage_released(hr, data);
}

static HRESULT put_data(void) {
    return ISCardCmd_put_Data(at_hand.cmd, at_hand.bytes);
}

static HRESULT put_reply(void) {
    return ISCardCmd_put_ApduReply(at_hand.cmd, at_hand.bytes);
}

static HRESULT read_reply(void) {
    IByteBuffer *reply = NULL;
    const HRESULT hr = ISCardCmd_get_ApduReply(at_hand.cmd, &reply);
    return shortage_released(hr, reply);
}

static HRESULT build_by_name(void) {
    static const BYTE data[] = {0x3F, 0x00};
    VARIANT arguments[5];
    DISPPARAMS params = {arguments, NULL, 5, 0};
    EXCEPINFO info = {.scode = S_OK};
    SAFEARRAY *const array = SafeArrayCreateVector(VT_UI1, 0, sizeof data);
    if (!array)
        return E_OUTOFMEMORY;
    memcpy(array->pvData, data, sizeof data);
    for (int i = 0; i < 5; ++i) {
        V_VT(&arguments[i]) = VT_I4;
        V_I4(&arguments[i]) = 0;
    }
    V_VT(&arguments[0]) = VT_ARRAY | VT_UI1;
    V_ARRAY(&arguments[0]) = array;
    HRESULT hr = ISCardCmd_Invoke(at_hand.cmd, 15, &IID_NULL, 0, DISPATCH_METHOD, &params, NULL, &info, NULL);
    if (hr == DISP_E_EXCEPTION)
        hr = info.scode;
    SysFreeString(info.bstrSource);
    SysFreeString(info.bstrDescription);
    SafeArrayDestroy(array);
    return hr;
}

static HRESULT build_challenge(void) {
    ISCardCmd *cmd = NULL;
    const HRESULT hr = ISCardISO7816_GetChallenge(at_hand.iso, 8, &cmd);
    return shortage_released(hr, cmd);
}

/* What is known of cards, and finding one */

static HRESULT list_readers(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardDatabase_ListReaders(at_hand.database, 0, &array);
    return destroyed(hr, array, 1);
}

static HRESULT list_groups(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardDatabase_ListReaderGroups(at_hand.database, 0, &array);
    return destroyed(hr, array, 2);
}

static HRESULT list_cards(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardDatabase_ListCards(at_hand.database, NULL, NULL, 0, &array);
    return destroyed(hr, array, 1); /* the one that the user has introduced */
}

static HRESULT list_interfaces(void) {
    SAFEARRAY *array = NULL;
    const HRESULT hr = ISCardDatabase_ListCardInterfaces(at_hand.database, at_hand.name, &array);
    return destroyed(hr, array, 1);
}

static HRESULT find_provider(void) {
    GUID *provider = NULL;
    const HRESULT hr = ISCardDatabase_GetProviderCardId(at_hand.database, at_hand.name, &provider);
    expect(SUCCEEDED(hr) == (provider != NULL));
    CoTaskMemFree(provider);
    return hr;
}

static HRESULT search_by_name(void) {
    LONG at = 0;
    SAFEARRAY *names = SafeArrayCreateVector(VT_BSTR, 0, 1);
    HRESULT hr = names ? SafeArrayPutElement(names, &at, at_hand.name) : E_OUTOFMEMORY;
    if (SUCCEEDED(hr))
        hr = ISCardLocate_ConfigureCardNameSearch(at_hand.locate, names, NULL, NULL, SC_DLG_NO_UI);
    SafeArrayDestroy(names);
    return hr;
}

static HRESULT find_card(void) {
    SCARDINFO *info = NULL;
    const HRESULT hr =
        ISCardLocate_FindCard(at_hand.locate, SHARED, (SCARD_PROTOCOLS)(T0 | T1), SC_DLG_NO_UI, &info);
    expect(SUCCEEDED(hr) == (info != NULL));
    (void)shortage_end();
    if (info) {
        ISCard *const card = kit_card();
        expect_hr(ISCard_AttachByHandle(card, info->hCard), S_OK);
        expect_hr(ISCard_Detach(card, LEAVE), S_OK);
        ISCard_Release(card);
    }
    CoTaskMemFree(info);
    return hr;
}

/* The simulator and the other calls of the library */

HRESULT shortage_plug_and_unplug(void) {
    char message[200] = "";
    const HRESULT hr = scardssp_sim_plug("Short", "gsm", 0, message, sizeof message);
    expect(FAILED(hr) || !*message);
    expect_hr(scardssp_sim_unplug("Short"), SUCCEEDED(hr) ? S_OK : SCARD_E_UNKNOWN_READER);
    return hr;
}

HRESULT shortage_insert(void) {
    return scardssp_sim_insert("Simulated Reader 01", "app", NULL, 0);
}

static HRESULT names_of_readers(void) {
    char names[400];
    size_t size = sizeof names;
    return scardssp_list_readers(names, &size);
}

static int see_type(void *user, const struct scardssp_card_type *type) {
    *(bool *)user = strcmp(type->name, CARD) == 0;
    return 0;
}

HRESULT shortage_see_cards(void) {
    bool seen = false;
    const HRESULT hr = scardssp_db_cards(NULL, 0, see_type, &seen, NULL, 0);
    expect(FAILED(hr) || seen);
    return hr;
}

HRESULT shortage_introduce(void) {
    static const char *const interfaces[] = {FILES};
    const struct scardssp_card_type type = {.name = CARD,
                                            .atr = at_hand.atr,
                                            .atr_size = at_hand.atr_size,
                                            .provider = DOUBLE_CLSID,
                                            .interfaces = interfaces,
                                            .interface_count = 1};
    return scardssp_db_introduce(SCARDSSP_DB_USER, &type, NULL, 0);
}

static void *make_now(const CLSID *clsid, const IID *iid) {
    void *object = NULL;
    expect_hr(CoCreateInstance(clsid, NULL, CLSCTX_ALL, iid, &object), S_OK);
    return object;
}

void shortage_gather(const wchar_t *reader) {
    IByteBuffer *atr = NULL;
    LONG read = 0;
    at_hand.card = kit_card();
    at_hand.cmd = kit_cmd();
    at_hand.iso = kit_builder();
    at_hand.database = make_now(&CLSID_CSCardDatabase, &IID_ISCardDatabase);
    at_hand.locate = make_now(&CLSID_CSCardLocate, &IID_ISCardLocate);
    at_hand.bytes = kit_buffer("01 02 03 04 05");
    at_hand.reader = SysAllocString(reader);
    at_hand.name = SysAllocString(L"" CARD);
    expect_hr(ISCard_QueryInterface(at_hand.card, &IID_ISCardEx, (void **)&at_hand.ex), S_OK);
    expect_hr(attach(), S_OK);
    expect_hr(ISCard_get_Atr(at_hand.card, &atr), S_OK);
    expect_hr(IByteBuffer_Read(atr, at_hand.atr, sizeof at_hand.atr, &read), S_OK);
    at_hand.atr_size = (size_t)read;
    IByteBuffer_Release(atr);
    expect_hr(shortage_introduce(), S_OK);
}

void shortage_drop(void) {
    expect_works(at_hand.card);
    SysFreeString(at_hand.name);
    SysFreeString(at_hand.reader);
    IByteBuffer_Release(at_hand.bytes);
    ISCardLocate_Release(at_hand.locate);
    ISCardDatabase_Release(at_hand.database);
    ISCardISO7816_Release(at_hand.iso);
    ISCardCmd_Release(at_hand.cmd);
    ISCardEx_Release(at_hand.ex);
    expect(ISCard_Release(at_hand.card) == 0);
}

const struct row *shortage_calls(size_t *count) {
    static const struct row rows[] = {
        ROW(attach),
        ROW(reattach),
        ROW(read_atr),
        ROW(lock_and_unlock),
        ROW(detach_and_attach),
        ROW(transact),
        ROW(transmit_bytes),
        ROW(read_attribute),
        ROW(read_reader),
        ROW(read_vendor),
        ROW(list_in_variant),
        ROW(wait_a_moment),
        ROW(build),
        ROW(read_apdu),
        ROW(read_data),
        ROW(put_data),
        ROW(put_reply),
        ROW(read_reply),
        ROW(build_by_name),
        ROW(build_challenge),
        ROW(list_readers),
        ROW(list_groups),
        ROW(list_cards),
        ROW(list_interfaces),
        ROW(find_provider),
        ROW(search_by_name),
        ROW(find_card),
        ROW(names_of_readers),
        ROW(shortage_see_cards),
        ROW(shortage_introduce),
    };
    *count = sizeof rows / sizeof rows[0];
    return rows;
}
