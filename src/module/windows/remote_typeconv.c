/*
 * ISCardTypeConv in another process: plain arrays of bytes, which travel as REMOTE_BYTES and are task memory
 * of the caller's when they arrive; and the memory of streams, which does not travel. Called by the proxy and
 * stub that widl makes.
 */
#include <string.h>

#include "base/wipe.h"
#include "module/windows/remote_bytes.h"

HRESULT CALLBACK ISCardTypeConv_ConvertByteArrayToByteBuffer_Proxy(ISCardTypeConv *This, LPBYTE array,
                                                                   DWORD size, LPBYTEBUFFER *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!array && size)
        return E_INVALIDARG;
    if (size > REMOTE_BYTES_MAX)
        return E_OUTOFMEMORY;
    REMOTE_BYTES bytes = {size, size ? array : NULL};
    return ISCardTypeConv_RemoteConvertByteArrayToByteBuffer_Proxy(This, &bytes, out);
}

HRESULT __RPC_STUB ISCardTypeConv_ConvertByteArrayToByteBuffer_Stub(ISCardTypeConv *This, REMOTE_BYTES *array,
                                                                    LPBYTEBUFFER *out) {
    return ISCardTypeConv_ConvertByteArrayToByteBuffer(This, array->bytes, array->size, out);
}

/* The structure and its bytes in one piece, as the interface has it. */
static HRESULT array_from(const REMOTE_BYTES *bytes, LPBYTEARRAY *out) {
    BYTEARRAY *array = CoTaskMemAlloc(sizeof *array + bytes->size);
    if (!array)
        return E_OUTOFMEMORY;
    *array = (BYTEARRAY){.dwSize = bytes->size, .pbyData = (BYTE *)(array + 1)};
    if (bytes->size)
        memcpy(array->pbyData, bytes->bytes, bytes->size);
    *out = array;
    return S_OK;
}

HRESULT CALLBACK ISCardTypeConv_ConvertByteBufferToByteArray_Proxy(ISCardTypeConv *This, LPBYTEBUFFER buffer,
                                                                   LPBYTEARRAY *out) {
    REMOTE_BYTES bytes = {0, NULL};
    if (!out)
        return E_POINTER;
    *out = NULL;
    HRESULT hr = ISCardTypeConv_RemoteConvertByteBufferToByteArray_Proxy(This, buffer, &bytes);
    if (SUCCEEDED(hr))
        hr = array_from(&bytes, out);
    remote_bytes_free(&bytes);
    return hr;
}

HRESULT __RPC_STUB ISCardTypeConv_ConvertByteBufferToByteArray_Stub(ISCardTypeConv *This, LPBYTEBUFFER buffer,
                                                                    REMOTE_BYTES *out) {
    LPBYTEARRAY array = NULL;
    HRESULT hr = ISCardTypeConv_ConvertByteBufferToByteArray(This, buffer, &array);
    if (FAILED(hr))
        return hr;
    if (!array)
        return E_UNEXPECTED;
    hr = remote_bytes_make(array->dwSize, out);
    if (SUCCEEDED(hr) && array->dwSize)
        memcpy(out->bytes, array->pbyData, array->dwSize);
    if (array->pbyData)
        wipe(array->pbyData, array->dwSize);
    CoTaskMemFree(array);
    return hr;
}

HRESULT CALLBACK ISCardTypeConv_CreateByteArray_Proxy(ISCardTypeConv *This, DWORD size, LPBYTE *out) {
    if (!out)
        return E_POINTER;
    *out = NULL;
    const HRESULT hr = ISCardTypeConv_RemoteCreateByteArray_Proxy(This, size);
    if (FAILED(hr))
        return hr;
    BYTE *array = CoTaskMemAlloc(size ? size : 1);
    if (!array)
        return E_OUTOFMEMORY;
    memset(array, 0, size);
    *out = array;
    return hr;
}

HRESULT __RPC_STUB ISCardTypeConv_CreateByteArray_Stub(ISCardTypeConv *This, DWORD size) {
    BYTE *array = NULL;
    const HRESULT hr = ISCardTypeConv_CreateByteArray(This, size, &array);
    CoTaskMemFree(array);
    return hr;
}

/* A converter of this process's own. */
static HRESULT local_converter(ISCardTypeConv **out) {
    IClassFactory *factory = NULL;
    HRESULT hr = DllGetClassObject(&CLSID_CSCardTypeConv, &IID_IClassFactory, (void **)&factory);
    if (FAILED(hr))
        return hr;
    hr = IClassFactory_CreateInstance(factory, NULL, &IID_ISCardTypeConv, (void **)out);
    IClassFactory_Release(factory);
    return hr;
}

HRESULT CALLBACK ISCardTypeConv_FreeIStreamMemoryPtr_Proxy(ISCardTypeConv *This, LPSTREAM stream,
                                                           LPBYTE memory) {
    ISCardTypeConv *converter = NULL;
    (void)This;
    HRESULT hr = local_converter(&converter);
    if (FAILED(hr))
        return hr;
    hr = ISCardTypeConv_FreeIStreamMemoryPtr(converter, stream, memory);
    ISCardTypeConv_Release(converter);
    return hr;
}

HRESULT CALLBACK ISCardTypeConv_GetAtIStreamMemory_Proxy(ISCardTypeConv *This, LPSTREAM stream,
                                                         LPBYTEARRAY *out) {
    ISCardTypeConv *converter = NULL;
    (void)This;
    if (!out)
        return E_POINTER;
    *out = NULL;
    HRESULT hr = local_converter(&converter);
    if (FAILED(hr))
        return hr;
    hr = ISCardTypeConv_GetAtIStreamMemory(converter, stream, out);
    ISCardTypeConv_Release(converter);
    return hr;
}

/* Never called by the two above; whoever calls them all the same has no memory here. */

HRESULT __RPC_STUB ISCardTypeConv_FreeIStreamMemoryPtr_Stub(ISCardTypeConv *This) {
    (void)This;
    return E_INVALIDARG;
}

HRESULT __RPC_STUB ISCardTypeConv_GetAtIStreamMemory_Stub(ISCardTypeConv *This) {
    (void)This;
    return E_INVALIDARG;
}
