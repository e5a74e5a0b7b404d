/*
 * Bytes between processes: see remote_bytes.h. What comes from another process is believed only as far as it
 * is there.
 */
#include "module/windows/remote_bytes.h"

#include <string.h>

#include "base/wipe.h"

/* On the wire: how many elements follow, as NDR has it for arrays; the size; the bytes. */
struct head {
    uint32_t count;
    uint32_t size;
};

static uintptr_t aligned(uintptr_t place) {
    return (place + 3u) & ~(uintptr_t)3u;
}

HRESULT remote_bytes_make(size_t size, REMOTE_BYTES *out) {
    *out = (REMOTE_BYTES){0, NULL};
    if (size > REMOTE_BYTES_MAX)
        return E_OUTOFMEMORY;
    unsigned char *bytes = size ? CoTaskMemAlloc(size) : NULL;
    if (size && !bytes)
        return E_OUTOFMEMORY;
    if (size)
        memset(bytes, 0, size);
    *out = (REMOTE_BYTES){(unsigned long)size, bytes};
    return S_OK;
}

void remote_bytes_free(REMOTE_BYTES *bytes) {
    wipe(bytes->bytes, bytes->size);
    CoTaskMemFree(bytes->bytes);
    *bytes = (REMOTE_BYTES){0, NULL};
}

size_t remote_bytes_room(unsigned long *flags, const unsigned char *buffer) {
    NDR_USER_MARSHAL_INFO info;
    if (NdrGetUserMarshalInfo(flags, 1, &info) != RPC_S_OK)
        RpcRaiseException(RPC_X_BAD_STUB_DATA);
    const unsigned char *begin = info.Level1.Buffer;
    if (buffer < begin || (size_t)(buffer - begin) > info.Level1.BufferSize)
        RpcRaiseException(RPC_X_BAD_STUB_DATA);
    return info.Level1.BufferSize - (size_t)(buffer - begin);
}

ULONG __RPC_USER REMOTE_BYTES_UserSize(ULONG *flags, ULONG start, REMOTE_BYTES *bytes) {
    (void)flags;
    return (ULONG)aligned(start) + (ULONG)sizeof(struct head) + bytes->size;
}

unsigned char *__RPC_USER REMOTE_BYTES_UserMarshal(ULONG *flags, unsigned char *buffer, REMOTE_BYTES *bytes) {
    (void)flags;
    const struct head head = {bytes->size, bytes->size};
    unsigned char *begin = buffer + (aligned((uintptr_t)buffer) - (uintptr_t)buffer);
    memcpy(begin, &head, sizeof head);
    if (bytes->size)
        memcpy(begin + sizeof head, bytes->bytes, bytes->size);
    return begin + sizeof head + bytes->size;
}

unsigned char *__RPC_USER REMOTE_BYTES_UserUnmarshal(ULONG *flags, unsigned char *buffer,
                                                     REMOTE_BYTES *bytes) {
    struct head head;
    unsigned char *begin = buffer + (aligned((uintptr_t)buffer) - (uintptr_t)buffer);
    const size_t room = remote_bytes_room(flags, begin);
    *bytes = (REMOTE_BYTES){0, NULL};
    if (room < sizeof head)
        RpcRaiseException(RPC_X_BAD_STUB_DATA);
    memcpy(&head, begin, sizeof head);
    if (head.count != head.size || head.size > room - sizeof head)
        RpcRaiseException(RPC_X_BAD_STUB_DATA);
    if (FAILED(remote_bytes_make(head.size, bytes)))
        RpcRaiseException(RPC_S_OUT_OF_MEMORY);
    if (head.size)
        memcpy(bytes->bytes, begin + sizeof head, head.size);
    return begin + sizeof head + head.size;
}

void __RPC_USER REMOTE_BYTES_UserFree(ULONG *flags, REMOTE_BYTES *bytes) {
    (void)flags;
    remote_bytes_free(bytes);
}
