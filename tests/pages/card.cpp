/* The pages of ISCard: the connection to a card. */
#include <Scardmgr.h>

#include "page.h"

static ISCard *create() {
    ISCard *pISCard = NULL;
    HRESULT hr = CoCreateInstance(CLSID_CSCard, NULL, CLSCTX_ALL, IID_ISCard, (LPVOID *)&pISCard);
    return SUCCEEDED(hr) ? pISCard : NULL;
}

static void get_Atr() {
    ISCard *pISCard = page_card();
    LPBYTEBUFFER pIByteBuff = NULL;
    BYTE byTs = 0;
    LONG lRead = 0;
    HRESULT hr = pISCard->get_Atr(&pIByteBuff);
    MUST(hr == S_OK);
    hr = pIByteBuff->Read(&byTs, 1, &lRead);
    MUST(hr == S_OK && lRead == 1 && byTs == 0x3B);
    pIByteBuff->Release();
    pISCard->Release();
}

static void get_CardHandle() {
    ISCard *pISCard = page_card();
    HSCARD hCard = 0;
    HRESULT hr = pISCard->get_CardHandle(&hCard);
    MUST(hr == S_OK && hCard != 0);
    pISCard->Release();
}

static void get_Context() {
    ISCard *pISCard = page_card();
    HSCARDCONTEXT hContext = 0;
    HRESULT hr = pISCard->get_Context(&hContext);
    MUST(hr == S_OK && hContext != 0);
    pISCard->Release();
}

static void get_Protocol() {
    ISCard *pISCard = page_card();
    SCARD_PROTOCOLS Protocol;
    HRESULT hr = pISCard->get_Protocol(&Protocol);
    MUST(hr == S_OK && Protocol == T0);
    pISCard->Release();
}

static void get_Status() {
    ISCard *pISCard = page_card();
    SCARD_STATES State;
    HRESULT hr = pISCard->get_Status(&State);
    MUST(hr == S_OK);
    switch (State) {
    case SPECIFICMODE:
        break;
    default:
        MUST(State == SPECIFICMODE);
    }
    pISCard->Release();
}

static void AttachByHandle() {
    ISCard *pISCard = create();
    ISCard *pISCard2 = page_card();
    HSCARD hCard = 0;
    SCARD_STATES State;
    HRESULT hr = pISCard2->get_CardHandle(&hCard);
    MUST(hr == S_OK);
    hr = pISCard->AttachByHandle(hCard);
    MUST(hr == S_OK);
    hr = pISCard->get_Status(&State);
    MUST(hr == S_OK && State == SPECIFICMODE);
    hr = pISCard->AttachByHandle(0);
    MUST(hr == E_INVALIDARG);
    /* Without Detach the connection stays its owner's. */
    pISCard->Release();
    hr = pISCard2->get_Status(&State);
    MUST(hr == S_OK && State == SPECIFICMODE);
    pISCard2->Release();
}

static void AttachByReader() {
    ISCard *pISCard = create();
    BSTR bstrReader = SysAllocString(PAGE_READER);
    BSTR bstrOther = SysAllocString(L"No such reader");
    HRESULT hr = pISCard->AttachByReader(bstrReader, SHARED, T0 | T1);
    MUST(hr == S_OK);
    hr = pISCard->AttachByReader(bstrOther, EXCLUSIVE, T0);
    MUST(FAILED(hr) && hr == SCARD_E_UNKNOWN_READER);
    SysFreeString(bstrOther);
    SysFreeString(bstrReader);
    pISCard->Release();
}

static void Detach() {
    ISCard *pISCard = page_card();
    SCARD_STATES State;
    HRESULT hr = pISCard->Detach(RESET);
    MUST(hr == S_OK);
    hr = pISCard->get_Status(&State);
    MUST(hr == SCARD_E_INVALID_HANDLE);
    pISCard->Release();
}

static void LockSCard() {
    ISCard *pISCard = page_card();
    HRESULT hr = pISCard->LockSCard();
    MUST(hr == S_OK);
    hr = pISCard->UnlockSCard(LEAVE);
    MUST(hr == S_OK);
    pISCard->Release();
}

static void ReAttach() {
    ISCard *pISCard = page_card();
    ISCard *pISCard2 = page_card();
    SCARD_STATES State;
    HRESULT hr = pISCard2->ReAttach(SHARED, RESET);
    MUST(hr == S_OK);
    hr = pISCard->get_Status(&State);
    switch (hr) {
    case SCARD_W_RESET_CARD:
        hr = pISCard->ReAttach(SHARED, LEAVE);
        break;
    default:
        MUST(hr == SCARD_W_RESET_CARD);
    }
    MUST(hr == S_OK);
    hr = pISCard->ReAttach(EXCLUSIVE, LEAVE);
    MUST(hr == SCARD_E_SHARING_VIOLATION);
    pISCard2->Release();
    pISCard->Release();
}

static void Transaction() {
    ISCard *pISCard = page_card();
    ISCardCmd *pISCardCmd = page_command();
    LONG lLe = 8;
    WORD wStatus = 0;
    HRESULT hr = pISCardCmd->BuildCmd(0x00, 0x84, 0, 0, NULL, &lLe);
    MUST(hr == S_OK);
    hr = pISCard->Transaction(&pISCardCmd);
    MUST(hr == S_OK);
    hr = pISCardCmd->get_ReplyStatus(&wStatus);
    MUST(hr == S_OK && wStatus == 0x9000);
    pISCardCmd->Release();
    pISCard->Release();
}

static void UnlockSCard() {
    ISCard *pISCard = page_card();
    HRESULT hr = pISCard->LockSCard();
    MUST(hr == S_OK);
    hr = pISCard->UnlockSCard(LEAVE);
    MUST(hr == S_OK);
    hr = pISCard->UnlockSCard(LEAVE);
    MUST(hr == SCARD_E_NOT_TRANSACTED);
    pISCard->Release();
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
