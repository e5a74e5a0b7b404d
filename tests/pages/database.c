/* The pages of ISCardDatabase: what is known about readers, groups of readers and types of cards. */
#define COBJMACROS
#include <Scardmgr.h>

#include "page.h"

#include <wchar.h>

static ISCardDatabase *create(void) {
    ISCardDatabase *pISCardDatabase = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardDatabase, NULL, CLSCTX_ALL, &IID_ISCardDatabase,
                                  (LPVOID *)&pISCardDatabase);
    return SUCCEEDED(hr) ? pISCardDatabase : NULL;
}

/* Whether the first element of the array is this text. */
static int begins_with(LPSAFEARRAY pArray, const wchar_t *text) {
    BSTR bstrElement = NULL;
    LONG lIndex = 0;
    HRESULT hr = SafeArrayGetElement(pArray, &lIndex, &bstrElement);
    const int same = SUCCEEDED(hr) && wcscmp(bstrElement, text) == 0;
    SysFreeString(bstrElement);
    return same;
}

static void GetProviderCardId(void) {
    ISCardDatabase *pISCardDatabase = create();
    BSTR bstrCardName = SysAllocString(PAGE_CARD);
    LPGUID pguidProviderId = NULL;
    wchar_t text[39];
    HRESULT hr = ISCardDatabase_GetProviderCardId(pISCardDatabase, bstrCardName, &pguidProviderId);
    MUST(hr == S_OK);
    MUST(StringFromGUID2(pguidProviderId, text, 39) == 39 && wcscmp(text, PAGE_PROVIDER) == 0);
    CoTaskMemFree(pguidProviderId);
    SysFreeString(bstrCardName);
    ISCardDatabase_Release(pISCardDatabase);
}

static void ListCardInterfaces(void) {
    ISCardDatabase *pISCardDatabase = create();
    BSTR bstrCardName = SysAllocString(PAGE_CARD);
    BSTR bstrOther = SysAllocString(L"No such card");
    LPSAFEARRAY pInterfaceGuids = NULL;
    HRESULT hr = ISCardDatabase_ListCardInterfaces(pISCardDatabase, bstrCardName, &pInterfaceGuids);
    MUST(hr == S_OK && begins_with(pInterfaceGuids, PAGE_INTERFACE));
    SafeArrayDestroy(pInterfaceGuids);
    hr = ISCardDatabase_ListCardInterfaces(pISCardDatabase, bstrOther, &pInterfaceGuids);
    MUST(hr == SCARD_E_UNKNOWN_CARD);
    SysFreeString(bstrOther);
    SysFreeString(bstrCardName);
    ISCardDatabase_Release(pISCardDatabase);
}

static void ListCards(void) {
    ISCardDatabase *pISCardDatabase = create();
    ISCard *pISCard = page_card();
    LPBYTEBUFFER pIByteBuff = NULL;
    LPSAFEARRAY pCardNames = NULL;
    HRESULT hr = ISCard_get_Atr(pISCard, &pIByteBuff);
    MUST(hr == S_OK);
    hr = ISCardDatabase_ListCards(pISCardDatabase, pIByteBuff, NULL, 0x0409, &pCardNames);
    MUST(hr == S_OK && begins_with(pCardNames, PAGE_CARD));
    SafeArrayDestroy(pCardNames);
    IByteBuffer_Release(pIByteBuff);
    ISCard_Release(pISCard);
    ISCardDatabase_Release(pISCardDatabase);
}

static void ListReaderGroups(void) {
    ISCardDatabase *pISCardDatabase = create();
    LPSAFEARRAY pReaderGroups = NULL;
    HRESULT hr = ISCardDatabase_ListReaderGroups(pISCardDatabase, 0x0409, &pReaderGroups);
    MUST(hr == S_OK && begins_with(pReaderGroups, L"SCard$AllReaders"));
    SafeArrayDestroy(pReaderGroups);
    ISCardDatabase_Release(pISCardDatabase);
}

static void ListReaders(void) {
    ISCardDatabase *pISCardDatabase = create();
    LPSAFEARRAY pReaders = NULL;
    LONG lUpper = 0;
    HRESULT hr = ISCardDatabase_ListReaders(pISCardDatabase, 0x0409, &pReaders);
    MUST(hr == S_OK && begins_with(pReaders, PAGE_READER));
    hr = SafeArrayGetUBound(pReaders, 1, &lUpper);
    MUST(hr == S_OK && lUpper == 2);
    SafeArrayDestroy(pReaders);
    ISCardDatabase_Release(pISCardDatabase);
}

const struct page database_pages[] = {
    {"ISCardDatabase::GetProviderCardId", GetProviderCardId},
    {"ISCardDatabase::ListCardInterfaces", ListCardInterfaces},
    {"ISCardDatabase::ListCards", ListCards},
    {"ISCardDatabase::ListReaderGroups", ListReaderGroups},
    {"ISCardDatabase::ListReaders", ListReaders},
    {NULL, NULL},
};
