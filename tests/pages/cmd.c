/* The pages of ISCardCmd: a command for the card and its reply. */
#define COBJMACROS
#include <Scarddat.h>

#include "page.h"

/* 00 A4 00 0C 02 3F 00: SELECT of the root. */
static ISCardCmd *create(void) {
    ISCardCmd *pISCardCmd = NULL;
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x3F\x00"));
    HRESULT hr = CoCreateInstance(&CLSID_CSCardCmd, NULL, CLSCTX_ALL, &IID_ISCardCmd, (LPVOID *)&pISCardCmd);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_BuildCmd(pISCardCmd, 0x00, 0xA4, 0x00, 0x0C, pIByteBuff, NULL);
    IByteBuffer_Release(pIByteBuff);
    return SUCCEEDED(hr) ? pISCardCmd : NULL;
}

/* The same with a reply, 6F 00 90 00. */
static ISCardCmd *replied(void) {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x6F\x00\x90\x00"));
    HRESULT hr = ISCardCmd_put_ApduReply(pISCardCmd, pIByteBuff);
    IByteBuffer_Release(pIByteBuff);
    return SUCCEEDED(hr) ? pISCardCmd : NULL;
}

static void get_Apdu(void) {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = ISCardCmd_get_Apdu(pISCardCmd, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x00\xA4\x00\x0C\x02\x3F\x00")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
}

static void put_Apdu(void) {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x00\xB0\x00\x00\x05"));
    HRESULT hr = ISCardCmd_put_Apdu(pISCardCmd, pIByteBuff);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xB0\x00\x00\x05")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
}

static void get_ApduLength(void) {
    ISCardCmd *pISCardCmd = create();
    LONG lSize = 0;
    HRESULT hr = ISCardCmd_get_ApduLength(pISCardCmd, &lSize);
    MUST(hr == S_OK && lSize == 7);
    ISCardCmd_Release(pISCardCmd);
}

static void get_ApduReply(void) {
    ISCardCmd *pISCardCmd = replied();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = ISCardCmd_get_ApduReply(pISCardCmd, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x6F\x00\x90\x00")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
}

static void put_ApduReply(void) {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x6A\x82"));
    WORD wStatus = 0;
    HRESULT hr = ISCardCmd_put_ApduReply(pISCardCmd, pIByteBuff);
    MUST(hr == S_OK);
    hr = ISCardCmd_get_ReplyStatus(pISCardCmd, &wStatus);
    MUST(hr == S_OK && wStatus == 0x6A82);
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
}

static void get_ApduReplyLength(void) {
    ISCardCmd *pISCardCmd = replied();
    LONG lSize = 0;
    HRESULT hr = ISCardCmd_get_ApduReplyLength(pISCardCmd, &lSize);
    MUST(hr == S_OK && lSize == 4);
    ISCardCmd_Release(pISCardCmd);
}

static void put_ApduReplyLength(void) {
    ISCardCmd *pISCardCmd = replied();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = ISCardCmd_put_ApduReplyLength(pISCardCmd, 2);
    MUST(hr == S_OK);
    hr = ISCardCmd_get_ApduReply(pISCardCmd, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x6F\x00")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
}

static void get_ClassId(void) {
    ISCardCmd *pISCardCmd = create();
    BYTE byClass = 0;
    HRESULT hr = ISCardCmd_get_ClassId(pISCardCmd, &byClass);
    MUST(hr == S_OK && byClass == 0x00);
    ISCardCmd_Release(pISCardCmd);
}

static void put_ClassId(void) {
    ISCardCmd *pISCardCmd = create();
    HRESULT hr = ISCardCmd_put_ClassId(pISCardCmd, 0x80);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x80\xA4\x00\x0C\x02\x3F\x00")));
    ISCardCmd_Release(pISCardCmd);
}

static void get_Data(void) {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = ISCardCmd_get_Data(pISCardCmd, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x3F\x00")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
}

static void put_Data(void) {
    ISCardCmd *pISCardCmd = create();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x2F"));
    HRESULT hr = ISCardCmd_put_Data(pISCardCmd, pIByteBuff);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x00\x0C\x01\x2F")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
}

static void get_InstructionId(void) {
    ISCardCmd *pISCardCmd = create();
    BYTE byIns = 0;
    HRESULT hr = ISCardCmd_get_InstructionId(pISCardCmd, &byIns);
    MUST(hr == S_OK && byIns == 0xA4);
    ISCardCmd_Release(pISCardCmd);
}

static void put_InstructionId(void) {
    ISCardCmd *pISCardCmd = create();
    HRESULT hr = ISCardCmd_put_InstructionId(pISCardCmd, 0xD6);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xD6\x00\x0C\x02\x3F\x00")));
    ISCardCmd_Release(pISCardCmd);
}

static void get_LeField(void) {
    ISCardCmd *pISCardCmd = create();
    LONG lLe = 256, lSize = 0;
    HRESULT hr = ISCardCmd_get_LeField(pISCardCmd, &lSize);
    MUST(hr == S_OK && lSize == 0);
    hr = ISCardCmd_BuildCmd(pISCardCmd, 0x00, 0xB0, 0x00, 0x00, NULL, &lLe);
    MUST(hr == S_OK);
    hr = ISCardCmd_get_LeField(pISCardCmd, &lSize);
    MUST(hr == S_OK && lSize == 256);
    ISCardCmd_Release(pISCardCmd);
}

static void get_P1(void) {
    ISCardCmd *pISCardCmd = create();
    BYTE byP1 = 0;
    HRESULT hr = ISCardCmd_get_P1(pISCardCmd, &byP1);
    MUST(hr == S_OK && byP1 == 0x00);
    ISCardCmd_Release(pISCardCmd);
}

static void put_P1(void) {
    ISCardCmd *pISCardCmd = create();
    HRESULT hr = ISCardCmd_put_P1(pISCardCmd, 0x04);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x04\x0C\x02\x3F\x00")));
    ISCardCmd_Release(pISCardCmd);
}

static void get_P2(void) {
    ISCardCmd *pISCardCmd = create();
    BYTE byP2 = 0;
    HRESULT hr = ISCardCmd_get_P2(pISCardCmd, &byP2);
    MUST(hr == S_OK && byP2 == 0x0C);
    ISCardCmd_Release(pISCardCmd);
}

static void put_P2(void) {
    ISCardCmd *pISCardCmd = create();
    HRESULT hr = ISCardCmd_put_P2(pISCardCmd, 0x00);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x00\x00\x02\x3F\x00")));
    ISCardCmd_Release(pISCardCmd);
}

static void get_P3(void) {
    ISCardCmd *pISCardCmd = create();
    BYTE byP3 = 0;
    HRESULT hr = ISCardCmd_get_P3(pISCardCmd, &byP3);
    MUST(hr == S_OK && byP3 == 2);
    ISCardCmd_Release(pISCardCmd);
}

static void get_ReplyStatus(void) {
    ISCardCmd *pISCardCmd = replied();
    WORD wStatus = 0;
    HRESULT hr = ISCardCmd_get_ReplyStatus(pISCardCmd, &wStatus);
    MUST(hr == S_OK && wStatus == 0x9000);
    ISCardCmd_Release(pISCardCmd);
}

static void put_ReplyStatus(void) {
    ISCardCmd *pISCardCmd = replied();
    LPBYTEBUFFER pIByteBuff = NULL;
    HRESULT hr = ISCardCmd_put_ReplyStatus(pISCardCmd, 0x6A82);
    MUST(hr == S_OK);
    hr = ISCardCmd_get_ApduReply(pISCardCmd, &pIByteBuff);
    MUST(hr == S_OK && page_holds(pIByteBuff, BYTES("\x6F\x00\x6A\x82")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
}

static void get_ReplyStatusSW1(void) {
    ISCardCmd *pISCardCmd = replied();
    BYTE bySW1 = 0;
    HRESULT hr = ISCardCmd_get_ReplyStatusSW1(pISCardCmd, &bySW1);
    MUST(hr == S_OK && bySW1 == 0x90);
    ISCardCmd_Release(pISCardCmd);
}

static void get_ReplyStatusSW2(void) {
    ISCardCmd *pISCardCmd = replied();
    BYTE bySW2 = 0;
    HRESULT hr = ISCardCmd_get_ReplyStatusSW2(pISCardCmd, &bySW2);
    MUST(hr == S_OK && bySW2 == 0x00);
    ISCardCmd_Release(pISCardCmd);
}

static void get_Type(void) {
    ISCardCmd *pISCardCmd = create();
    ISO_APDU_TYPE Type = ISO_CASE_1;
    HRESULT hr = ISCardCmd_get_Type(pISCardCmd, &Type);
    MUST(hr == S_OK && Type == ISO_CASE_3);
    ISCardCmd_Release(pISCardCmd);
}

static void get_Nad(void) {
    ISCardCmd *pISCardCmd = create();
    BYTE byNad = 0xFF;
    HRESULT hr = ISCardCmd_get_Nad(pISCardCmd, &byNad);
    MUST(hr == S_OK && byNad == 0);
    ISCardCmd_Release(pISCardCmd);
}

static void put_Nad(void) {
    ISCardCmd *pISCardCmd = create();
    BYTE byNad = 0;
    HRESULT hr = ISCardCmd_put_Nad(pISCardCmd, 0x12);
    MUST(hr == S_OK);
    hr = ISCardCmd_get_Nad(pISCardCmd, &byNad);
    MUST(hr == S_OK && byNad == 0x12);
    ISCardCmd_Release(pISCardCmd);
}

static void get_ReplyNad(void) {
    ISCardCmd *pISCardCmd = replied();
    BYTE byNad = 0;
    HRESULT hr = ISCardCmd_get_ReplyNad(pISCardCmd, &byNad);
    MUST(hr == E_ACCESSDENIED); /* no reply over T=1 */
    ISCardCmd_Release(pISCardCmd);
}

static void put_ReplyNad(void) {
    ISCardCmd *pISCardCmd = replied();
    BYTE byNad = 0;
    HRESULT hr = ISCardCmd_put_ReplyNad(pISCardCmd, 0x21);
    MUST(hr == S_OK);
    hr = ISCardCmd_get_ReplyNad(pISCardCmd, &byNad);
    MUST(hr == S_OK && byNad == 0x21);
    ISCardCmd_Release(pISCardCmd);
}

static void get_AlternateClassId(void) {
    ISCardCmd *pISCardCmd = create();
    BYTE byClass = 0;
    HRESULT hr = ISCardCmd_get_AlternateClassId(pISCardCmd, &byClass);
    MUST(hr == E_ACCESSDENIED); /* never set */
    ISCardCmd_Release(pISCardCmd);
}

static void put_AlternateClassId(void) {
    ISCardCmd *pISCardCmd = create();
    BYTE byClass = 0;
    HRESULT hr = ISCardCmd_put_AlternateClassId(pISCardCmd, 0x80);
    MUST(hr == S_OK);
    hr = ISCardCmd_get_AlternateClassId(pISCardCmd, &byClass);
    MUST(hr == S_OK && byClass == 0x80);
    ISCardCmd_Release(pISCardCmd);
}

static void BuildCmd(void) {
    ISCardCmd *pISCardCmd = page_command();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x3F\x00"));
    LONG lLe = 16;
    HRESULT hr = ISCardCmd_BuildCmd(pISCardCmd, 0x00, 0xA4, 0x00, 0x0C, pIByteBuff, &lLe);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xA4\x00\x0C\x02\x3F\x00\x10")));
    hr = ISCardCmd_BuildCmd(pISCardCmd, 0x80, 0xCA, 0, 0, NULL, NULL);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x80\xCA\x00\x00")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
}

static void Clear(void) {
    ISCardCmd *pISCardCmd = replied();
    LONG lSize = 1;
    HRESULT hr = ISCardCmd_Clear(pISCardCmd);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("")));
    hr = ISCardCmd_get_ApduReplyLength(pISCardCmd, &lSize);
    MUST(hr == S_OK && lSize == 0);
    ISCardCmd_Release(pISCardCmd);
}

static void Encapsulate(void) {
    ISCardCmd *pISCardCmd = page_command();
    LPBYTEBUFFER pIByteBuff = page_buffer(BYTES("\x00\xA4\x00\x0C\x02\x3F\x00"));
    HRESULT hr = ISCardCmd_Encapsulate(pISCardCmd, pIByteBuff, ISO_CASE_3);
    MUST(hr == S_OK && page_apdu(pISCardCmd, BYTES("\x00\xC2\x00\x00\x07\x00\xA4\x00\x0C\x02\x3F\x00")));
    IByteBuffer_Release(pIByteBuff);
    ISCardCmd_Release(pISCardCmd);
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
