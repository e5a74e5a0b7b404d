/*
 * services.c: finds the manager of a card, whoever made it, and asks it which services there are. From the
 * ATR to the name of the card's type, from there to the class of its provider, from there to ISCardManage.
 * In C.
 *
 *   services [READER]      without a name: "Simulated Reader 02", which holds the application card
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define COBJMACROS
#define INITGUID
#include "purse.h"

/* The ATR of the card in the reader. */
static HRESULT read_atr(BSTR reader, IByteBuffer **atr) {
    ISCard *card = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&card);
    if (FAILED(hr))
        return hr;
    hr = ISCard_AttachByReader(card, reader, SHARED, (SCARD_PROTOCOLS)(T0 | T1));
    if (SUCCEEDED(hr))
        hr = ISCard_get_Atr(card, atr);
    ISCard_Release(card);
    return hr;
}

/* The manager of a type of cards. */
static HRESULT manager_of_type(ISCardDatabase *database, BSTR type, ISCardManage **manage) {
    GUID *provider = NULL;
    HRESULT hr = ISCardDatabase_GetProviderCardId(database, type, &provider);
    if (FAILED(hr))
        return hr;
    hr = CoCreateInstance(provider, NULL, CLSCTX_ALL, &IID_ISCardManage, (void **)manage);
    CoTaskMemFree(provider);
    if (SUCCEEDED(hr))
        printf("%ls\n", type);
    return hr;
}

/* The manager of the first type that the card belongs to and whose provider is one. */
static HRESULT find_manager(ISCardDatabase *database, IByteBuffer *atr, ISCardManage **manage) {
    SAFEARRAY *types = NULL;
    LONG last = -1;
    HRESULT hr = ISCardDatabase_ListCards(database, atr, NULL, 0, &types);
    if (FAILED(hr))
        return hr;
    SafeArrayGetUBound(types, 1, &last);
    hr = SCARD_E_UNKNOWN_CARD;
    for (LONG i = 0; i <= last && *manage == NULL; ++i) {
        BSTR type = NULL;
        hr = SafeArrayGetElement(types, &i, &type);
        if (SUCCEEDED(hr))
            hr = manager_of_type(database, type, manage);
        SysFreeString(type);
    }
    SafeArrayDestroy(types);
    return hr;
}

/* Whether the manager could make one; what it has made is given back. */
static void show(const char *what, HRESULT hr, void *object) {
    IUnknown *made = (IUnknown *)object;
    printf("%s: %s\n", what, SUCCEEDED(hr) ? "yes" : "no");
    if (made)
        made->lpVtbl->Release(made);
}

/* The services that every program knows, each of which a card may have or not. */
static void show_services(ISCardManage *manage) {
    ISCardFileAccess *files = NULL;
    ISCardVerify *codes = NULL;
    ISCardAuth *authentication = NULL;
    HRESULT hr = ISCardManage_CreateFileAccess(manage, &files);
    show("files", hr, files);
    hr = ISCardManage_CreateCHVerification(manage, &codes);
    show("codes", hr, codes);
    hr = ISCardManage_CreateCardAuth(manage, &authentication);
    show("authentication", hr, authentication);
}

/* One that only this vendor's programs know. It works on the card of its manager. */
static HRESULT show_purse(ISCardManage *manage) {
    GUID iid = IID_IDemoPurse;
    IDemoPurse *purse = NULL;
    LONG units = 0;
    HRESULT hr = ISCardManage_CreateInterface(manage, &iid, NULL, NULL, (LPUNKNOWN *)&purse);
    if (hr == E_NOINTERFACE) {
        printf("purse: no\n");
        return S_OK;
    }
    if (FAILED(hr))
        return hr;
    hr = purse->lpVtbl->GetBalance(purse, NULL, &units);
    if (SUCCEEDED(hr))
        printf("purse: %ld\n", (long)units);
    purse->lpVtbl->Release(purse);
    return hr;
}

/* What the manager says of the card, once it has attached. */
static HRESULT show_card(ISCardManage *manage, BSTR reader) {
    SCARD_STATES state;
    SCARD_PROTOCOLS protocol;
    HRESULT hr = ISCardManage_AttachByIFD(manage, reader, SHARED);
    if (SUCCEEDED(hr))
        hr = ISCardManage_Status(manage, &state, &protocol);
    if (FAILED(hr))
        return hr;
    printf("state %d, protocol T=%d\n", (int)state, protocol == T1);
    show_services(manage);
    hr = show_purse(manage);
    const HRESULT ended = ISCardManage_Detach(manage);
    return FAILED(hr) ? hr : ended;
}

static HRESULT run(BSTR reader) {
    ISCardDatabase *database = NULL;
    ISCardManage *manage = NULL;
    IByteBuffer *atr = NULL;
    HRESULT hr =
        CoCreateInstance(&CLSID_CSCardDatabase, NULL, CLSCTX_ALL, &IID_ISCardDatabase, (void **)&database);
    if (SUCCEEDED(hr))
        hr = read_atr(reader, &atr);
    if (SUCCEEDED(hr))
        hr = find_manager(database, atr, &manage);
    if (SUCCEEDED(hr))
        hr = show_card(manage, reader);
    if (manage)
        ISCardManage_Release(manage);
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
    BSTR reader = SysAllocString(name);
    const HRESULT hr = reader ? run(reader) : E_OUTOFMEMORY;
    SysFreeString(reader);
    CoUninitialize();
    if (FAILED(hr))
        fprintf(stderr, "services: error 0x%08X\n", (unsigned)hr);
    return FAILED(hr) ? 1 : 0;
}
