/*
 * The manager of a card: ISCardManage. Here are arguments and results; the attachment is cardservice.c's, and
 * the objects that it makes have files of their own.
 */
#include "objects/services/manage.h"

#include <stdlib.h>
#include <wchar.h>

#include "com/com.h"
#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/services/auth.h"
#include "objects/services/cardservice.h"
#include "objects/services/fileaccess.h"
#include "objects/services/verify.h"

struct manage {
    ISCardManage ISCardManage_iface;
    struct com_identity identity;
    struct cardservice *service;
};

static inline struct manage *impl_from_ISCardManage(ISCardManage *iface) {
    return CONTAINER_OF(iface, struct manage, ISCardManage_iface);
}

static inline struct cardservice *service_of(ISCardManage *iface) {
    return impl_from_ISCardManage(iface)->service;
}

static void manage_destroy(void *object) {
    struct manage *manage = object;
    cardservice_drop(manage->service);
    free(manage);
}

#define OBJECT manage
#define OBJECT_INTERFACE ISCardManage
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/* Attaching */

static HRESULT STDMETHODCALLTYPE manage_AttachByHandle(ISCardManage *iface, HSCARD handle) {
    return cardservice_attach_handle(service_of(iface), handle);
}

static HRESULT STDMETHODCALLTYPE manage_AttachByIFD(ISCardManage *iface, BSTR reader,
                                                    SCARD_SHARE_MODES share) {
    return cardservice_attach_reader(service_of(iface), reader, share);
}

static HRESULT STDMETHODCALLTYPE manage_Detach(ISCardManage *iface) {
    return cardservice_detach(service_of(iface));
}

static HRESULT STDMETHODCALLTYPE manage_Reconnect(ISCardManage *iface) {
    return cardservice_reconnect(service_of(iface));
}

static HRESULT STDMETHODCALLTYPE manage_SCardLock(ISCardManage *iface) {
    return cardservice_lock(service_of(iface));
}

static HRESULT STDMETHODCALLTYPE manage_SCardUnlock(ISCardManage *iface, SCARD_DISPOSITIONS disposition) {
    return cardservice_unlock(service_of(iface), disposition);
}

static HRESULT STDMETHODCALLTYPE manage_Status(ISCardManage *iface, SCARD_STATES *state,
                                               SCARD_PROTOCOLS *protocol) {
    if (state)
        *state = (SCARD_STATES)0;
    if (protocol)
        *protocol = (SCARD_PROTOCOLS)0;
    return state && protocol ? cardservice_status(service_of(iface), state, protocol) : E_POINTER;
}

/* Making the others */

static HRESULT create_auth(struct cardservice *service, IUnknown **out) {
    ISCardAuth *made = NULL;
    const HRESULT hr = auth_create(service, &made);
    *out = (IUnknown *)made;
    return hr;
}

static HRESULT create_fileaccess(struct cardservice *service, IUnknown **out) {
    ISCardFileAccess *made = NULL;
    const HRESULT hr = fileaccess_create(service, &made);
    *out = (IUnknown *)made;
    return hr;
}

static HRESULT create_verify(struct cardservice *service, IUnknown **out) {
    ISCardVerify *made = NULL;
    const HRESULT hr = verify_create(service, &made);
    *out = (IUnknown *)made;
    return hr;
}

/* What a manager makes, by the interface or by the name that stands for it. */
static const struct part {
    const IID *iid;
    const wchar_t *name;
    HRESULT (*create)(struct cardservice *service, IUnknown **out);
} parts[] = {
    {&IID_ISCardAuth, L"CardAuth", create_auth},
    {&IID_ISCardFileAccess, L"FileAccess", create_fileaccess},
    {&IID_ISCardVerify, L"CHVerification", create_verify},
};

/* iid NULL: by the name. NULL: there is no such part. */
static const struct part *part_find(const GUID *iid, const wchar_t *name) {
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; ++i)
        if (iid ? IsEqualIID(iid, parts[i].iid) : wcscmp(name, parts[i].name) == 0)
            return &parts[i];
    return NULL;
}

static HRESULT STDMETHODCALLTYPE manage_CreateFileAccess(ISCardManage *iface, ISCardFileAccess **out) {
    return out ? fileaccess_create(service_of(iface), out) : E_POINTER;
}

static HRESULT STDMETHODCALLTYPE manage_CreateCardAuth(ISCardManage *iface, ISCardAuth **out) {
    return out ? auth_create(service_of(iface), out) : E_POINTER;
}

static HRESULT STDMETHODCALLTYPE manage_CreateCHVerification(ISCardManage *iface, ISCardVerify **out) {
    return out ? verify_create(service_of(iface), out) : E_POINTER;
}

/* The name counts where there is no identifier; user data is for providers that need some. */
static HRESULT STDMETHODCALLTYPE manage_CreateInterface(ISCardManage *iface, LPGUID iid, BSTR name,
                                                        LONG *user, LPUNKNOWN *out) {
    (void)user;
    if (!out)
        return E_POINTER;
    *out = NULL;
    const GUID *const wanted = iid && !IsEqualGUID(iid, &GUID_NULL) ? iid : NULL;
    if (!wanted && (!name || !*name))
        return E_INVALIDARG;
    const struct part *const part = part_find(wanted, name);
    return part ? part->create(service_of(iface), out) : E_NOINTERFACE;
}

const ISCardManageVtbl manage_vtbl = {
    DISPATCH_SLOTS(manage),
    .AttachByHandle = manage_AttachByHandle,
    .AttachByIFD = manage_AttachByIFD,
    .CreateFileAccess = manage_CreateFileAccess,
    .CreateCardAuth = manage_CreateCardAuth,
    .CreateCHVerification = manage_CreateCHVerification,
    .Detach = manage_Detach,
    .SCardLock = manage_SCardLock,
    .Reconnect = manage_Reconnect,
    .Status = manage_Status,
    .SCardUnlock = manage_SCardUnlock,
    .CreateInterface = manage_CreateInterface,
};

HRESULT manage_create(struct rm_service *service, uint32_t timeout_ms, ISCardManage **out) {
    *out = NULL;
    struct manage *manage = calloc(1, sizeof *manage);
    if (!manage)
        return E_OUTOFMEMORY;
    const HRESULT hr = cardservice_create(service, timeout_ms, &manage->service);
    if (FAILED(hr)) {
        free(manage);
        return hr;
    }
    manage_init(manage);
    *out = &manage->ISCardManage_iface;
    return S_OK;
}
