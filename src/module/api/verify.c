/* scardssp_rm.h: what the published ISCardVerify cannot say of a code. */
#include "objects/services/verify.h"
#include "apdu/pinpad.h"
#include "scardssp_rm.h"

/* S_OK: it is one of this library's objects, in this process. */
static int32_t judge(const struct ISCardVerify *verify) {
    if (!verify)
        return E_POINTER;
    return verify_is_ours(verify) ? S_OK : E_INVALIDARG;
}

int32_t scardssp_pin_pad(struct ISCardVerify *verify, uint32_t *out) {
    struct pinpad pad = {0};
    int32_t status = out ? judge(verify) : E_POINTER;
    if (status == S_OK)
        status = verify_find_pad(verify, &pad);
    if (out)
        *out = (pad.verify ? SCARDSSP_PIN_PAD_VERIFY : 0) | (pad.modify ? SCARDSSP_PIN_PAD_CHANGE : 0);
    return status;
}

int32_t scardssp_pin_pad_verify(struct ISCardVerify *verify, uint32_t flags, int32_t reference) {
    const int32_t status = judge(verify);
    return status == S_OK ? verify_on_pad(verify, false, (SCARD_FLAGS)flags, reference) : status;
}

int32_t scardssp_pin_pad_change(struct ISCardVerify *verify, uint32_t flags, int32_t reference) {
    const int32_t status = judge(verify);
    return status == S_OK ? verify_on_pad(verify, true, (SCARD_FLAGS)flags, reference) : status;
}

int32_t scardssp_verify_renew(struct ISCardVerify *verify, const uint8_t *resetting, size_t resetting_size,
                              const uint8_t *wanted, size_t wanted_size, uint32_t flags, int32_t reference) {
    const int32_t status = resetting && wanted ? judge(verify) : E_POINTER;
    if (status != S_OK)
        return status;
    return verify_renew(verify, resetting, resetting_size, wanted, wanted_size, (SCARD_FLAGS)flags,
                        reference);
}
