/* Editing the reply of a command. Used by the command object under its lock. */
#include "objects/cmdreply.h"

#include <string.h>

#include "base/wipe.h"

#define SW_SIZE 2u

void cmdreply_drop(struct cmdreply *reply) {
    wipe(reply->apdu.bytes, reply->apdu.size);
    reply->apdu.size = 0;
    reply->nad = CMDREPLY_NO_NAD;
}

HRESULT cmdreply_resize(struct cmdreply *reply, size_t size) {
    if (size == 0) {
        cmdreply_drop(reply);
        return S_OK;
    }
    if (!exchange_reply_reserve(&reply->apdu, size))
        return E_OUTOFMEMORY;
    const size_t old = reply->apdu.size;
    if (size > old)
        memset(reply->apdu.bytes + old, 0, size - old);
    else
        wipe(reply->apdu.bytes + size, old - size);
    reply->apdu.size = size;
    return S_OK;
}

uint16_t cmdreply_status(const struct cmdreply *reply) {
    if (reply->apdu.size < SW_SIZE)
        return 0;
    const uint8_t *sw = reply->apdu.bytes + reply->apdu.size - SW_SIZE;
    return (uint16_t)(sw[0] << 8 | sw[1]);
}

HRESULT cmdreply_put_status(struct cmdreply *reply, uint16_t status) {
    if (reply->apdu.size < SW_SIZE) {
        const HRESULT hr = cmdreply_resize(reply, reply->apdu.size + SW_SIZE);
        if (FAILED(hr))
            return hr;
    }
    uint8_t *sw = reply->apdu.bytes + reply->apdu.size - SW_SIZE;
    sw[0] = (uint8_t)(status >> 8);
    sw[1] = (uint8_t)status;
    return S_OK;
}

void cmdreply_clear(struct cmdreply *reply) {
    exchange_reply_clear(&reply->apdu);
    reply->nad = CMDREPLY_NO_NAD;
}
