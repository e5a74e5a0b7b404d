/* The pages of ISCard: the connection to a card. */
#define COBJMACROS
#include <Scardmgr.h>

#include "page.h"

static ISCard *create(void) {
    ISCard *pISCard = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (LPVOID *)&pISCard);
    return SUCCEEDED(hr) ? pISCard : NULL;
}

static void get_Atr(void) {
    ISCard *pISCard = page_card();
    LPBYTEBUFFER pIByteBuff = NULL;
    BYTE byTs = 0;
    LONG lRead = 0;
    HRESULT hr = ISCard_get_Atr(pISCard, &pIByteBuff);
    MUST(hr == S_OK);
    hr = IByteBuffer_Read(pIByteBuff, &byTs, 1, &lRead);
    MUST(hr == S_OK && lRead == 1 && byTs == 0x3B);
    IByteBuffer_Release(pIByteBuff);
    ISCard_Release(pISCard);
}

static void get_CardHandle(void) {
    ISCard *pISCard = page_card();
    HSCARD hCard = 0;
    HRESULT hr = ISCard_get_CardHandle(pISCard, &hCard);
    MUST(hr == S_OK && hCard != 0);
    ISCard_Release(pISCard);
}

static void get_Context(void) {
    ISCard *pISCard = page_card();
    HSCARDCONTEXT hContext = 0;
    HRESULT hr = ISCard_get_Context(pISCard, &hContext);
    MUST(hr == S_OK && hContext != 0);
    ISCard_Release(pISCard);
}

static void get_Protocol(void) {
    ISCard *pISCard = page_card();
    SCARD_PROTOCOLS Protocol;
    HRESULT hr = ISCard_get_Protocol(pISCard, &Protocol);
    MUST(hr == S_OK && Protocol == T0);
    ISCard_Release(pISCard);
}

static void get_Status(void) {
    ISCard *pISCard = page_card();
    SCARD_STATES State;
    HRESULT hr = ISCard_get_Status(pISCard, &State);
    MUST(hr == S_OK);
    switch (State) {
    case SPECIFICMODE:
        break;
    default:
        MUST(State == SPECIFICMODE);
    }
    ISCard_Release(pISCard);
}

static void AttachByHandle(void) {
    ISCard *pISCard = create();
    ISCard *pISCard2 = page_card();
    HSCARD hCard = 0;
    SCARD_STATES State;
    HRESULT hr = ISCard_get_CardHandle(pISCard2, &hCard);
    MUST(hr == S_OK);
    hr = ISCard_AttachByHandle(pISCard, hCard);
    MUST(hr == S_OK);
    hr = ISCard_get_Status(pISCard, &State);
    MUST(hr == S_OK && State == SPECIFICMODE);
    hr = ISCard_AttachByHandle(pISCard, 0);
    MUST(hr == E_INVALIDARG);
    /* Without Detach the connection stays its owner's. */
    ISCard_Release(pISCard);
    hr = ISCard_get_Status(pISCard2, &State);
    MUST(hr == S_OK && State == SPECIFICMODE);
    ISCard_Release(pISCard2);
}

static void AttachByReader(void) {
    ISCard *pISCard = create();
    BSTR bstrReader = SysAllocString(PAGE_READER);
    BSTR bstrOther = SysAllocString(L"No such reader");
    HRESULT hr = ISCard_AttachByReader(pISCard, bstrReader, SHARED, (SCARD_PROTOCOLS)(T0 | T1));
    MUST(hr == S_OK);
    hr = ISCard_AttachByReader(pISCard, bstrOther, EXCLUSIVE, T0);
    MUST(FAILED(hr) && hr == SCARD_E_UNKNOWN_READER);
    SysFreeString(bstrOther);
    SysFreeString(bstrReader);
    ISCard_Release(pISCard);
}

static void Detach(void) {
    ISCard *pISCard = page_card();
    SCARD_STATES State;
    HRESULT hr = ISCard_Detach(pISCard, RESET);
    MUST(hr == S_OK);
    hr = ISCard_get_Status(pISCard, &State);
    MUST(hr == SCARD_E_INVALID_HANDLE);
    ISCard_Release(pISCard);
}

static void LockSCard(void) {
    ISCard *pISCard = page_card();
    HRESULT hr = ISCard_LockSCard(pISCard);
    MUST(hr == S_OK);
    hr = ISCard_UnlockSCard(pISCard, LEAVE);
    MUST(hr == S_OK);
    ISCard_Release(pISCard);
}

static void ReAttach(void) {
    ISCard *pISCard = page_card();
    ISCard *pISCard2 = page_card();
    SCARD_STATES State;
    HRESULT hr = ISCard_ReAttach(pISCard2, SHARED, RESET);
    MUST(hr == S_OK);
    hr = ISCard_get_Status(pISCard, &State);
    switch (hr) {
    case SCARD_W_RESET_CARD:
        hr = ISCard_ReAttach(pISCard, SHARED, LEAVE);
        break;
    default:
        MUST(hr == SCARD_W_RESET_CARD);
    }
    MUST(hr == S_OK);
    hr = ISCard_ReAttach(pISCard, EXCLUSIVE, LEAVE);
    MUST(hr == SCARD_E_SHARING_VIOLATION);
    ISCard_Release(pISCard2);
    ISCard_Release(pISCard);
}

static void Transaction(void) {
    ISCard *pISCard = page_card();
    ISCardCmd *pISCardCmd = page_command();
    LONG lLe = 8;
    WORD wStatus = 0;
    HRESULT hr = ISCardCmd_BuildCmd(pISCardCmd, 0x00, 0x84, 0, 0, NULL, &lLe);
    MUST(hr == S_OK);
    hr = ISCard_Transaction(pISCard, &pISCardCmd);
    MUST(hr == S_OK);
    hr = ISCardCmd_get_ReplyStatus(pISCardCmd, &wStatus);
    MUST(hr == S_OK && wStatus == 0x9000);
    ISCardCmd_Release(pISCardCmd);
    ISCard_Release(pISCard);
}

static void UnlockSCard(void) {
    ISCard *pISCard = page_card();
    HRESULT hr = ISCard_LockSCard(pISCard);
    MUST(hr == S_OK);
    hr = ISCard_UnlockSCard(pISCard, LEAVE);
    MUST(hr == S_OK);
    hr = ISCard_UnlockSCard(pISCard, LEAVE);
    MUST(hr == SCARD_E_NOT_TRANSACTED);
    ISCard_Release(pISCard);
}

const struct page card_pages[] = {
    {"ISCard::get_Atr", get_Atr},
    {"ISCard::get_CardHandle", get_CardHandle},
    {"ISCard::get_Context", get_Context},
    {"ISCard::get_Protocol", get_Protocol},
    {"ISCard::get_Status", get_Status},
    {"ISCard::AttachByHandle", AttachByHandle},
    {"ISCard::AttachByReader", AttachByReader},
    {"ISCard::Detach", Detach},
    {"ISCard::LockSCard", LockSCard},
    {"ISCard::ReAttach", ReAttach},
    {"ISCard::Transaction", Transaction},
    {"ISCard::UnlockSCard", UnlockSCard},
    {NULL, NULL},
};
