/* Proxy and stub face to face: see loopback.h. */
#include "loopback.h"

#include <stdlib.h>
#include <string.h>

typedef HRESULT(WINAPI *class_object)(REFCLSID, REFIID, void **);

static const CLSID proxy_class = {
    0x968762b0, 0xb0aa, 0x4f24, {0x8a, 0x04, 0xe9, 0xf1, 0x9d, 0x70, 0xba, 0x9e}};
static class_object get_class_object;

void loopback_load(const wchar_t *dll) {
    HMODULE module = LoadLibraryW(dll);
    assert_non_null(module);
    FARPROC found = GetProcAddress(module, "DllGetClassObject");
    assert_non_null(found);
    memcpy(&get_class_object, &found, sizeof found);
}

void *loopback_make(REFCLSID clsid, REFIID iid) {
    IClassFactory *factory = NULL;
    void *object = NULL;
    assert_int_equal(get_class_object(clsid, &IID_IClassFactory, (void **)&factory), S_OK);
    assert_int_equal(IClassFactory_CreateInstance(factory, NULL, iid, &object), S_OK);
    IClassFactory_Release(factory);
    return object;
}

/* The channel: calls go to the stub at once. It is part of a struct that outlives all who know it. */

static struct loopback *impl_from_IRpcChannelBuffer(IRpcChannelBuffer *iface) {
    return CONTAINING_RECORD(iface, struct loopback, IRpcChannelBuffer_iface);
}

static HRESULT STDMETHODCALLTYPE channel_QueryInterface(IRpcChannelBuffer *iface, REFIID iid, void **out) {
    *out = IsEqualIID(iid, &IID_IUnknown) || IsEqualIID(iid, &IID_IRpcChannelBuffer) ? iface : NULL;
    return *out ? S_OK : E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE channel_AddRef(IRpcChannelBuffer *iface) {
    (void)iface;
    return 2;
}

static ULONG STDMETHODCALLTYPE channel_Release(IRpcChannelBuffer *iface) {
    (void)iface;
    return 1;
}

static HRESULT STDMETHODCALLTYPE channel_GetBuffer(IRpcChannelBuffer *iface, RPCOLEMESSAGE *message,
                                                   REFIID iid) {
    struct loopback *const loop = impl_from_IRpcChannelBuffer(iface);
    (void)iid;
    if (message->cbBuffer > loop->largest)
        loop->largest = message->cbBuffer;
    message->Buffer = calloc(1, message->cbBuffer + 16u);
    message->dataRepresentation = 0x10; /* little-endian, ASCII, IEEE */
    return message->Buffer ? S_OK : E_OUTOFMEMORY;
}

/* Exactly as many bytes as were sent, in memory of their own. */
static void *moved(const void *bytes, ULONG size) {
    void *const copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    return copy;
}

static HRESULT STDMETHODCALLTYPE channel_SendReceive(IRpcChannelBuffer *iface, RPCOLEMESSAGE *message,
                                                     ULONG *status) {
    struct loopback *const loop = impl_from_IRpcChannelBuffer(iface);
    RPCOLEMESSAGE call = *message;
    call.iMethod &= ~(ULONG)RPC_FLAGS_VALID_BIT; /* which only a channel sees */
    call.Buffer = moved(message->Buffer, message->cbBuffer);
    if (loop->spoil_call)
        loop->spoil_call(call.Buffer, &call.cbBuffer);
    void *const sent = call.Buffer;
    loop->stub_hr = IRpcStubBuffer_Invoke(loop->stub, &call, iface);
    free(message->Buffer);
    message->Buffer = NULL;
    message->cbBuffer = 0;
    if (status)
        *status = SUCCEEDED(loop->stub_hr) ? 0 : (ULONG)loop->stub_hr;
    if (SUCCEEDED(loop->stub_hr)) {
        if (loop->spoil_answer)
            loop->spoil_answer(call.Buffer, &call.cbBuffer);
        message->Buffer = moved(call.Buffer, call.cbBuffer);
        message->cbBuffer = call.cbBuffer;
        message->dataRepresentation = call.dataRepresentation;
    }
    if (call.Buffer != sent)
        free(call.Buffer);
    free(sent);
    return loop->stub_hr;
}

static HRESULT STDMETHODCALLTYPE channel_FreeBuffer(IRpcChannelBuffer *iface, RPCOLEMESSAGE *message) {
    (void)iface;
    free(message->Buffer);
    message->Buffer = NULL;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE channel_GetDestCtx(IRpcChannelBuffer *iface, DWORD *context, void **more) {
    (void)iface;
    *context = MSHCTX_LOCAL;
    if (more)
        *more = NULL;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE channel_IsConnected(IRpcChannelBuffer *iface) {
    (void)iface;
    return S_OK;
}

static IRpcChannelBufferVtbl channel_vtbl = {
    .QueryInterface = channel_QueryInterface,
    .AddRef = channel_AddRef,
    .Release = channel_Release,
    .GetBuffer = channel_GetBuffer,
    .SendReceive = channel_SendReceive,
    .FreeBuffer = channel_FreeBuffer,
    .GetDestCtx = channel_GetDestCtx,
    .IsConnected = channel_IsConnected,
};

/* The outer object of proxies, which in real life is the system's. */
static HRESULT STDMETHODCALLTYPE outer_QueryInterface(IUnknown *iface, REFIID iid, void **out) {
    *out = IsEqualIID(iid, &IID_IUnknown) ? iface : NULL;
    return *out ? S_OK : E_NOINTERFACE;
}

static ULONG STDMETHODCALLTYPE outer_AddRef(IUnknown *iface) {
    (void)iface;
    return 2;
}

static ULONG STDMETHODCALLTYPE outer_Release(IUnknown *iface) {
    (void)iface;
    return 1;
}

static IUnknownVtbl outer_vtbl = {outer_QueryInterface, outer_AddRef, outer_Release};
static IUnknown outer = {&outer_vtbl};

void *loopback_open(struct loopback *loop, REFIID iid, void *object) {
    IPSFactoryBuffer *factory = NULL;
    void *proxy = NULL;
    *loop = (struct loopback){.IRpcChannelBuffer_iface = {&channel_vtbl}};
    assert_int_equal(get_class_object(&proxy_class, &IID_IPSFactoryBuffer, (void **)&factory), S_OK);
    assert_int_equal(IPSFactoryBuffer_CreateStub(factory, iid, object, &loop->stub), S_OK);
    assert_int_equal(IPSFactoryBuffer_CreateProxy(factory, &outer, iid, &loop->manager, &proxy), S_OK);
    assert_int_equal(IRpcProxyBuffer_Connect(loop->manager, &loop->IRpcChannelBuffer_iface), S_OK);
    IPSFactoryBuffer_Release(factory);
    return proxy;
}

void loopback_close(struct loopback *loop, void *proxy) {
    IUnknown_Release((IUnknown *)proxy);
    IRpcProxyBuffer_Disconnect(loop->manager);
    IRpcProxyBuffer_Release(loop->manager);
    IRpcStubBuffer_Disconnect(loop->stub);
    IRpcStubBuffer_Release(loop->stub);
}
