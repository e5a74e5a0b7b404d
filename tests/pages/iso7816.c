/*
 * The pages of ISCardISO7816: the interindustry commands of ISO/IEC 7816-4. The clauses are those of its 2020
 * edition.
 */
#define COBJMACROS
#include <Scardsrv.h>

#include "page.h"

static ISCardISO7816 *create(void) {
    ISCardISO7816 *pISCardISO7816 = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardISO7816, NULL, CLSCTX_ALL, &IID_ISCardISO7816,
                                  (LPVOID *)&pISCardISO7816);
    return SUCCEEDED(hr) ? pISCardISO7816 : NULL;
}

static void AppendRecord(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_AppendRecord(pISCardISO7816, 0x0C, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xE2\x00\x0C\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void EraseBinary(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_EraseBinary(pISCardISO7816, 0x81, 0x02, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x0E\x81\x02\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void ExternalAuthenticate(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_ExternalAuthenticate(pISCardISO7816, 0x01, 0x82, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x82\x01\x82\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void GetChallenge(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = ISCardISO7816_GetChallenge(pISCardISO7816, 8, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x84\x00\x00\x08")));
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void GetData(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = ISCardISO7816_GetData(pISCardISO7816, 0x9F, 0x7F, 42, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xCA\x9F\x7F\x2A")));
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void GetResponse(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = ISCardISO7816_GetResponse(pISCardISO7816, 0, 0, 16, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xC0\x00\x00\x10")));
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void InternalAuthenticate(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_InternalAuthenticate(pISCardISO7816, 0x00, 0x81, pIByteBuff, 8, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x88\x00\x81\x02hi\x08")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void ManageChannel(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = ISCardISO7816_ManageChannel(pISCardISO7816, 0x80, 1, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x70\x80\x01")));
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void PutData(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_PutData(pISCardISO7816, 0x01, 0x02, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xDA\x01\x02\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void ReadBinary(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = ISCardISO7816_ReadBinary(pISCardISO7816, 0x00, 0x10, 24, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xB0\x00\x10\x18")));
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void ReadRecord(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = ISCardISO7816_ReadRecord(pISCardISO7816, 1, 0x04, 0, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xB2\x01\x04\x00")));
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void SelectFile(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_SelectFile(pISCardISO7816, 0x00, 0x0C, pIByteBuff, 0, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x00\x0C\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void UpdateBinary(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_UpdateBinary(pISCardISO7816, 0x00, 0x10, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xD6\x00\x10\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void UpdateRecord(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_UpdateRecord(pISCardISO7816, 1, 0x04, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xDC\x01\x04\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void Verify(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_Verify(pISCardISO7816, 0x81, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x20\x00\x81\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void WriteBinary(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_WriteBinary(pISCardISO7816, 0x00, 0x10, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xD0\x00\x10\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void WriteRecord(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = ISCardISO7816_WriteRecord(pISCardISO7816, 1, 0x04, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xD2\x01\x04\x02hi")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

static void SetDefaultClassId(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = ISCardISO7816_SetDefaultClassId(pISCardISO7816, 0x80);
    MUST(hr == S_OK);
    hr = ISCardISO7816_GetChallenge(pISCardISO7816, 8, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x80\x84\x00\x00\x08")));
    ISCardCmd_Release(pISCardCmd);
    ISCardISO7816_Release(pISCardISO7816);
}

/* The page on building an APDU: the command is made, sent, and its reply read. */
static void building_an_apdu(void) {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCard *pISCard = page_card();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x00\x02"));
    LPBYTEBUFFER pIByteReply = NULL;
    BYTE byReply[5];
    LONG lRead = 0;
    HRESULT hr = ISCardISO7816_SelectFile(pISCardISO7816, 0x00, 0x0C, pIByteBuff, 0, &pISCardCmd);
    MUST(hr == S_OK);
    hr = ISCard_Transaction(pISCard, &pISCardCmd);
    MUST(hr == S_OK);
    hr = ISCardISO7816_ReadBinary(pISCardISO7816, 0x00, 0x00, 5, &pISCardCmd);
    MUST(hr == S_OK);
    hr = ISCard_Transaction(pISCard, &pISCardCmd);
    MUST(hr == S_OK);
    hr = ISCardCmd_get_ApduReply(pISCardCmd, &pIByteReply);
    MUST(hr == S_OK);
    hr = IByteBuffer_Read(pIByteReply, byReply, 5, &lRead);
    MUST(hr == S_OK && lRead == 5 && byReply[0] == 'H' && byReply[4] == 'o');
    IByteBuffer_Release(pIByteReply);
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
    ISCard_Release(pISCard);
    ISCardISO7816_Release(pISCardISO7816);
}

const struct page iso7816_pages[] = {
    {"ISCardISO7816::AppendRecord", AppendRecord},
    {"ISCardISO7816::EraseBinary", EraseBinary},
    {"ISCardISO7816::ExternalAuthenticate", ExternalAuthenticate},
    {"ISCardISO7816::GetChallenge", GetChallenge},
    {"ISCardISO7816::GetData", GetData},
    {"ISCardISO7816::GetResponse", GetResponse},
    {"ISCardISO7816::InternalAuthenticate", InternalAuthenticate},
    {"ISCardISO7816::ManageChannel", ManageChannel},
    {"ISCardISO7816::PutData", PutData},
    {"ISCardISO7816::ReadBinary", ReadBinary},
    {"ISCardISO7816::ReadRecord", ReadRecord},
    {"ISCardISO7816::SelectFile", SelectFile},
    {"ISCardISO7816::UpdateBinary", UpdateBinary},
    {"ISCardISO7816::UpdateRecord", UpdateRecord},
    {"ISCardISO7816::Verify", Verify},
    {"ISCardISO7816::WriteBinary", WriteBinary},
    {"ISCardISO7816::WriteRecord", WriteRecord},
    {"ISCardISO7816::SetDefaultClassId", SetDefaultClassId},
    {"Building an APDU", building_an_apdu},
    {NULL, NULL},
};
