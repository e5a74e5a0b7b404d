/* Status codes of the layers below as HRESULTs, and HRESULTs in words for the tool and for automation. */
#include "objects/hresult.h"

#include "apdu/exchange.h"

struct entry {
    HRESULT hr;
    const char *name;
    const char *advice;
};

static const struct entry entries[] = {
    {S_OK, "S_OK", "No error."},
    {S_FALSE, "S_FALSE", "Nothing had to be done."},
    {E_NOTIMPL, "E_NOTIMPL", "This method is not available."},
    {E_NOINTERFACE, "E_NOINTERFACE", "The object does not have this interface."},
    {E_POINTER, "E_POINTER", "A pointer for a result is NULL; pass the address of a variable."},
    {E_UNEXPECTED, "E_UNEXPECTED", "The call came at the wrong time; see the method's description."},
    {E_ACCESSDENIED, "E_ACCESSDENIED", "The value has not been set, or there is none."},
    {E_OUTOFMEMORY, "E_OUTOFMEMORY", "Not enough memory; the object is unchanged."},
    {E_INVALIDARG, "E_INVALIDARG", "An argument is out of range or malformed; nothing has been sent."},
    {CLASS_E_NOAGGREGATION, "CLASS_E_NOAGGREGATION",
     "The class cannot be part of another object, or another interface than IUnknown was asked for."},
    {REGDB_E_CLASSNOTREG, "REGDB_E_CLASSNOTREG", "There is no such class."},
    {CO_E_CLASSSTRING, "CO_E_CLASSSTRING", "The text is neither a class identifier nor a known ProgID."},
    {CO_E_DLLNOTFOUND, "CO_E_DLLNOTFOUND",
     "The library of this class cannot be loaded; 'scard providers --try' says why."},
    {CO_E_ERRORINDLL, "CO_E_ERRORINDLL", "The library of this class does not export DllGetClassObject."},
    {CLASS_E_CLASSNOTAVAILABLE, "CLASS_E_CLASSNOTAVAILABLE",
     "The library that is registered for this class does not have it."},
    {STG_E_INVALIDFUNCTION, "STG_E_INVALIDFUNCTION",
     "The stream cannot do this, or the position is before its start."},
    {STG_E_LOCKVIOLATION, "STG_E_LOCKVIOLATION", "Another clone of the stream has locked these bytes."},
};

static const struct entry *entry_find(HRESULT hr) {
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; ++i)
        if (entries[i].hr == hr)
            return &entries[i];
    return NULL;
}

HRESULT hresult_from_rm(rm_status status) {
    /* A service's error without the bit that makes an HRESULT one must not pass for a success. */
    if (status != RM_OK && !(status & 0x80000000u))
        status = RM_F_UNKNOWN_ERROR;
    return status == RM_E_NO_MEMORY ? E_OUTOFMEMORY : (HRESULT)status;
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
    const struct entry *entry = entry_find(hr);
    const char *name = entry ? entry->name : rm_status_name((rm_status)hr);
    return name ? name : "unknown error";
}

const char *hresult_advice(HRESULT hr) {
    const struct entry *entry = entry_find(hr);
    return entry ? entry->advice : rm_status_advice((rm_status)hr);
}
