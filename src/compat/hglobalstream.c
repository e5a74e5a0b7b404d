/* CreateStreamOnHGlobal and GetHGlobalFromStream (Linux only): the public way to the stream over memory. */
#include "compat/hglobal.h"
#include "compat/memstream.h"

HRESULT CreateStreamOnHGlobal(HGLOBAL block, BOOL freeOnRelease, LPSTREAM *stream) {
    if (!stream)
        return E_POINTER;
    *stream = NULL;
    /*
     * A fixed block's handle is its address: the stream could not grow without leaving its owner a dead
     * handle.
     */
    if (block && !hglobal_moveable(block))
        return E_INVALIDARG;
    return memstream_create(block, freeOnRelease != FALSE, stream);
}

HRESULT GetHGlobalFromStream(LPSTREAM stream, HGLOBAL *block) {
    if (!block)
        return E_POINTER;
    *block = NULL;
    if (!memstream_is(stream))
        return E_INVALIDARG;
    *block = memstream_block(stream);
    return S_OK;
}
