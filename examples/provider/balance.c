/*
 * balance.c: finds the provider of a card and uses it. From the ATR to the name of the card's type, from
 * there to the class of its provider, from there to an object. In C.
 *
 *   balance [READER]       without a name: "Simulated Reader 02", which holds the application card
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define COBJMACROS
#define INITGUID
#include "purse.h"

/* The provider of a type of cards; *purse is NULL if it has none, or one that is no purse. */
static HRESULT purse_of_type(ISCardDatabase *database, BSTR type, IDemoPurse **purse) {
    GUID *provider = NULL;
    HRESULT hr = ISCardDatabase_GetProviderCardId(database, type, &provider);
    if (FAILED(hr))
        return hr;
    hr = CoCreateInstance(provider, NULL, CLSCTX_ALL, &IID_IDemoPurse, (void **)purse);
    CoTaskMemFree(provider);
    if (SUCCEEDED(hr))
        printf("%ls\n", type);
    return hr;
}

/* The first type that the card belongs to and that has a provider we can use. */
static HRESULT find_purse(ISCardDatabase *database, IByteBuffer *atr, IDemoPurse **purse) {
    SAFEARRAY *types = NULL;
    LONG last = -1;
    HRESULT hr = ISCardDatabase_ListCards(database, atr, NULL, 0, &types);
    if (FAILED(hr))
        return hr;
    SafeArrayGetUBound(types, 1, &last);
    hr = SCARD_E_UNKNOWN_CARD;
    for (LONG i = 0; i <= last && *purse == NULL; ++i) {
        BSTR type = NULL;
        hr = SafeArrayGetElement(types, &i, &type);
        if (SUCCEEDED(hr))
            hr = purse_of_type(database, type, purse);
        SysFreeString(type);
    }
    SafeArrayDestroy(types);
    return hr;
}

static HRESULT show_balance(ISCard *card) {
    ISCardDatabase *database = NULL;
    IByteBuffer *atr = NULL;
    IDemoPurse *purse = NULL;
    LONG units = 0;
    HRESULT hr =
        CoCreateInstance(&CLSID_CSCardDatabase, NULL, CLSCTX_ALL, &IID_ISCardDatabase, (void **)&database);
    if (SUCCEEDED(hr))
        hr = ISCard_get_Atr(card, &atr);
    if (SUCCEEDED(hr))
        hr = find_purse(database, atr, &purse);
    if (SUCCEEDED(hr))
        hr = purse->lpVtbl->GetBalance(purse, card, &units);
    if (SUCCEEDED(hr))
        printf("balance: %ld\n", (long)units);
    if (purse)
        purse->lpVtbl->Release(purse);
    if (atr)
        IByteBuffer_Release(atr);
    if (database)
        ISCardDatabase_Release(database);
    return hr;
}

int main(int argc, char **argv) {
    wchar_t name[128] = L"";
    setlocale(LC_ALL, "");
    mbstowcs(name, argc > 1 ? argv[1] : "Simulated Reader 02", 127);

    CoInitialize(NULL);
    ISCard *card = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card);
    if (SUCCEEDED(hr)) {
        BSTR reader = SysAllocString(name);
        hr = ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1));
        SysFreeString(reader);
        if (SUCCEEDED(hr))
            hr = show_balance(card);
        ISCard_Release(card);
    }
    CoUninitialize();
    if (FAILED(hr))
        fprintf(stderr, "balance: error 0x%08X\n", (unsigned)hr);
    return FAILED(hr) ? 1 : 0;
}
