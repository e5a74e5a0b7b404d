/*
 * manage.c: the purse as a manager of its card. ISCardManage is what programs look for that do not know
 * purses: by it they attach, and ask which services this card has. A purse has one, its own. In C.
 *
 * Attaching, locking and recovering are ISCard's business already; a vendor hands them on.
 */
#include <stddef.h>
#include <wchar.h>

#define COBJMACROS
#include "object.h"

static struct purse *purse_of(ISCardManage *manage) {
    return (struct purse *)((char *)manage - offsetof(struct purse, manage));
}

static ISCard *card_of(ISCardManage *manage) {
    return purse_of(manage)->card;
}

/* IUnknown: the purse's */

static HRESULT STDMETHODCALLTYPE manage_QueryInterface(ISCardManage *manage, REFIID iid, void **out) {
    IDemoPurse *purse = &purse_of(manage)->iface;
    return purse->lpVtbl->QueryInterface(purse, iid, out);
}

static ULONG STDMETHODCALLTYPE manage_AddRef(ISCardManage *manage) {
    IDemoPurse *purse = &purse_of(manage)->iface;
    return purse->lpVtbl->AddRef(purse);
}

static ULONG STDMETHODCALLTYPE manage_Release(ISCardManage *manage) {
    IDemoPurse *purse = &purse_of(manage)->iface;
    return purse->lpVtbl->Release(purse);
}

/* IDispatch: this provider is not for scripts */

static HRESULT STDMETHODCALLTYPE manage_GetTypeInfoCount(ISCardManage *manage, UINT *count) {
    (void)manage;
    if (!count)
        return E_POINTER;
    *count = 0;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE manage_GetTypeInfo(ISCardManage *manage, UINT index, LCID locale,
                                                    ITypeInfo **out) {
    (void)manage, (void)index, (void)locale;
    if (!out)
        return E_POINTER;
    *out = NULL;
    return DISP_E_BADINDEX;
}

static HRESULT STDMETHODCALLTYPE manage_GetIDsOfNames(ISCardManage *manage, REFIID iid, LPOLESTR *names,
                                                      UINT count, LCID locale, DISPID *out) {
    (void)manage, (void)iid, (void)names, (void)locale;
    for (UINT i = 0; out && i < count; ++i)
        out[i] = DISPID_UNKNOWN;
    return DISP_E_UNKNOWNNAME;
}

static HRESULT STDMETHODCALLTYPE manage_Invoke(ISCardManage *manage, DISPID member, REFIID iid, LCID locale,
                                               WORD flags, DISPPARAMS *arguments, VARIANT *result,
                                               EXCEPINFO *exception, UINT *wrong) {
    (void)manage, (void)member, (void)iid, (void)locale, (void)flags;
    (void)arguments, (void)result, (void)exception, (void)wrong;
    return DISP_E_MEMBERNOTFOUND;
}

/* The card */

static HRESULT STDMETHODCALLTYPE manage_AttachByHandle(ISCardManage *manage, HSCARD handle) {
    atomic_store(&purse_of(manage)->share, SHARED);
    return ISCard_AttachByHandle(card_of(manage), handle);
}

static HRESULT STDMETHODCALLTYPE manage_AttachByIFD(ISCardManage *manage, BSTR reader,
                                                    SCARD_SHARE_MODES share) {
    atomic_store(&purse_of(manage)->share, (int)share);
    return ISCard_AttachByReader(card_of(manage), reader, share, (SCARD_PROTOCOLS)(T0 | T1));
}

static HRESULT STDMETHODCALLTYPE manage_Detach(ISCardManage *manage) {
    return ISCard_Detach(card_of(manage), LEAVE);
}

static HRESULT STDMETHODCALLTYPE manage_Reconnect(ISCardManage *manage) {
    return ISCard_ReAttach(card_of(manage), (SCARD_SHARE_MODES)atomic_load(&purse_of(manage)->share), LEAVE);
}

static HRESULT STDMETHODCALLTYPE manage_SCardLock(ISCardManage *manage) {
    return ISCard_LockSCard(card_of(manage));
}

static HRESULT STDMETHODCALLTYPE manage_SCardUnlock(ISCardManage *manage, SCARD_DISPOSITIONS disposition) {
    return ISCard_UnlockSCard(card_of(manage), disposition);
}

static HRESULT STDMETHODCALLTYPE manage_Status(ISCardManage *manage, SCARD_STATES *state,
                                               SCARD_PROTOCOLS *protocol) {
    if (!state || !protocol)
        return E_POINTER;
    *protocol = (SCARD_PROTOCOLS)0;
    const HRESULT hr = ISCard_get_Status(card_of(manage), state);
    if (SUCCEEDED(hr) && *state != ABSENT)
        return ISCard_get_Protocol(card_of(manage), protocol);
    return hr;
}

/* Services: nobody has to have them all. E_NOTIMPL tells a program that this card has no files or codes. */

static HRESULT STDMETHODCALLTYPE manage_CreateFileAccess(ISCardManage *manage, ISCardFileAccess **out) {
    (void)manage;
    if (!out)
        return E_POINTER;
    *out = NULL;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE manage_CreateCardAuth(ISCardManage *manage, ISCardAuth **out) {
    (void)manage;
    if (!out)
        return E_POINTER;
    *out = NULL;
    return E_NOTIMPL;
}

static HRESULT STDMETHODCALLTYPE manage_CreateCHVerification(ISCardManage *manage, ISCardVerify **out) {
    (void)manage;
    if (!out)
        return E_POINTER;
    *out = NULL;
    return E_NOTIMPL;
}

/* A vendor's own service is asked for by its interface, or by a name that the vendor has published. */
static HRESULT STDMETHODCALLTYPE manage_CreateInterface(ISCardManage *manage, LPGUID iid, BSTR name,
                                                        LONG *data, LPUNKNOWN *out) {
    (void)data;
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!iid && !name)
        return E_INVALIDARG;
    if (iid ? !IsEqualIID(iid, &IID_IDemoPurse) : wcscmp(name, L"Purse") != 0)
        return E_NOINTERFACE;
    return manage_QueryInterface(manage, &IID_IDemoPurse, (void **)out);
}

const ISCardManageVtbl manage_vtbl = {
    manage_QueryInterface, manage_AddRef,           manage_Release,        manage_GetTypeInfoCount,
    manage_GetTypeInfo,    manage_GetIDsOfNames,    manage_Invoke,         manage_AttachByHandle,
    manage_AttachByIFD,    manage_CreateFileAccess, manage_CreateCardAuth, manage_CreateCHVerification,
    manage_Detach,         manage_SCardLock,        manage_Reconnect,      manage_Status,
    manage_SCardUnlock,    manage_CreateInterface};
