/* Keeping and wiping the bytes of a command. Used by the command object under its lock. */
#include "objects/cmdbytes.h"

#include <stdlib.h>

#include "base/wipe.h"

/* Where `size` bytes can be written: in place, in the block that is there, or in a new one. */
static uint8_t *place_for(struct cmdbytes *cmd, size_t size) {
    if (size <= sizeof cmd->in_place)
        return cmd->in_place;
    return cmd->room >= size ? cmd->bytes : malloc(size);
}

HRESULT cmdbytes_store(struct cmdbytes *cmd, const struct apdu *apdu) {
    const size_t size = apdu_size(apdu);
    if (size == 0)
        return E_INVALIDARG;
    uint8_t *place = place_for(cmd, size);
    if (!place)
        return E_OUTOFMEMORY;
    apdu_encode(apdu, place, size);
    if (place == cmd->bytes) {
        if (size < cmd->size)
            wipe(place + size, cmd->size - size);
    } else {
        cmdbytes_clear(cmd);
        cmd->bytes = place;
        cmd->room = place == cmd->in_place ? 0 : size;
    }
    cmd->size = size;
    return S_OK;
}

void cmdbytes_parse(const struct cmdbytes *cmd, struct apdu *out) {
    /* What is kept is well-formed: it was coded here. So false can only mean that there is nothing. */
    if (!apdu_parse(cmd->bytes, cmd->size, out))
        *out = (struct apdu){0};
}

void cmdbytes_clear(struct cmdbytes *cmd) {
    if (cmd->room)
        wipe_free(cmd->bytes, cmd->size);
    else
        wipe(cmd->bytes, cmd->size);
    cmd->bytes = NULL;
    cmd->size = 0;
    cmd->room = 0;
}
