/*
 * Providers for test_providers.c, one kind for each way they behave. The good ones lend factories of the
 * library itself, so that what comes out tells which of them was asked. Loading one is told on stderr.
 */
#include <stdio.h>

#include <scardssp.h>
#include <scardssp_provider.h>

/* Kinds */
#define GOOD 1   /* makes byte buffers */
#define OTHER 2  /* makes commands */
#define FAILS 3  /* says no, with something in the out-parameter */
#define LIAR 4   /* says yes and gives nothing */
#define HOLLOW 5 /* its factory says yes and gives nothing */
#define MUTE 6   /* does not export the function */
#define NESTED 7 /* uses another provider while it is loaded */

__attribute__((constructor)) static void loaded(void) {
#if KIND == NESTED
    CLSID clsid;
    void *object = NULL;
    HRESULT hr = CLSIDFromProgID(L"Test.Inner", &clsid);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&clsid, NULL, CLSCTX_ALL, &IID_IUnknown, &object);
    if (object)
        ((IUnknown *)object)->lpVtbl->Release(object);
    fprintf(stderr, "inner %08X\n", (unsigned)hr);
#endif
    fprintf(stderr, "loaded %d\n", KIND);
}

#if KIND == HOLLOW
static HRESULT STDMETHODCALLTYPE hollow_QueryInterface(IClassFactory *factory, REFIID iid, void **out) {
    (void)iid;
    *out = factory;
    return S_OK;
}

static ULONG STDMETHODCALLTYPE hollow_count(IClassFactory *factory) {
    (void)factory;
    return 1;
}

static HRESULT STDMETHODCALLTYPE hollow_CreateInstance(IClassFactory *factory, IUnknown *outer, REFIID iid,
                                                       void **out) {
    (void)factory, (void)outer, (void)iid, (void)out;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE hollow_LockServer(IClassFactory *factory, BOOL lock) {
    (void)factory, (void)lock;
    return S_OK;
}

static IClassFactoryVtbl hollow_vtbl = {hollow_QueryInterface, hollow_count, hollow_count,
                                        hollow_CreateInstance, hollow_LockServer};
static IClassFactory hollow = {&hollow_vtbl};
#endif

#if KIND != MUTE
HRESULT DllGetClassObject(REFCLSID clsid, REFIID iid, void **out) {
    (void)clsid, (void)iid;
#if KIND == FAILS
    *out = (void *)&loaded;
    return E_ACCESSDENIED;
#elif KIND == LIAR
    *out = NULL;
    return S_OK;
#elif KIND == HOLLOW
    return hollow_QueryInterface(&hollow, iid, out);
#elif KIND == OTHER
    return CoGetClassObject(&CLSID_CSCardCmd, CLSCTX_ALL, NULL, iid, out);
#else
    return CoGetClassObject(&CLSID_CByteBuffer, CLSCTX_ALL, NULL, iid, out);
#endif
}
#endif
