/*
 * Handles between processes, which may be of different width: 64 bits while they travel. They mean something
 * only to the process that has opened them; another one can hand them back. Called by the proxy.
 */
#include <string.h>

#include "module/windows/remote_bytes.h"

#define WIDTH sizeof(uint64_t)

static uintptr_t aligned(uintptr_t place) {
    return (place + WIDTH - 1) & ~(uintptr_t)(WIDTH - 1);
}

ULONG __RPC_USER REMOTE_HANDLE_UserSize(ULONG *flags, ULONG start, REMOTE_HANDLE *handle) {
    (void)flags, (void)handle;
    return (ULONG)(aligned(start) + WIDTH);
}

unsigned char *__RPC_USER REMOTE_HANDLE_UserMarshal(ULONG *flags, unsigned char *buffer,
                                                    REMOTE_HANDLE *handle) {
    (void)flags;
    const uint64_t wide = *handle;
    unsigned char *begin = buffer + (aligned((uintptr_t)buffer) - (uintptr_t)buffer);
    memcpy(begin, &wide, WIDTH);
    return begin + WIDTH;
}

unsigned char *__RPC_USER REMOTE_HANDLE_UserUnmarshal(ULONG *flags, unsigned char *buffer,
                                                      REMOTE_HANDLE *handle) {
    uint64_t wide = 0;
    unsigned char *begin = buffer + (aligned((uintptr_t)buffer) - (uintptr_t)buffer);
    *handle = 0;
    if (remote_bytes_room(flags, begin) < WIDTH)
        RpcRaiseException(RPC_X_BAD_STUB_DATA);
    memcpy(&wide, begin, WIDTH);
    /* A part of a handle would be another handle. */
    if (wide > UINTPTR_MAX)
        RpcRaiseException(ERROR_ARITHMETIC_OVERFLOW);
    *handle = (REMOTE_HANDLE)wide;
    return begin + WIDTH;
}

void __RPC_USER REMOTE_HANDLE_UserFree(ULONG *flags, REMOTE_HANDLE *handle) {
    (void)flags, (void)handle;
}
