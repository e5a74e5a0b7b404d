/* Bytes in memory that grows: see content.h. */
#include "services/content.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/tlv.h"
#include "base/wipe.h"

/* Moves to larger memory by hand: realloc() would leave the former bytes unwiped. */
static HRESULT grow(struct content *content, size_t room) {
    uint8_t *const bytes = malloc(room);
    if (!bytes)
        return E_OUTOFMEMORY;
    if (content->size)
        memcpy(bytes, content->bytes, content->size);
    wipe_free(content->bytes, content->room);
    content->bytes = bytes;
    content->room = room;
    return S_OK;
}

HRESULT content_add(struct content *content, const uint8_t *bytes, size_t size) {
    if (size == 0)
        return S_OK;
    if (size > SIZE_MAX / 2 - content->size)
        return E_OUTOFMEMORY;
    const size_t wanted = content->size + size;
    if (wanted > content->room) {
        const HRESULT hr = grow(content, wanted > 2 * content->room ? wanted : 2 * content->room);
        if (FAILED(hr))
            return hr;
    }
    memcpy(content->bytes + content->size, bytes, size);
    content->size = wanted;
    return S_OK;
}

HRESULT content_add_head(struct content *content, uint32_t tag, size_t length) {
    uint8_t head[TLV_HEAD_MAX];
    return content_add(content, head, tlv_head_write(head, sizeof head, tag, (uint32_t)length));
}

HRESULT content_add_object(struct content *content, uint32_t tag, const uint8_t *value, size_t length) {
    const HRESULT hr = content_add_head(content, tag, length);
    return FAILED(hr) ? hr : content_add(content, value, length);
}

void content_clear(struct content *content) {
    wipe_free(content->bytes, content->room);
    *content = (struct content){0};
}
