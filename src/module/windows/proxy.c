/*
 * The class of proxies and stubs (see proxy.h) over the tables that widl makes from idl/scardssp.idl and
 * idl/remote.idl.
 */
#include "module/windows/proxy.h"

#define USE_STUBLESS_PROXY /* the layout that the tables have */
#define PROXY_DELEGATION   /* IDispatch, which the interfaces begin with, is the system's */
#include <rpcproxy.h>

const CLSID proxy_clsid = {0x968762b0, 0xb0aa, 0x4f24, {0x8a, 0x04, 0xe9, 0xf1, 0x9d, 0x70, 0xba, 0x9e}};

extern const ProxyFileInfo scardssp_remote_c_ProxyFileInfo;

static const ProxyFileInfo *files[] = {&scardssp_remote_c_ProxyFileInfo, NULL};
static CStdPSFactoryBuffer factory;

/* The stubs that widl makes call this: the factory counts them. */
ULONG WINAPI CStdStubBuffer2_Release(IRpcStubBuffer *stub) {
    return NdrCStdStubBuffer2_Release(stub, (IPSFactoryBuffer *)&factory);
}

bool proxy_serves(REFIID itf) {
    int index = 0;
    return scardssp_remote_c_ProxyFileInfo.pIIDLookupRtn(itf, &index) != 0;
}

HRESULT proxy_class_object(REFIID itf, void **out) {
    return NdrDllGetClassObject(&proxy_clsid, itf, out, files, &proxy_clsid, &factory);
}

bool proxy_idle(void) {
    return NdrDllCanUnloadNow(&factory) == S_OK;
}
