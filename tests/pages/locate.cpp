/* The pages of ISCardLocate: finds the reader that holds a card of a kind, and connects to it. */
#include <Scardmgr.h>

#include "page.h"

static ISCardLocate *create() {
    ISCardLocate *pISCardLocate = NULL;
    HRESULT hr =
        CoCreateInstance(CLSID_CSCardLocate, NULL, CLSCTX_ALL, IID_ISCardLocate, (LPVOID *)&pISCardLocate);
    return SUCCEEDED(hr) ? pISCardLocate : NULL;
}

/* An array with this text. */
static LPSAFEARRAY array_of(const wchar_t *text) {
    LPSAFEARRAY pArray = SafeArrayCreateVector(VT_BSTR, 0, 1);
    BSTR bstrElement = SysAllocString(text);
    LONG lIndex = 0;
    HRESULT hr = SafeArrayPutElement(pArray, &lIndex, bstrElement);
    SysFreeString(bstrElement);
    return SUCCEEDED(hr) ? pArray : NULL;
}

static void ConfigureCardGuidSearch() {
    ISCardLocate *pISCardLocate = create();
    LPSAFEARRAY pCardGuids = array_of(PAGE_INTERFACE);
    LPSAFEARRAY pGroupNames = array_of(L"SCard$DefaultReaders");
    BSTR bstrTitle = SysAllocString(L"A card, please");
    HRESULT hr = pISCardLocate->ConfigureCardGuidSearch(pCardGuids, pGroupNames, bstrTitle, SC_DLG_NO_UI);
    MUST(hr == S_OK);
    hr = pISCardLocate->ConfigureCardGuidSearch(NULL, pGroupNames, bstrTitle, SC_DLG_NO_UI);
    MUST(hr == E_INVALIDARG);
    SysFreeString(bstrTitle);
    SafeArrayDestroy(pGroupNames);
    SafeArrayDestroy(pCardGuids);
    pISCardLocate->Release();
}

static void ConfigureCardNameSearch() {
    ISCardLocate *pISCardLocate = create();
    LPSAFEARRAY pCardNames = array_of(PAGE_CARD);
    BSTR bstrTitle = SysAllocString(L"A card, please");
    HRESULT hr = pISCardLocate->ConfigureCardNameSearch(pCardNames, NULL, bstrTitle, SC_DLG_MINIMAL_UI);
    MUST(hr == S_OK);
    hr = pISCardLocate->ConfigureCardNameSearch(pCardNames, NULL, bstrTitle, 77);
    MUST(hr == E_INVALIDARG);
    SysFreeString(bstrTitle);
    SafeArrayDestroy(pCardNames);
    pISCardLocate->Release();
}

static void FindCard() {
    ISCardLocate *pISCardLocate = create();
    LPSAFEARRAY pCardGuids = array_of(PAGE_INTERFACE);
    BSTR bstrTitle = SysAllocString(L"A card, please");
    LPSCARDINFO pCardInfo = NULL;
    ISCard *pISCard = NULL;
    HRESULT hr = pISCardLocate->ConfigureCardGuidSearch(pCardGuids, NULL, bstrTitle, SC_DLG_NO_UI);
    MUST(hr == S_OK);
    hr = pISCardLocate->FindCard(SHARED, T0 | T1, SC_DLG_NO_UI, &pCardInfo);
    MUST(hr == S_OK && pCardInfo->hCard != 0 && pCardInfo->hContext != 0 && pCardInfo->ShareMode == SHARED);
    hr = CoCreateInstance(CLSID_CSCard, NULL, CLSCTX_ALL, IID_ISCard, (LPVOID *)&pISCard);
    MUST(hr == S_OK);
    hr = pISCard->AttachByHandle(pCardInfo->hCard);
    MUST(hr == S_OK);
    hr = pISCard->Detach(LEAVE);
    MUST(hr == S_OK);
    CoTaskMemFree(pCardInfo);
    SysFreeString(bstrTitle);
    SafeArrayDestroy(pCardGuids);
    pISCard->Release();
    pISCardLocate->Release();
}

const struct page locate_pages[] = {
    {"ISCardLocate::ConfigureCardGuidSearch", ConfigureCardGuidSearch},
    {"ISCardLocate::ConfigureCardNameSearch", ConfigureCardNameSearch},
    {"ISCardLocate::FindCard", FindCard},
    {NULL, NULL},
};
