/*
 * IByteBuffer in another process: the methods that carry bytes. ..._Proxy runs in the process that calls and
 * answers its mistakes as the buffer itself would; ..._Stub runs where the buffer is and trusts no size.
 * Called by the proxy and stub that widl makes.
 */
#include <string.h>

#include "base/wipe.h"
#include "module/windows/remote_bytes.h"

/* What is read in one piece. A caller may ask for far more than there is: room is made for what has come. */
#define PIECE 65536u

HRESULT CALLBACK IByteBuffer_Initialize_Proxy(IByteBuffer *This, LONG size, BYTE *bytes) {
    REMOTE_BYTES content = {0, NULL};
    if (size > 0 && bytes)
        content = (REMOTE_BYTES){(unsigned long)size, bytes};
    return IByteBuffer_RemoteInitialize_Proxy(This, size, &content);
}

HRESULT __RPC_STUB IByteBuffer_Initialize_Stub(IByteBuffer *This, LONG size, REMOTE_BYTES *content) {
    if (content->size && (size < 0 || content->size != (unsigned long)size))
        return E_INVALIDARG;
    return IByteBuffer_Initialize(This, size, content->bytes);
}

HRESULT CALLBACK IByteBuffer_Read_Proxy(IByteBuffer *This, BYTE *bytes, LONG count, LONG *read) {
    REMOTE_BYTES content = {0, NULL};
    if (read)
        *read = 0;
    if (count < 0)
        return E_INVALIDARG;
    if (!bytes && count)
        return E_POINTER;
    HRESULT hr = IByteBuffer_RemoteRead_Proxy(This, count, &content);
    if (SUCCEEDED(hr) && content.size > (unsigned long)count)
        hr = E_UNEXPECTED;
    if (SUCCEEDED(hr)) {
        if (content.size)
            memcpy(bytes, content.bytes, content.size);
        if (read)
            *read = (LONG)content.size;
    }
    remote_bytes_free(&content);
    return hr;
}

/* Room for `more` bytes behind what there is. */
static HRESULT grow(REMOTE_BYTES *content, size_t more) {
    REMOTE_BYTES larger;
    const HRESULT hr = remote_bytes_make(content->size + more, &larger);
    if (FAILED(hr))
        return hr;
    if (content->size)
        memcpy(larger.bytes, content->bytes, content->size);
    remote_bytes_free(content);
    *content = larger;
    return S_OK;
}

HRESULT __RPC_STUB IByteBuffer_Read_Stub(IByteBuffer *This, LONG count, REMOTE_BYTES *content) {
    const unsigned long wanted = count < 0 ? 0 : (unsigned long)count;
    HRESULT hr = count < 0 ? E_INVALIDARG : S_OK;
    unsigned long size = 0, piece = 0;
    *content = (REMOTE_BYTES){0, NULL};
    do {
        const unsigned long doubled = size > PIECE ? size : PIECE;
        LONG read = 0;
        piece = wanted - size < doubled ? wanted - size : doubled;
        if (SUCCEEDED(hr))
            hr = grow(content, piece);
        if (FAILED(hr))
            break;
        BYTE nothing = 0;
        hr = IByteBuffer_Read(This, piece ? content->bytes + size : &nothing, (LONG)piece, &read);
        if (SUCCEEDED(hr) && (read < 0 || (unsigned long)read > piece))
            hr = E_UNEXPECTED;
        if (FAILED(hr))
            break;
        size += (unsigned long)read;
        /* What the size says travels: the end of the room does not. */
        if ((unsigned long)read < piece) {
            content->size = size;
            break;
        }
    } while (size < wanted);
    if (FAILED(hr) || !size)
        remote_bytes_free(content);
    return hr;
}

HRESULT CALLBACK IByteBuffer_Write_Proxy(IByteBuffer *This, BYTE *bytes, LONG count, LONG *written) {
    LONG done = 0;
    if (written)
        *written = 0;
    if (count < 0 || (!bytes && count))
        return E_INVALIDARG;
    REMOTE_BYTES content = {(unsigned long)count, count ? bytes : NULL};
    const HRESULT hr = IByteBuffer_RemoteWrite_Proxy(This, &content, &done);
    if (FAILED(hr))
        return hr;
    if (done < 0 || done > count)
        return E_UNEXPECTED;
    if (written)
        *written = done;
    return hr;
}

HRESULT __RPC_STUB IByteBuffer_Write_Stub(IByteBuffer *This, REMOTE_BYTES *content, LONG *written) {
    BYTE nothing = 0;
    *written = 0;
    return IByteBuffer_Write(This, content->size ? content->bytes : &nothing, (LONG)content->size, written);
}
