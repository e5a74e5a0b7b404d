/* Failures told to who calls through the vtable: see telling.h. */
#include "com/telling.h"

#include <stdatomic.h>

#include "com/contract.h"
#include "com/failure.h"

/*
 * Where each thread keeps which error object it has from here, uncounted: only to know it again. Made for the
 * first failure; until then a success has nothing to take back, and costs nothing.
 */
static _Atomic DWORD slot = TLS_OUT_OF_INDEXES;

/* A DLL may be unloaded and loaded again, and again. */
static __attribute__((destructor)) void give_slot_back(void) {
    const DWORD mine = atomic_exchange(&slot, TLS_OUT_OF_INDEXES);
    if (mine != TLS_OUT_OF_INDEXES)
        (void)TlsFree(mine);
}

/* TLS_OUT_OF_INDEXES: the process has none left. */
static DWORD slot_of_process(void) {
    DWORD known = atomic_load(&slot);
    if (known != TLS_OUT_OF_INDEXES)
        return known;
    const DWORD made = TlsAlloc();
    if (atomic_compare_exchange_strong(&slot, &known, made))
        return made;
    if (made != TLS_OUT_OF_INDEXES)
        (void)TlsFree(made);
    return known;
}

/* The error object for a failure; NULL: out of memory. */
static IErrorInfo *describe(const struct contract_interface *contract, HRESULT hr) {
    ICreateErrorInfo *made = NULL;
    IErrorInfo *info = NULL;
    if (FAILED(CreateErrorInfo(&made)))
        return NULL;
    const BSTR source = failure_source(contract);
    const BSTR description = failure_description(hr);
    /* What there was no memory for is left out: the code tells all the same. */
    (void)ICreateErrorInfo_SetGUID(made, &contract->iid);
    (void)ICreateErrorInfo_SetSource(made, source);
    (void)ICreateErrorInfo_SetDescription(made, description);
    if (FAILED(ICreateErrorInfo_QueryInterface(made, &IID_IErrorInfo, (void **)&info)))
        info = NULL;
    SysFreeString(description);
    SysFreeString(source);
    ICreateErrorInfo_Release(made);
    return info;
}

/* The failure becomes what the thread's caller finds, instead of an older one. */
static void tell(REFIID iid, HRESULT hr) {
    const struct contract_interface *contract = contract_by_iid(iid);
    IErrorInfo *info = contract ? describe(contract, hr) : NULL;
    const DWORD mine = slot_of_process();
    (void)SetErrorInfo(0, info);
    if (mine != TLS_OUT_OF_INDEXES)
        (void)TlsSetValue(mine, info);
    if (info)
        IErrorInfo_Release(info);
}

/* Takes back what was told before in this thread; what others have told stays. */
static void take_back(void) {
    const DWORD mine = atomic_load(&slot);
    IErrorInfo *told = mine != TLS_OUT_OF_INDEXES ? TlsGetValue(mine) : NULL;
    IErrorInfo *now = NULL;
    if (!told)
        return;
    (void)TlsSetValue(mine, NULL);
    if (GetErrorInfo(0, &now) != S_OK)
        return;
    if (now != told)
        (void)SetErrorInfo(0, now);
    IErrorInfo_Release(now);
}

static __attribute__((noinline, cold)) void tell_or_take_back(REFIID iid, HRESULT hr) {
    if (FAILED(hr))
        tell(iid, hr);
    else
        take_back();
}

/* What a method of the interface returns; on the way of every call. */
static inline HRESULT told(REFIID iid, HRESULT hr) {
    if (FAILED(hr) || atomic_load_explicit(&slot, memory_order_relaxed) != TLS_OUT_OF_INDEXES)
        tell_or_take_back(iid, hr);
    return hr;
}

/*
 * What Invoke returns, which tells in a way of its own (EXCEPINFO): the method that it has called is not to
 * tell, too.
 */
static inline HRESULT told_by_name(HRESULT hr) {
    take_back();
    return hr;
}

bool telling_knows(REFIID riid) {
    return contract_by_iid(riid) != NULL;
}

#define TELLING_IByteBuffer bytebuffer_vtbl
#define TELLING_ISCard card_vtbl
#define TELLING_ISCardEx cardex_vtbl
#define TELLING_ISCardCmd cmd_vtbl
#define TELLING_ISCardISO7816 iso7816cmd_vtbl
#define TELLING_ISCardTypeConv typeconv_vtbl
#define TELLING_ISCardDatabase database_vtbl
#define TELLING_ISCardLocate locate_vtbl
#define TELLING_ISCardManage manage_vtbl
#define TELLING_ISCardVerify verify_vtbl
#define TELLING_ISCardAuth auth_vtbl
#define TELLING_ISCardFileAccess fileaccess_vtbl
#include "telling_vtables.inc"
