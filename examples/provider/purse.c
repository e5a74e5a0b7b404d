/*
 * purse.c: a provider, complete: a shared object with one class. DemoPurse reads the balance of the
 * simulator's application card: the file 0001, four bytes, of the application F0 53 53 50 41 50 50 02. It is
 * the manager of that card, too (manage.c). CoCreateInstance loads it as purse.provider says.
 */
#include <stddef.h>
#include <stdlib.h>

#define COBJMACROS
#define INITGUID
#include "object.h"
#include "scardssp_provider.h"

#define BALANCE_SIZE 4

/* Purses, and locks of the factory: while there are any, this library is in use. */
static atomic_long in_use;

/* The card */

/* Sends what has been built. The status word has to be 9000. */
static HRESULT send(ISCard *card, ISCardCmd *command) {
    WORD status = 0;
    HRESULT hr = ISCard_Transaction(card, &command);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ReplyStatus(command, &status);
    return SUCCEEDED(hr) && status != 0x9000 ? SCARD_E_CARD_UNSUPPORTED : hr;
}

/* SELECT by name (ISO/IEC 7816-4 §7.1.1), no answer wanted. */
static HRESULT select_application(ISCard *card, ISCardISO7816 *iso) {
    BYTE name[] = {0xF0, 0x53, 0x53, 0x50, 0x41, 0x50, 0x50, 0x02};
    IByteBuffer *data = NULL;
    ISCardCmd *command = NULL; /* the call makes one */
    HRESULT hr = CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, (void **)&data);
    if (FAILED(hr))
        return hr;
    hr = IByteBuffer_Initialize(data, sizeof name, name);
    if (SUCCEEDED(hr))
        hr = ISCardISO7816_SelectFile(iso, 0x04, 0x0C, data, 0, &command);
    if (SUCCEEDED(hr))
        hr = send(card, command);
    if (command)
        ISCardCmd_Release(command);
    IByteBuffer_Release(data);
    return hr;
}

/* READ BINARY (§7.2.3) of the file with the short identifier 1: four bytes, the first is the highest. */
static HRESULT read_balance(ISCard *card, ISCardISO7816 *iso, LONG *units) {
    BYTE bytes[BALANCE_SIZE];
    LONG count = 0;
    IByteBuffer *reply = NULL;
    ISCardCmd *command = NULL;
    HRESULT hr = ISCardISO7816_ReadBinary(iso, 0x81, 0x00, BALANCE_SIZE, &command);
    if (SUCCEEDED(hr))
        hr = send(card, command);
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ApduReplyLength(command, &count);
    if (SUCCEEDED(hr) && count != BALANCE_SIZE + 2) /* SW1 SW2 are counted */
        hr = SCARD_E_CARD_UNSUPPORTED;
    if (SUCCEEDED(hr))
        hr = ISCardCmd_get_ApduReply(command, &reply);
    if (SUCCEEDED(hr)) {
        hr = IByteBuffer_Read(reply, bytes, BALANCE_SIZE, &count);
        IByteBuffer_Release(reply);
    }
    if (SUCCEEDED(hr))
        *units =
            (LONG)((unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 8 | bytes[3]);
    if (command)
        ISCardCmd_Release(command);
    return hr;
}

/* The purse */

static HRESULT STDMETHODCALLTYPE purse_QueryInterface(IDemoPurse *iface, REFIID iid, void **out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IDemoPurse))
        *out = iface;
    else if (IsEqualIID(iid, &IID_ISCardManage) || IsEqualIID(iid, &IID_IDispatch))
        *out = &((struct purse *)iface)->manage;
    else
        return E_NOINTERFACE;
    iface->lpVtbl->AddRef(iface);
    return S_OK;
}

static ULONG STDMETHODCALLTYPE purse_AddRef(IDemoPurse *iface) {
    return (ULONG)(atomic_fetch_add(&((struct purse *)iface)->references, 1) + 1);
}

static ULONG STDMETHODCALLTYPE purse_Release(IDemoPurse *iface) {
    const ULONG left = (ULONG)(atomic_fetch_sub(&((struct purse *)iface)->references, 1) - 1);
    if (left == 0) {
        ISCard_Release(((struct purse *)iface)->card);
        free(iface);
        atomic_fetch_sub(&in_use, 1);
    }
    return left;
}

static HRESULT STDMETHODCALLTYPE purse_GetBalance(IDemoPurse *iface, ISCard *card, LONG *units) {
    ISCardISO7816 *iso = NULL;
    if (!units)
        return E_POINTER;
    *units = 0;
    if (!card)
        card = ((struct purse *)iface)->card;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardISO7816, NULL, CLSCTX_ALL, &IID_ISCardISO7816, (void **)&iso);
    if (FAILED(hr))
        return hr;
    hr = ISCard_LockSCard(card); /* no other program selects something else in between */
    if (SUCCEEDED(hr)) {
        hr = select_application(card, iso);
        if (SUCCEEDED(hr))
            hr = read_balance(card, iso, units);
        ISCard_UnlockSCard(card, LEAVE);
    }
    ISCardISO7816_Release(iso);
    return hr;
}

static const IDemoPurseVtbl purse_vtbl = {purse_QueryInterface, purse_AddRef, purse_Release,
                                          purse_GetBalance};

/* A purse with one reference, and a card that is not attached. */
static HRESULT purse_create(struct purse **out) {
    struct purse *purse = calloc(1, sizeof *purse);
    if (!purse)
        return E_OUTOFMEMORY;
    const HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, (void **)&purse->card);
    if (FAILED(hr)) {
        free(purse);
        return hr;
    }
    purse->iface.lpVtbl = &purse_vtbl;
    purse->manage.lpVtbl = &manage_vtbl;
    atomic_init(&purse->references, 1);
    atomic_init(&purse->share, SHARED);
    atomic_fetch_add(&in_use, 1);
    *out = purse;
    return S_OK;
}

/* The factory: one, which is always there, so that its references need not be counted. */

static HRESULT STDMETHODCALLTYPE factory_QueryInterface(IClassFactory *factory, REFIID iid, void **out) {
    if (!out)
        return E_POINTER;
    const BOOL known = IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IClassFactory);
    *out = known ? factory : NULL;
    return known ? S_OK : E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE factory_AddRef(IClassFactory *factory) {
    (void)factory;
    return 2;
}

static ULONG STDMETHODCALLTYPE factory_Release(IClassFactory *factory) {
    (void)factory;
    return 1;
}

static HRESULT STDMETHODCALLTYPE factory_CreateInstance(IClassFactory *factory, IUnknown *outer, REFIID iid,
                                                        void **out) {
    (void)factory;
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (outer)
        return CLASS_E_NOAGGREGATION;
    struct purse *purse = NULL;
    HRESULT hr = purse_create(&purse);
    if (FAILED(hr))
        return hr;
    hr = purse_QueryInterface(&purse->iface, iid, out);
    purse_Release(&purse->iface); /* the reference that is left, if any, is the caller's */
    return hr;
}

static HRESULT STDMETHODCALLTYPE factory_LockServer(IClassFactory *factory, BOOL lock) {
    (void)factory;
    atomic_fetch_add(&in_use, lock ? 1 : -1);
    return S_OK;
}

static IClassFactoryVtbl factory_vtbl = {factory_QueryInterface, factory_AddRef, factory_Release,
                                         factory_CreateInstance, factory_LockServer};
static IClassFactory factory = {&factory_vtbl};

/* What this library exports */

HRESULT DllGetClassObject(REFCLSID clsid, REFIID iid, void **out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    return IsEqualCLSID(clsid, &CLSID_DemoPurse) ? factory_QueryInterface(&factory, iid, out)
                                                 : CLASS_E_CLASSNOTAVAILABLE;
}

HRESULT DllCanUnloadNow(void) {
    return atomic_load(&in_use) == 0 ? S_OK : S_FALSE;
}
