/* Status codes of the layers below as HRESULTs, and HRESULTs in words for the tool and for automation. */
#include "com/hresult.h"

#include "apdu/exchange.h"
#include "com/code.h"

HRESULT hresult_from_rm(rm_status status) {
    /* A service's error without the bit that makes an HRESULT one must not pass for a success. */
    if (status != RM_OK && !(status & 0x80000000u))
        status = RM_F_UNKNOWN_ERROR;
    return status == RM_E_NO_MEMORY ? E_OUTOFMEMORY : (HRESULT)status;
}

HRESULT hresult_of_argument(rm_status status, rm_status refusal) {
    return status == refusal ? E_INVALIDARG : hresult_from_rm(status);
}

HRESULT hresult_from_exchange(uint32_t result) {
    switch (result) {
    case EXCHANGE_MALFORMED:
        return E_INVALIDARG;
    case EXCHANGE_NO_MEMORY:
        return E_OUTOFMEMORY;
    case EXCHANGE_BAD_REPLY:
        return hresult_from_rm(RM_F_COMM_ERROR);
    case EXCHANGE_UNSUPPORTED:
        return hresult_from_rm(RM_E_UNSUPPORTED_FEATURE);
    default:
        return hresult_from_rm(result);
    }
}

const char *hresult_name(HRESULT hr) {
    const struct code *code = code_find((uint32_t)hr);
    const char *name = code ? code->name : rm_status_name((rm_status)hr);
    return name ? name : "unknown error";
}

const char *hresult_advice(HRESULT hr) {
    const struct code *code = code_find((uint32_t)hr);
    return code ? code->advice : rm_status_advice((rm_status)hr);
}
