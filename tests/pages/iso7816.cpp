/*
 * The pages of ISCardISO7816: the interindustry commands of ISO/IEC 7816-4. The clauses are those of its 2020
 * edition.
 */
#include <Scardsrv.h>

#include "page.h"

static ISCardISO7816 *create() {
    ISCardISO7816 *pISCardISO7816 = NULL;
    HRESULT hr =
        CoCreateInstance(CLSID_CSCardISO7816, NULL, CLSCTX_ALL, IID_ISCardISO7816, (LPVOID *)&pISCardISO7816);
    return SUCCEEDED(hr) ? pISCardISO7816 : NULL;
}

static void AppendRecord() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->AppendRecord(0x0C, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xE2\x00\x0C\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void EraseBinary() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->EraseBinary(0x81, 0x02, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x0E\x81\x02\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void ExternalAuthenticate() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->ExternalAuthenticate(0x01, 0x82, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x82\x01\x82\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void GetChallenge() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = pISCardISO7816->GetChallenge(8, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x84\x00\x00\x08")));
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void GetData() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = pISCardISO7816->GetData(0x9F, 0x7F, 42, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xCA\x9F\x7F\x2A")));
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void GetResponse() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = pISCardISO7816->GetResponse(0, 0, 16, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xC0\x00\x00\x10")));
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void InternalAuthenticate() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->InternalAuthenticate(0x00, 0x81, pIByteBuff, 8, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x88\x00\x81\x02hi\x08")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void ManageChannel() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = pISCardISO7816->ManageChannel(0x80, 1, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x70\x80\x01")));
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void PutData() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->PutData(0x01, 0x02, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xDA\x01\x02\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void ReadBinary() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = pISCardISO7816->ReadBinary(0x00, 0x10, 24, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xB0\x00\x10\x18")));
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void ReadRecord() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = pISCardISO7816->ReadRecord(1, 0x04, 0, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xB2\x01\x04\x00")));
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void SelectFile() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->SelectFile(0x00, 0x0C, pIByteBuff, 0, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x00\x0C\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void UpdateBinary() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->UpdateBinary(0x00, 0x10, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xD6\x00\x10\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void UpdateRecord() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->UpdateRecord(1, 0x04, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xDC\x01\x04\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void Verify() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->Verify(0x81, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\x20\x00\x81\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void WriteBinary() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->WriteBinary(0x00, 0x10, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xD0\x00\x10\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void WriteRecord() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("hi"));
    HRESULT hr = pISCardISO7816->WriteRecord(1, 0x04, pIByteBuff, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xD2\x01\x04\x02hi")));
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

static void SetDefaultClassId() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCardCmd *pISCardCmd = NULL;
    HRESULT hr = pISCardISO7816->SetDefaultClassId(0x80);
    MUST(hr == S_OK);
    hr = pISCardISO7816->GetChallenge(8, &pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x80\x84\x00\x00\x08")));
    pISCardCmd->Release();
    pISCardISO7816->Release();
}

/* The page on building an APDU: the command is made, sent, and its reply read. */
static void building_an_apdu() {
    ISCardISO7816 *pISCardISO7816 = create();
    ISCard *pISCard = page_card();
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x00\x02"));
    LPBYTEBUFFER pIByteReply = NULL;
    BYTE byReply[5];
    LONG lRead = 0;
    HRESULT hr = pISCardISO7816->SelectFile(0x00, 0x0C, pIByteBuff, 0, &pISCardCmd);
    MUST(hr == S_OK);
    hr = pISCard->Transaction(&pISCardCmd);
    MUST(hr == S_OK);
    hr = pISCardISO7816->ReadBinary(0x00, 0x00, 5, &pISCardCmd);
    MUST(hr == S_OK);
    hr = pISCard->Transaction(&pISCardCmd);
    MUST(hr == S_OK);
    hr = pISCardCmd->get_ApduReply(&pIByteReply);
    MUST(hr == S_OK);
    hr = pIByteReply->Read(byReply, 5, &lRead);
    MUST(hr == S_OK && lRead == 5 && byReply[0] == 'H' && byReply[4] == 'o');
    pIByteReply->Release();
    pIByteBuff->Release();
    pISCardCmd->Release();
    pISCard->Release();
    pISCardISO7816->Release();
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
