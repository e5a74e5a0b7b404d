/*
 * The converter object: ISCardTypeConv. It has no state; the bytes it copies may be secrets, so that what it
 * keeps of them on the way is erased. Made by the class table.
 */
#include "objects/typeconv.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "com/arrayview.h"
#include "com/com.h"
#include "com/safearrays.h"
#include "objects/bytebuffer.h"
#include "objects/streamloan.h"

/*
 * The most bytes an array may have: indices of safe arrays have 31 bits, and so have sizes of buffers on
 * Windows.
 */
#define SIZE_LIMIT ((size_t)INT32_MAX)

struct typeconv {
    ISCardTypeConv ISCardTypeConv_iface;
    struct com_identity identity;
};

static inline struct typeconv *impl_from_ISCardTypeConv(ISCardTypeConv *iface) {
    return CONTAINER_OF(iface, struct typeconv, ISCardTypeConv_iface);
}

static void typeconv_destroy(void *object) {
    free(object);
}

#define OBJECT typeconv
#define OBJECT_INTERFACE ISCardTypeConv
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/* ISCardTypeConv */

static HRESULT STDMETHODCALLTYPE typeconv_ConvertByteArrayToByteBuffer(ISCardTypeConv *iface, LPBYTE bytes,
                                                                       DWORD size, LPBYTEBUFFER *out) {
    (void)iface;
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!bytes && size)
        return E_INVALIDARG;
    if (size > SIZE_LIMIT)
        return E_OUTOFMEMORY;
    return bytebuffer_create_with(bytes, (size_t)size, out);
}

/* One block holds the structure and, behind it, the bytes: whoever frees the one frees the other. */
static HRESULT array_new(const void *bytes, size_t size, BYTEARRAY **out) {
    BYTEARRAY *array = CoTaskMemAlloc(sizeof *array + size);
    if (!array)
        return E_OUTOFMEMORY;
    *array = (BYTEARRAY){.hMem = NULL, .dwSize = (DWORD)size, .pbyData = (BYTE *)(array + 1)};
    if (size)
        memcpy(array->pbyData, bytes, size);
    *out = array;
    return S_OK;
}

/* The beginning of what turns a buffer into something else: its bytes, to be wiped and freed in any case. */
static HRESULT bytes_of(IByteBuffer *buffer, uint8_t **bytes, size_t *size) {
    *bytes = NULL;
    *size = 0;
    return buffer ? bytebuffer_read_all(buffer, SIZE_LIMIT, bytes, size) : E_INVALIDARG;
}

static HRESULT STDMETHODCALLTYPE typeconv_ConvertByteBufferToByteArray(ISCardTypeConv *iface,
                                                                       LPBYTEBUFFER buffer,
                                                                       LPBYTEARRAY *out) {
    (void)iface;
    if (!out)
        return E_POINTER;
    *out = NULL;
    uint8_t *bytes;
    size_t size;
    HRESULT hr = bytes_of(buffer, &bytes, &size);
    if (SUCCEEDED(hr))
        hr = array_new(bytes, size, out);
    wipe_free(bytes, size);
    return hr;
}

static HRESULT STDMETHODCALLTYPE typeconv_ConvertByteBufferToSafeArray(ISCardTypeConv *iface,
                                                                       LPBYTEBUFFER buffer,
                                                                       LPSAFEARRAY *out) {
    (void)iface;
    if (!out)
        return E_POINTER;
    *out = NULL;
    uint8_t *bytes;
    size_t size;
    HRESULT hr = bytes_of(buffer, &bytes, &size);
    if (SUCCEEDED(hr))
        hr = safearrays_of_bytes(bytes, size, out);
    wipe_free(bytes, size);
    return hr;
}

static HRESULT STDMETHODCALLTYPE typeconv_ConvertSafeArrayToByteBuffer(ISCardTypeConv *iface,
                                                                       LPSAFEARRAY array, LPBYTEBUFFER *out) {
    (void)iface;
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct arrayview view;
    HRESULT hr = arrayview_open(array, &view);
    if (FAILED(hr))
        return hr == DISP_E_TYPEMISMATCH ? E_INVALIDARG : hr;
    hr = E_INVALIDARG;
    if (view.type == VT_UI1)
        hr = view.count > SIZE_LIMIT ? E_OUTOFMEMORY : bytebuffer_create_with(view.data, view.count, out);
    arrayview_close(&view);
    return hr;
}

static HRESULT STDMETHODCALLTYPE typeconv_CreateByteArray(ISCardTypeConv *iface, DWORD size, LPBYTE *out) {
    (void)iface;
    if (!out)
        return E_POINTER;
    *out = size > SIZE_LIMIT ? NULL : CoTaskMemAlloc((SIZE_T)size);
    if (!*out)
        return E_OUTOFMEMORY;
    memset(*out, 0, (size_t)size);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE typeconv_CreateByteBuffer(ISCardTypeConv *iface, DWORD size,
                                                           LPBYTEBUFFER *out) {
    (void)iface;
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (size > SIZE_LIMIT)
        return E_OUTOFMEMORY;
    IByteBuffer *buffer = NULL;
    HRESULT hr = bytebuffer_create(&buffer);
    if (FAILED(hr))
        return hr;
    hr = IByteBuffer_Initialize(buffer, (LONG)size, NULL);
    if (SUCCEEDED(hr))
        *out = buffer;
    else
        IByteBuffer_Release(buffer);
    return hr;
}

static HRESULT STDMETHODCALLTYPE typeconv_CreateSafeArray(ISCardTypeConv *iface, UINT size,
                                                          LPSAFEARRAY *out) {
    (void)iface;
    if (!out)
        return E_POINTER;
    *out = NULL;
    return safearrays_of_bytes(NULL, size, out);
}

static HRESULT STDMETHODCALLTYPE typeconv_FreeIStreamMemoryPtr(ISCardTypeConv *iface, LPSTREAM stream,
                                                               LPBYTE bytes) {
    (void)iface;
    return stream ? streamloan_return(stream, bytes) : E_INVALIDARG;
}

static HRESULT STDMETHODCALLTYPE typeconv_GetAtIStreamMemory(ISCardTypeConv *iface, LPSTREAM stream,
                                                             LPBYTEARRAY *out) {
    (void)iface;
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (!stream)
        return E_INVALIDARG;
    BYTEARRAY *array = CoTaskMemAlloc(sizeof *array);
    if (!array)
        return E_OUTOFMEMORY;
    HRESULT hr = streamloan_lend(stream, array);
    if (SUCCEEDED(hr))
        *out = array;
    else
        CoTaskMemFree(array);
    return hr;
}

/* For streams that cannot tell about themselves: their pointer is moved to the end and back. */
static HRESULT size_by_seeking(IStream *stream, uint64_t *size) {
    const LARGE_INTEGER nowhere = {.QuadPart = 0};
    ULARGE_INTEGER home = {.QuadPart = 0};
    ULARGE_INTEGER end = {.QuadPart = 0};
    HRESULT hr = IStream_Seek(stream, nowhere, STREAM_SEEK_CUR, &home);
    if (FAILED(hr))
        return hr;
    hr = IStream_Seek(stream, nowhere, STREAM_SEEK_END, &end);
    const LARGE_INTEGER back = {.QuadPart = (int64_t)home.QuadPart};
    HRESULT returned = IStream_Seek(stream, back, STREAM_SEEK_SET, &home);
    if (SUCCEEDED(hr))
        hr = returned;
    if (SUCCEEDED(hr))
        *size = end.QuadPart;
    return hr;
}

static HRESULT STDMETHODCALLTYPE typeconv_SizeOfIStream(ISCardTypeConv *iface, LPSTREAM stream,
                                                        ULARGE_INTEGER *out) {
    (void)iface;
    if (!out)
        return E_POINTER;
    out->QuadPart = 0;
    if (!stream)
        return E_INVALIDARG;
    STATSTG stat = {0};
    uint64_t size = 0;
    HRESULT hr = IStream_Stat(stream, &stat, STATFLAG_NONAME);
    if (SUCCEEDED(hr))
        size = stat.cbSize.QuadPart;
    else
        hr = size_by_seeking(stream, &size);
    if (SUCCEEDED(hr))
        out->QuadPart = size;
    return hr;
}

const ISCardTypeConvVtbl typeconv_vtbl = {
    DISPATCH_SLOTS(typeconv),
    .ConvertByteArrayToByteBuffer = typeconv_ConvertByteArrayToByteBuffer,
    .ConvertByteBufferToByteArray = typeconv_ConvertByteBufferToByteArray,
    .ConvertByteBufferToSafeArray = typeconv_ConvertByteBufferToSafeArray,
    .ConvertSafeArrayToByteBuffer = typeconv_ConvertSafeArrayToByteBuffer,
    .CreateByteArray = typeconv_CreateByteArray,
    .CreateByteBuffer = typeconv_CreateByteBuffer,
    .CreateSafeArray = typeconv_CreateSafeArray,
    .FreeIStreamMemoryPtr = typeconv_FreeIStreamMemoryPtr,
    .GetAtIStreamMemory = typeconv_GetAtIStreamMemory,
    .SizeOfIStream = typeconv_SizeOfIStream,
};

HRESULT typeconv_create(ISCardTypeConv **out) {
    *out = NULL;
    struct typeconv *conv = malloc(sizeof *conv);
    if (!conv)
        return E_OUTOFMEMORY;
    typeconv_init(conv);
    *out = &conv->ISCardTypeConv_iface;
    return S_OK;
}
