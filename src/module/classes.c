/*
 * The class table and the class factory over it. Activation (CoCreateInstance on Linux, DllGetClassObject on
 * Windows) reads it.
 */
#include "module/classes.h"

#include <stdlib.h>
#include <wchar.h>
#include <wctype.h>

#include "base/env.h"
#include "com/com.h"
#include "com/hresult.h"
#include "module/asking.h"
#include "module/cardtypes.h"
#include "module/manager.h"
#include "objects/bytebuffer.h"
#include "objects/card.h"
#include "objects/cmd.h"
#include "objects/database.h"
#include "objects/iso7816cmd.h"
#include "objects/locate.h"
#include "objects/services/manage.h"
#include "objects/typeconv.h"

/* how long a search waits for the user, unless SCARDSSP_LOCATE_TIMEOUT says */
#define LOCATE_TIMEOUT_MS 60000u

static HRESULT create_bytebuffer(IUnknown **out) {
    IByteBuffer *made = NULL;
    HRESULT hr = bytebuffer_create(&made);
    *out = (IUnknown *)made;
    return hr;
}

static HRESULT create_cmd(IUnknown **out) {
    ISCardCmd *made = NULL;
    HRESULT hr = cmd_create(&made);
    *out = (IUnknown *)made;
    return hr;
}

static HRESULT create_iso7816cmd(IUnknown **out) {
    ISCardISO7816 *made = NULL;
    HRESULT hr = iso7816cmd_create(&made);
    *out = (IUnknown *)made;
    return hr;
}

static HRESULT create_typeconv(IUnknown **out) {
    ISCardTypeConv *made = NULL;
    HRESULT hr = typeconv_create(&made);
    *out = (IUnknown *)made;
    return hr;
}

static HRESULT create_card(IUnknown **out) {
    struct rm_service *service = NULL;
    ISCard *made = NULL;
    rm_status status = manager_service(&service);
    HRESULT hr = hresult_of_argument(status, RM_E_INVALID_PARAMETER);
    if (SUCCEEDED(hr))
        hr = card_create(service, manager_timeout(), &made);
    *out = (IUnknown *)made;
    return hr;
}

static HRESULT create_manage(IUnknown **out) {
    struct rm_service *service = NULL;
    ISCardManage *made = NULL;
    rm_status status = manager_service(&service);
    HRESULT hr = hresult_of_argument(status, RM_E_INVALID_PARAMETER);
    if (SUCCEEDED(hr))
        hr = manage_create(service, manager_timeout(), &made);
    *out = (IUnknown *)made;
    return hr;
}

/*
 * The resource manager for objects that know something without one: *out is NULL where nobody serves readers.
 */
static HRESULT service_if_any(struct rm_service **out) {
    const rm_status status = manager_service(out);
    return status == RM_E_NO_SERVICE ? S_OK : hresult_of_argument(status, RM_E_INVALID_PARAMETER);
}

static HRESULT create_database(IUnknown **out) {
    struct rm_service *service = NULL;
    struct carddb *db = NULL;
    ISCardDatabase *made = NULL;
    HRESULT hr = service_if_any(&service);
    if (SUCCEEDED(hr))
        hr = hresult_from_rm(cardtypes_database(&db));
    if (SUCCEEDED(hr))
        hr = database_create(service, db, cardtypes_atr_list(), &made);
    *out = (IUnknown *)made;
    return hr;
}

static HRESULT create_locate(IUnknown **out) {
    struct locate_parts parts = {
        .list = cardtypes_atr_list(),
        .timeout_ms = manager_timeout(),
        .limit_ms = env_get_ms("SCARDSSP_LOCATE_TIMEOUT", LOCATE_TIMEOUT_MS),
    };
    ISCardLocate *made = NULL;
    HRESULT hr = service_if_any(&parts.service);
    if (SUCCEEDED(hr))
        hr = hresult_from_rm(cardtypes_database(&parts.db));
    parts.ui = asking_ui();
    if (SUCCEEDED(hr))
        hr = locate_create(&parts, &made);
    *out = (IUnknown *)made;
    return hr;
}

static const struct class_entry classes[] = {
    {&CLSID_CByteBuffer, L"CByteBuffer", L"SCardSSP.ByteBuffer", create_bytebuffer},
    {&CLSID_CSCardCmd, L"CSCardCmd", L"SCardSSP.SCardCmd", create_cmd},
    {&CLSID_CSCardISO7816, L"CSCardISO7816", L"SCardSSP.SCardISO7816", create_iso7816cmd},
    {&CLSID_CSCard, L"CSCard", L"SCardSSP.SCard", create_card},
    {&CLSID_CSCardTypeConv, L"CSCardTypeConv", L"SCardSSP.SCardTypeConv", create_typeconv},
    {&CLSID_CSCardDatabase, L"CSCardDatabase", L"SCardSSP.SCardDatabase", create_database},
    {&CLSID_CSCardLocate, L"CSCardLocate", L"SCardSSP.SCardLocate", create_locate},
    {&CLSID_CSCardManage, L"CSCardManage", L"SCardSSP.SCardManage", create_manage},
};

const struct class_entry *classes_all(size_t *count) {
    *count = sizeof classes / sizeof classes[0];
    return classes;
}

const struct class_entry *classes_by_clsid(REFCLSID clsid) {
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; ++i)
        if (IsEqualCLSID(clsid, classes[i].clsid))
            return &classes[i];
    return NULL;
}

/* Whether `text` is `progid` or `progid`.1, whatever the case. */
static bool progid_matches(const wchar_t *progid, const wchar_t *text) {
    for (; *progid; ++progid, ++text)
        if (towlower((wint_t)*progid) != towlower((wint_t)*text))
            return false;
    return *text == 0 || wcscmp(text, L".1") == 0;
}

const struct class_entry *classes_by_progid(const wchar_t *progid) {
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; ++i)
        if (progid_matches(classes[i].progid, progid))
            return &classes[i];
    return NULL;
}

HRESULT classes_create(const struct class_entry *entry, IUnknown *outer, REFIID iid, void **out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!iid)
        return E_INVALIDARG;
    /*
     * Whoever makes a part needs the part's own IUnknown: any other interface would already count as the
     * whole.
     */
    if (outer && !IsEqualIID(iid, &IID_IUnknown))
        return CLASS_E_NOAGGREGATION;
    IUnknown *made = NULL;
    const HRESULT hr = entry->create(&made);
    if (FAILED(hr))
        return hr;
    return outer ? com_join(made, outer, out) : com_return(made, iid, out);
}

struct factory {
    IClassFactory IClassFactory_iface;
    struct com_identity identity;
    const struct class_entry *entry;
};

static inline struct factory *impl_from_IClassFactory(IClassFactory *iface) {
    return CONTAINER_OF(iface, struct factory, IClassFactory_iface);
}

static void factory_destroy(void *object) {
    free(object);
}

static const IClassFactoryVtbl factory_vtbl;

#define OBJECT factory
#define OBJECT_INTERFACE IClassFactory
#include "com/object.inc"

/* IClassFactory methods */

static HRESULT STDMETHODCALLTYPE factory_CreateInstance(IClassFactory *iface, IUnknown *outer, REFIID riid,
                                                        void **out) {
    return classes_create(impl_from_IClassFactory(iface)->entry, outer, riid, out);
}

static HRESULT STDMETHODCALLTYPE factory_LockServer(IClassFactory *iface, BOOL lock) {
    (void)iface;
    if (lock)
        com_alive();
    else
        com_gone();
    return S_OK;
}

static const IClassFactoryVtbl factory_vtbl = {
    .QueryInterface = factory_QueryInterface,
    .AddRef = factory_AddRef,
    .Release = factory_Release,
    .CreateInstance = factory_CreateInstance,
    .LockServer = factory_LockServer,
};

HRESULT classes_factory(const struct class_entry *entry, REFIID iid, void **out) {
    struct factory *factory = calloc(1, sizeof *factory);
    if (!factory) {
        *out = NULL;
        return E_OUTOFMEMORY;
    }
    factory_init(factory);
    factory->entry = entry;
    return com_return((IUnknown *)&factory->IClassFactory_iface, iid, out);
}
