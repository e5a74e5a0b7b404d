/* scardssp_rm.h: what the published ISCardVerify cannot say of a code. */
#include "objects/services/verify.h"
#include "scardssp_rm.h"

int32_t scardssp_verify_renew(struct ISCardVerify *verify, const uint8_t *resetting, size_t resetting_size,
                              const uint8_t *wanted, size_t wanted_size, uint32_t flags, int32_t reference) {
    if (!verify || !resetting || !wanted)
        return E_POINTER;
    if (!verify_is_ours(verify))
        return E_INVALIDARG;
    return verify_renew(verify, resetting, resetting_size, wanted, wanted_size, (SCARD_FLAGS)flags,
                        reference);
}
