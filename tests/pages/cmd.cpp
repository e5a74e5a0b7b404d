/* The pages of ISCardCmd: a command for the card and its reply. */
#include <Scarddat.h>

#include "page.h"

/* 00 A4 00 0C 02 3F 00: SELECT of the root. */
static ISCardCmd *create() {
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x3F\x00"));
    HRESULT hr = CoCreateInstance(CLSID_CSCardCmd, NULL, CLSCTX_ALL, IID_ISCardCmd, (LPVOID *)&pISCardCmd);
    if (SUCCEEDED(hr))
        hr = pISCardCmd->BuildCmd(0x00, 0xA4, 0x00, 0x0C, pIByteBuff, NULL);
    pIByteBuff->Release();
    return SUCCEEDED(hr) ? pISCardCmd : NULL;
}

/* The same with a reply, 6F 00 90 00. */
static ISCardCmd *replied() {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x6F\x00\x90\x00"));
    HRESULT hr = pISCardCmd->put_ApduReply(pIByteBuff);
    pIByteBuff->Release();
    return SUCCEEDED(hr) ? pISCardCmd : NULL;
}

static void get_Apdu() {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = pISCardCmd->get_Apdu(&pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x00\xA4\x00\x0C\x02\x3F\x00")));
    pIByteBuff->Release();
    pISCardCmd->Release();
}

static void put_Apdu() {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x00\xB0\x00\x00\x05"));
    HRESULT hr = pISCardCmd->put_Apdu(pIByteBuff);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xB0\x00\x00\x05")));
    pIByteBuff->Release();
    pISCardCmd->Release();
}

static void get_ApduLength() {
    ISCardCmd *pISCardCmd = create();
    LONG lSize = 0;
    HRESULT hr = pISCardCmd->get_ApduLength(&lSize);
    MUST(hr == S_OK && lSize == 7);
    pISCardCmd->Release();
}

static void get_ApduReply() {
    ISCardCmd *pISCardCmd = replied();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = pISCardCmd->get_ApduReply(&pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x6F\x00\x90\x00")));
    pIByteBuff->Release();
    pISCardCmd->Release();
}

static void put_ApduReply() {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x6A\x82"));
    WORD wStatus = 0;
    HRESULT hr = pISCardCmd->put_ApduReply(pIByteBuff);
    MUST(hr == S_OK);
    hr = pISCardCmd->get_ReplyStatus(&wStatus);
    MUST(hr == S_OK && wStatus == 0x6A82);
    pIByteBuff->Release();
    pISCardCmd->Release();
}

static void get_ApduReplyLength() {
    ISCardCmd *pISCardCmd = replied();
    LONG lSize = 0;
    HRESULT hr = pISCardCmd->get_ApduReplyLength(&lSize);
    MUST(hr == S_OK && lSize == 4);
    pISCardCmd->Release();
}

static void put_ApduReplyLength() {
    ISCardCmd *pISCardCmd = replied();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = pISCardCmd->put_ApduReplyLength(2);
    MUST(hr == S_OK);
    hr = pISCardCmd->get_ApduReply(&pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x6F\x00")));
    pIByteBuff->Release();
    pISCardCmd->Release();
}

static void get_ClassId() {
    ISCardCmd *pISCardCmd = create();
    BYTE byClass = 0;
    HRESULT hr = pISCardCmd->get_ClassId(&byClass);
    MUST(hr == S_OK && byClass == 0x00);
    pISCardCmd->Release();
}

static void put_ClassId() {
    ISCardCmd *pISCardCmd = create();
    HRESULT hr = pISCardCmd->put_ClassId(0x80);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x80\xA4\x00\x0C\x02\x3F\x00")));
    pISCardCmd->Release();
}

static void get_Data() {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = pISCardCmd->get_Data(&pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x3F\x00")));
    pIByteBuff->Release();
    pISCardCmd->Release();
}

static void put_Data() {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x2F"));
    HRESULT hr = pISCardCmd->put_Data(pIByteBuff);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x00\x0C\x01\x2F")));
    pIByteBuff->Release();
    pISCardCmd->Release();
}

static void get_InstructionId() {
    ISCardCmd *pISCardCmd = create();
    BYTE byIns = 0;
    HRESULT hr = pISCardCmd->get_InstructionId(&byIns);
    MUST(hr == S_OK && byIns == 0xA4);
    pISCardCmd->Release();
}

static void put_InstructionId() {
    ISCardCmd *pISCardCmd = create();
    HRESULT hr = pISCardCmd->put_InstructionId(0xD6);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xD6\x00\x0C\x02\x3F\x00")));
    pISCardCmd->Release();
}

static void get_LeField() {
    ISCardCmd *pISCardCmd = create();
    LONG lLe = 256, lSize = 0;
    HRESULT hr = pISCardCmd->get_LeField(&lSize);
    MUST(hr == S_OK && lSize == 0);
    hr = pISCardCmd->BuildCmd(0x00, 0xB0, 0x00, 0x00, NULL, &lLe);
    MUST(hr == S_OK);
    hr = pISCardCmd->get_LeField(&lSize);
    MUST(hr == S_OK && lSize == 256);
    pISCardCmd->Release();
}

static void get_P1() {
    ISCardCmd *pISCardCmd = create();
    BYTE byP1 = 0;
    HRESULT hr = pISCardCmd->get_P1(&byP1);
    MUST(hr == S_OK && byP1 == 0x00);
    pISCardCmd->Release();
}

static void put_P1() {
    ISCardCmd *pISCardCmd = create();
    HRESULT hr = pISCardCmd->put_P1(0x04);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x04\x0C\x02\x3F\x00")));
    pISCardCmd->Release();
}

static void get_P2() {
    ISCardCmd *pISCardCmd = create();
    BYTE byP2 = 0;
    HRESULT hr = pISCardCmd->get_P2(&byP2);
    MUST(hr == S_OK && byP2 == 0x0C);
    pISCardCmd->Release();
}

static void put_P2() {
    ISCardCmd *pISCardCmd = create();
    HRESULT hr = pISCardCmd->put_P2(0x00);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x00\x00\x02\x3F\x00")));
    pISCardCmd->Release();
}

static void get_P3() {
    ISCardCmd *pISCardCmd = create();
    BYTE byP3 = 0;
    HRESULT hr = pISCardCmd->get_P3(&byP3);
    MUST(hr == S_OK && byP3 == 2);
    pISCardCmd->Release();
}

static void get_ReplyStatus() {
    ISCardCmd *pISCardCmd = replied();
    WORD wStatus = 0;
    HRESULT hr = pISCardCmd->get_ReplyStatus(&wStatus);
    MUST(hr == S_OK && wStatus == 0x9000);
    pISCardCmd->Release();
}

static void put_ReplyStatus() {
    ISCardCmd *pISCardCmd = replied();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = pISCardCmd->put_ReplyStatus(0x6A82);
    MUST(hr == S_OK);
    hr = pISCardCmd->get_ApduReply(&pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x6F\x00\x6A\x82")));
    pIByteBuff->Release();
    pISCardCmd->Release();
}

static void get_ReplyStatusSW1() {
    ISCardCmd *pISCardCmd = replied();
    BYTE bySW1 = 0;
    HRESULT hr = pISCardCmd->get_ReplyStatusSW1(&bySW1);
    MUST(hr == S_OK && bySW1 == 0x90);
    pISCardCmd->Release();
}

static void get_ReplyStatusSW2() {
    ISCardCmd *pISCardCmd = replied();
    BYTE bySW2 = 0;
    HRESULT hr = pISCardCmd->get_ReplyStatusSW2(&bySW2);
    MUST(hr == S_OK && bySW2 == 0x00);
    pISCardCmd->Release();
}

static void get_Type() {
    ISCardCmd *pISCardCmd = create();
    ISO_APDU_TYPE Type = ISO_CASE_1;
    HRESULT hr = pISCardCmd->get_Type(&Type);
    MUST(hr == S_OK && Type == ISO_CASE_3);
    pISCardCmd->Release();
}

static void get_Nad() {
    ISCardCmd *pISCardCmd = create();
    BYTE byNad = 0xFF;
    HRESULT hr = pISCardCmd->get_Nad(&byNad);
    MUST(hr == S_OK && byNad == 0);
    pISCardCmd->Release();
}

static void put_Nad() {
    ISCardCmd *pISCardCmd = create();
    BYTE byNad = 0;
    HRESULT hr = pISCardCmd->put_Nad(0x12);
    MUST(hr == S_OK);
    hr = pISCardCmd->get_Nad(&byNad);
    MUST(hr == S_OK && byNad == 0x12);
    pISCardCmd->Release();
}

static void get_ReplyNad() {
    ISCardCmd *pISCardCmd = replied();
    BYTE byNad = 0;
    HRESULT hr = pISCardCmd->get_ReplyNad(&byNad);
    MUST(hr == E_ACCESSDENIED); /* no reply over T=1 */
    pISCardCmd->Release();
}

static void put_ReplyNad() {
    ISCardCmd *pISCardCmd = replied();
    BYTE byNad = 0;
    HRESULT hr = pISCardCmd->put_ReplyNad(0x21);
    MUST(hr == S_OK);
    hr = pISCardCmd->get_ReplyNad(&byNad);
    MUST(hr == S_OK && byNad == 0x21);
    pISCardCmd->Release();
}

static void get_AlternateClassId() {
    ISCardCmd *pISCardCmd = create();
    BYTE byClass = 0;
    HRESULT hr = pISCardCmd->get_AlternateClassId(&byClass);
    MUST(hr == E_ACCESSDENIED); /* never set */
    pISCardCmd->Release();
}

static void put_AlternateClassId() {
    ISCardCmd *pISCardCmd = create();
    BYTE byClass = 0;
    HRESULT hr = pISCardCmd->put_AlternateClassId(0x80);
    MUST(hr == S_OK);
    hr = pISCardCmd->get_AlternateClassId(&byClass);
    MUST(hr == S_OK && byClass == 0x80);
    pISCardCmd->Release();
}

static void BuildCmd() {
    ISCardCmd *pISCardCmd = page_command();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x3F\x00"));
    LONG lLe = 16;
    HRESULT hr = pISCardCmd->BuildCmd(0x00, 0xA4, 0x00, 0x0C, pIByteBuff, &lLe);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x00\x0C\x02\x3F\x00\x10")));
    hr = pISCardCmd->BuildCmd(0x80, 0xCA);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x80\xCA\x00\x00")));
    pIByteBuff->Release();
    pISCardCmd->Release();
}

static void Clear() {
    ISCardCmd *pISCardCmd = replied();
    LONG lSize = 1;
    HRESULT hr = pISCardCmd->Clear();
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("")));
    hr = pISCardCmd->get_ApduReplyLength(&lSize);
    MUST(hr == S_OK && lSize == 0);
    pISCardCmd->Release();
}

static void Encapsulate() {
    ISCardCmd *pISCardCmd = page_command();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x00\xA4\x00\x0C\x02\x3F\x00"));
    HRESULT hr = pISCardCmd->Encapsulate(pIByteBuff, ISO_CASE_3);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xC2\x00\x00\x07\x00\xA4\x00\x0C\x02\x3F\x00")));
    pIByteBuff->Release();
    pISCardCmd->Release();
}

const struct page cmd_pages[] = {
    {"ISCardCmd::get_Apdu", get_Apdu},
    {"ISCardCmd::put_Apdu", put_Apdu},
    {"ISCardCmd::get_ApduLength", get_ApduLength},
    {"ISCardCmd::get_ApduReply", get_ApduReply},
    {"ISCardCmd::put_ApduReply", put_ApduReply},
    {"ISCardCmd::get_ApduReplyLength", get_ApduReplyLength},
    {"ISCardCmd::put_ApduReplyLength", put_ApduReplyLength},
    {"ISCardCmd::get_ClassId", get_ClassId},
    {"ISCardCmd::put_ClassId", put_ClassId},
    {"ISCardCmd::get_Data", get_Data},
    {"ISCardCmd::put_Data", put_Data},
    {"ISCardCmd::get_InstructionId", get_InstructionId},
    {"ISCardCmd::put_InstructionId", put_InstructionId},
    {"ISCardCmd::get_LeField", get_LeField},
    {"ISCardCmd::get_P1", get_P1},
    {"ISCardCmd::put_P1", put_P1},
    {"ISCardCmd::get_P2", get_P2},
    {"ISCardCmd::put_P2", put_P2},
    {"ISCardCmd::get_P3", get_P3},
    {"ISCardCmd::get_ReplyStatus", get_ReplyStatus},
    {"ISCardCmd::put_ReplyStatus", put_ReplyStatus},
    {"ISCardCmd::get_ReplyStatusSW1", get_ReplyStatusSW1},
    {"ISCardCmd::get_ReplyStatusSW2", get_ReplyStatusSW2},
    {"ISCardCmd::get_Type", get_Type},
    {"ISCardCmd::get_Nad", get_Nad},
    {"ISCardCmd::put_Nad", put_Nad},
    {"ISCardCmd::get_ReplyNad", get_ReplyNad},
    {"ISCardCmd::put_ReplyNad", put_ReplyNad},
    {"ISCardCmd::get_AlternateClassId", get_AlternateClassId},
    {"ISCardCmd::put_AlternateClassId", put_AlternateClassId},
    {"ISCardCmd::BuildCmd", BuildCmd},
    {"ISCardCmd::Clear", Clear},
    {"ISCardCmd::Encapsulate", Encapsulate},
    {NULL, NULL},
};
