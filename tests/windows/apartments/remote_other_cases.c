/* Conversions, ISO commands, database and search of another process: see remote_cases.h. */
#include <string.h>

#include "remote_cases.h"

static void conversions(void *object) {
    ISCardTypeConv *const conv = object;
    BYTE bytes[] = {1, 2, 3, 4, 5};
    IByteBuffer *buffer = NULL, *again = NULL;
    LPBYTEARRAY array = NULL;
    SAFEARRAY *safe = NULL;
    BYTE *made = NULL;
    void *data = NULL;
    expect_hr(ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, bytes, 5, &buffer), S_OK);
    expect_hr(ISCardTypeConv_ConvertByteBufferToByteArray(conv, buffer, &array), S_OK);
    assert_int_equal(array->dwSize, 5);
    assert_memory_equal(array->pbyData, bytes, 5);
    CoTaskMemFree(array);
    expect_hr(ISCardTypeConv_ConvertByteBufferToSafeArray(conv, buffer, &safe), S_OK);
    expect_hr(SafeArrayAccessData(safe, &data), S_OK);
    assert_memory_equal(data, bytes, 5);
    expect_hr(SafeArrayUnaccessData(safe), S_OK);
    expect_hr(ISCardTypeConv_ConvertSafeArrayToByteBuffer(conv, safe, &again), S_OK);
    assert_string_equal(kit_hex_of_last(again), "01 02 03 04 05");
    expect_hr(SafeArrayDestroy(safe), S_OK);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
    expect_hr(ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, NULL, 0, &buffer), S_OK);
    assert_string_equal(kit_hex_of_last(buffer), "");
    expect_hr(ISCardTypeConv_ConvertByteArrayToByteBuffer(conv, NULL, 1, &buffer), E_INVALIDARG);
    expect_hr(ISCardTypeConv_CreateByteArray(conv, 5, &made), S_OK);
    assert_memory_equal(made, "\0\0\0\0\0", 5);
    CoTaskMemFree(made);
    expect_hr(ISCardTypeConv_CreateByteArray(conv, 0xFFFFFFFF, &made), E_OUTOFMEMORY);
    expect_hr(ISCardTypeConv_CreateByteBuffer(conv, 2, &buffer), S_OK);
    assert_string_equal(kit_hex_of_last(buffer), "00 00");
}

/* The memory of a stream of this process, which the object over there could not see. */
static void memory(void *object) {
    ISCardTypeConv *const conv = object;
    IByteBuffer *const buffer = kit_buffer("11 22 33");
    IStream *stream = NULL;
    LPBYTEARRAY found = NULL;
    ULARGE_INTEGER size;
    expect_hr(IByteBuffer_get_Stream(buffer, &stream), S_OK);
    expect_hr(ISCardTypeConv_SizeOfIStream(conv, stream, &size), S_OK);
    assert_int_equal(size.QuadPart, 3);
    expect_hr(ISCardTypeConv_GetAtIStreamMemory(conv, stream, &found), S_OK);
    assert_int_equal(found->dwSize, 3);
    assert_memory_equal(found->pbyData, "\x11\x22\x33", 3);
    expect_hr(ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, found->pbyData + 1), E_INVALIDARG);
    expect_hr(ISCardTypeConv_FreeIStreamMemoryPtr(conv, stream, found->pbyData), S_OK);
    CoTaskMemFree(found);
    IStream_Release(stream);
    assert_int_equal(IByteBuffer_Release(buffer), 0);
}

static void iso_commands(void *object) {
    ISCardISO7816 *const iso = object;
    ISCardCmd *cmd = NULL;
    IByteBuffer *const name = kit_buffer("3F 00");
    expect_hr(ISCardISO7816_GetChallenge(iso, 8, &cmd), S_OK); /* a new one, over there */
    assert_string_equal(kit_apdu(cmd), "00 84 00 00 08");
    expect_hr(ISCardISO7816_SetDefaultClassId(iso, 0xA0), S_OK);
    expect_hr(ISCardISO7816_SelectFile(iso, 0, 0, name, 0, &cmd), S_OK); /* the same over there */
    assert_string_equal(kit_apdu(cmd), "A0 A4 00 00 02 3F 00");
    assert_int_equal(ISCardCmd_Release(cmd), 0);
    ISCardCmd *const ours = kit_make(&CLSID_CSCardCmd, &IID_ISCardCmd);
    cmd = ours;
    expect_hr(ISCardISO7816_ReadRecord(iso, 3, 4, 16, &cmd), S_OK);
    assert_ptr_equal(cmd, ours);
    assert_string_equal(kit_apdu(ours), "A0 B2 03 04 10");
    assert_int_equal(ISCardCmd_Release(ours), 0);
    assert_int_equal(IByteBuffer_Release(name), 0);
}

static void readers(void *object) {
    ISCardDatabase *const database = object;
    SAFEARRAY *found = NULL;
    LONG upper = -1, first = 0;
    BSTR name = NULL;
    GUID *provider = NULL;
    expect_hr(ISCardDatabase_ListReaders(database, 0x0409, &found), S_OK);
    expect_hr(SafeArrayGetUBound(found, 1, &upper), S_OK);
    assert_int_equal(upper, READERS - 1);
    expect_hr(SafeArrayGetElement(found, &first, &name), S_OK);
    assert_int_equal(wcscmp(name, DEMO_READER), 0);
    expect_hr(SafeArrayDestroy(found), S_OK);
    expect_hr(ISCardDatabase_GetProviderCardId(database, name, &provider), SCARD_E_UNKNOWN_CARD);
    assert_null(provider);
    expect_hr(ISCardDatabase_ListCards(database, NULL, NULL, 0, &found),
              S_OK); /* objects that are none travel, too */
    expect_hr(SafeArrayDestroy(found), S_OK);
    SysFreeString(name);
}

static void searches(void *object) {
    ISCardLocate *const locate = object;
    LPSCARDINFO found = NULL;
    SAFEARRAY *const names = SafeArrayCreateVector(VT_BSTR, 0, 1);
    BSTR name = SysAllocString(L"no card is called this");
    LONG first = 0;
    expect_hr(SafeArrayPutElement(names, &first, name), S_OK);
    expect_hr(ISCardLocate_FindCard(locate, SHARED, T1, SC_DLG_NO_UI, &found), E_UNEXPECTED);
    assert_null(found);
    expect_hr(ISCardLocate_ConfigureCardNameSearch(locate, names, NULL, NULL, SC_DLG_NO_UI), S_OK);
    expect_hr(ISCardLocate_FindCard(locate, SHARED, T1, 0, &found), SCARD_E_NO_SMARTCARD);
    assert_null(found);
    SysFreeString(name);
    expect_hr(SafeArrayDestroy(names), S_OK);
}

/*
 * Whether it tells why it failed is asked of the object itself; the error object is COM's to bring over,
 * which Windows does and Wine does not. What arrives is right.
 */
static void failures(void *object) {
    ISCardCmd *const cmd = object;
    ISupportErrorInfo *support = NULL;
    IErrorInfo *info = NULL;
    BSTR text = NULL;
    BYTE class = 0;
    expect_hr(ISCardCmd_QueryInterface(cmd, &IID_ISupportErrorInfo, (void **)&support), S_OK);
    expect_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(support, &IID_ISCardCmd), S_OK);
    expect_hr(ISupportErrorInfo_InterfaceSupportsErrorInfo(support, &IID_ISCard), S_FALSE);
    ISupportErrorInfo_Release(support);
    expect_hr(ISCardCmd_get_AlternateClassId(cmd, &class), E_ACCESSDENIED);
    if (GetErrorInfo(0, &info) == S_OK) {
        expect_hr(IErrorInfo_GetDescription(info, &text), S_OK);
        assert_int_equal(wcsncmp(text, L"E_ACCESSDENIED: ", 16), 0);
        SysFreeString(text);
        IErrorInfo_Release(info);
    }
}

const struct remote_case remote_other_cases[] = {
    {"failures", &CLSID_CSCardCmd, &IID_ISCardCmd, failures},
    {"conversions", &CLSID_CSCardTypeConv, &IID_ISCardTypeConv, conversions},
    {"memory", &CLSID_CSCardTypeConv, &IID_ISCardTypeConv, memory},
    {"iso_commands", &CLSID_CSCardISO7816, &IID_ISCardISO7816, iso_commands},
    {"readers", &CLSID_CSCardDatabase, &IID_ISCardDatabase, readers},
    {"searches", &CLSID_CSCardLocate, &IID_ISCardLocate, searches},
    {NULL, NULL, NULL, NULL},
};
