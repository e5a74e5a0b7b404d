/*
 * Status codes of the layers below and status words of cards as HRESULTs, and HRESULTs in words for the tool
 * and for automation.
 */
#include "com/hresult.h"

#include "apdu/exchange.h"
#include "com/code.h"

/* ERROR_FILE_EXISTS of winerror.h as an HRESULT: the family of smart card codes has none for this. */
#define FILE_EXISTS 0x80070050u

#define ANY 0xFFFFu
#define NOT_OFFERED (SW_USE_LIST | SW_USE_DELETE)

/* One meaning of a status word, or of a family of them. */
struct sw_row {
    uint16_t sw;
    uint16_t mask;
    uint16_t uses; /* of enum sw_use */
    uint32_t code;
};

/* The first row that fits wins: what a use makes of a word stands before what the word means otherwise. */
static const struct sw_row sw_rows[] = {
    {0x9000, 0xFFFF, ANY, 0},
    {0x6282, 0xFFFF, SW_USE_READ, 0},
    {0x6282, 0xFFFF, ANY, RM_W_EOF},
    {0x6283, 0xFFFF, SW_USE_REHABILITATE | SW_USE_GET_PROPERTIES, 0},
    {0x6283, 0xFFFF, ANY, RM_E_NO_ACCESS},
    {0x63C0, 0xFFFF, ANY, RM_W_CHV_BLOCKED},
    {0x63C0, 0xFFF0, SW_USE_CODE, RM_W_WRONG_CHV},
    {0x6300, 0xFFFF, SW_USE_CODE, RM_W_WRONG_CHV},
    {0x63C0, 0xFFF0, SW_USE_AUTHENTICATION, RM_W_SECURITY_VIOLATION},
    {0x6300, 0xFFFF, SW_USE_AUTHENTICATION, RM_W_SECURITY_VIOLATION},
    {0x6700, 0xFFFF, SW_USE_CODE, RM_E_INVALID_CHV},
    {0x6700, 0xFFFF, ANY, (uint32_t)E_INVALIDARG},
    {0x6881, 0xFFFF, NOT_OFFERED, (uint32_t)E_NOTIMPL},
    {0x6881, 0xFFFF, ANY, RM_E_UNSUPPORTED_FEATURE},
    {0x6882, 0xFFFF, NOT_OFFERED, (uint32_t)E_NOTIMPL},
    {0x6882, 0xFFFF, ANY, RM_E_UNSUPPORTED_FEATURE},
    {0x6981, 0xFFFF, NOT_OFFERED, (uint32_t)E_NOTIMPL},
    {0x6981, 0xFFFF, ANY, RM_E_UNSUPPORTED_FEATURE},
    {0x6982, 0xFFFF, ANY, RM_W_SECURITY_VIOLATION},
    {0x6983, 0xFFFF, ANY, RM_W_CHV_BLOCKED},
    {0x6984, 0xFFFF, ANY, RM_E_NO_ACCESS},
    {0x6985, 0xFFFF, ANY, RM_E_NO_ACCESS},
    {0x6986, 0xFFFF, ANY, RM_E_NO_FILE},
    {0x6A80, 0xFFFF, SW_USE_CODE, RM_E_INVALID_CHV},
    {0x6A80, 0xFFFF, ANY, (uint32_t)E_INVALIDARG},
    {0x6A81, 0xFFFF, NOT_OFFERED, (uint32_t)E_NOTIMPL},
    {0x6A81, 0xFFFF, ANY, RM_E_UNSUPPORTED_FEATURE},
    {0x6A82, 0xFFFF, SW_USE_DIRECTORY, RM_E_DIR_NOT_FOUND},
    {0x6A82, 0xFFFF, ANY, RM_E_FILE_NOT_FOUND},
    {0x6A83, 0xFFFF, SW_USE_READ, RM_W_EOF},
    {0x6A83, 0xFFFF, SW_USE_WRITE, RM_E_WRITE_TOO_MANY},
    {0x6A84, 0xFFFF, ANY, RM_E_WRITE_TOO_MANY},
    {0x6A86, 0xFFFF, ANY, (uint32_t)E_INVALIDARG},
    {0x6A87, 0xFFFF, ANY, (uint32_t)E_INVALIDARG},
    {0x6A88, 0xFFFF, SW_USE_SET_PROPERTIES, RM_E_UNSUPPORTED_FEATURE},
    {0x6A88, 0xFFFF, ANY, (uint32_t)E_INVALIDARG},
    {0x6A89, 0xFFFF, ANY, FILE_EXISTS},
    {0x6A8A, 0xFFFF, ANY, FILE_EXISTS},
    {0x6B00, 0xFFFF, SW_USE_READ, RM_W_EOF},
    {0x6B00, 0xFFFF, SW_USE_WRITE, RM_E_WRITE_TOO_MANY},
    {0x6B00, 0xFFFF, ANY, RM_E_BAD_SEEK},
    {0x6D00, 0xFFFF, NOT_OFFERED, (uint32_t)E_NOTIMPL},
    {0x6D00, 0xFFFF, ANY, RM_E_UNSUPPORTED_FEATURE},
    {0x6E00, 0xFFFF, NOT_OFFERED, (uint32_t)E_NOTIMPL},
    {0x6E00, 0xFFFF, ANY, RM_E_UNSUPPORTED_FEATURE},
};

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

HRESULT hresult_from_sw(uint16_t sw, enum sw_use use) {
    for (size_t i = 0; i < sizeof sw_rows / sizeof sw_rows[0]; ++i)
        if ((sw & sw_rows[i].mask) == sw_rows[i].sw && (use & sw_rows[i].uses))
            return (HRESULT)sw_rows[i].code;
    return hresult_from_rm(RM_E_UNEXPECTED);
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
