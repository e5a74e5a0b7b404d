/* Bytes of a caller: see callerbytes.h. */
#include "objects/services/callerbytes.h"

#include "base/wipe.h"
#include "objects/bytebuffer.h"

HRESULT callerbytes_read(IByteBuffer *buffer, size_t most, struct callerbytes *out) {
    *out = (struct callerbytes){0};
    if (!buffer)
        return E_INVALIDARG;
    const HRESULT hr = bytebuffer_read_all(buffer, most, &out->bytes, &out->size);
    return SUCCEEDED(hr) && !out->size ? E_INVALIDARG : hr;
}

void callerbytes_clear(struct callerbytes *bytes) {
    wipe_free(bytes->bytes, bytes->size);
    *bytes = (struct callerbytes){0};
}
