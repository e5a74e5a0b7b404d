/*
 * Codes of the card holder: ISCardVerify. Here are arguments and results, and which codes have been shown;
 * services/code.c speaks to the card.
 */
#include "objects/services/verify.h"

#include <stdlib.h>

#include "com/com.h"
#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/services/callerbytes.h"
#include "objects/services/cardservice.h"
#include "objects/services/flags.h"
#include "services/codeway.h"
#include "services/padcode.h"

struct verify {
    ISCardVerify ISCardVerify_iface;
    struct com_identity identity;
    struct cardservice *service;
    struct code_shown shown; /* under the service's lock: between its begin and its end */
};

static inline struct verify *impl_from_ISCardVerify(ISCardVerify *iface) {
    return CONTAINER_OF(iface, struct verify, ISCardVerify_iface);
}

static void verify_destroy(void *object) {
    struct verify *verify = object;
    cardservice_drop(verify->service);
    free(verify);
}

#define OBJECT verify
#define OBJECT_INTERFACE ISCardVerify
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/* Arguments */

/* Flags that a method knows, and which code is meant. */
static HRESULT code_from(SCARD_FLAGS flags, unsigned known, LONG reference, struct code *out) {
    const unsigned bits = (unsigned)flags;
    *out = (struct code){0};
    const HRESULT hr =
        code_reference(reference, bits & SC_FL_IHV_GLOBAL, bits & SC_FL_IHV_LOCAL, &out->asked);
    return FAILED(hr) ? hr : flags_check(flags, known);
}

#define SCOPES (SC_FL_IHV_GLOBAL | SC_FL_IHV_LOCAL)
#define SWITCHES (SC_FL_IHV_ENABLE | SC_FL_IHV_DISABLE)

/* A code that the caller passes; buffer NULL: none. E_INVALIDARG: it is empty, which no code is. */
static HRESULT bytes_from(IByteBuffer *buffer, struct callerbytes *out) {
    *out = (struct callerbytes){0};
    return buffer ? callerbytes_read(buffer, APDU_NC_MAX, out) : S_OK;
}

/* Methods */

/* Begins a call that is about the code, as this card takes codes, and where the card looks for it. */
static HRESULT begin(struct verify *verify, struct code *code, struct service_link **link) {
    HRESULT hr = cardservice_begin(verify->service, link);
    if (FAILED(hr))
        return hr;
    codeway_note(cardservice_files(verify->service), code);
    hr = cardservice_enter_directory(verify->service, code->reference);
    if (FAILED(hr))
        cardservice_end(verify->service);
    return hr;
}

/* The same for a call that takes no flags but where the code is valid. */
static HRESULT start(struct verify *verify, SCARD_FLAGS flags, LONG reference, struct code *code,
                     struct service_link **link) {
    const HRESULT hr = code_from(flags, SCOPES, reference, code);
    return SUCCEEDED(hr) ? begin(verify, code, link) : hr;
}

/* Asks only; the code is not shown. */
static HRESULT ask(struct verify *verify, struct code *code, LONG *tries) {
    struct service_link *link = NULL;
    int left = -1;
    HRESULT hr = begin(verify, code, &link);
    if (FAILED(hr))
        return hr;
    do
        hr = code_ask(link, code, &left);
    while (codeway_learned(cardservice_files(verify->service), hr, code));
    cardservice_end(verify->service);
    if (hr == hresult_from_rm(RM_W_CARD_NOT_AUTHENTICATED))
        *tries = left;
    return hr;
}

/* Whatever has been accepted is to be forgotten by ResetSecurityState. */
static void note(struct verify *verify, const struct code *code, HRESULT hr) {
    if (SUCCEEDED(hr))
        code_note(&verify->shown, code->reference);
}

/* Ends what begin() has begun, with what came of it. */
static HRESULT finish(struct verify *verify, const struct code *code, HRESULT hr) {
    note(verify, code, hr);
    cardservice_end(verify->service);
    return hr;
}

static HRESULT show(struct verify *verify, struct code *code, const struct callerbytes *bytes) {
    struct service_link *link = NULL;
    HRESULT hr = begin(verify, code, &link);
    if (FAILED(hr))
        return hr;
    hr = codeway_verify(cardservice_files(verify->service), code, bytes->bytes, bytes->size);
    return finish(verify, code, hr);
}

static HRESULT STDMETHODCALLTYPE verify_Verify(ISCardVerify *iface, LPBYTEBUFFER buffer, SCARD_FLAGS flags,
                                               LONG *reference) {
    struct verify *verify = impl_from_ISCardVerify(iface);
    struct callerbytes bytes;
    struct code code;
    if (!reference)
        return E_POINTER;
    HRESULT hr = code_from(flags, SCOPES | SC_FL_IHV_CHECKONLY, *reference, &code);
    if (FAILED(hr))
        return hr;
    if (!buffer || (unsigned)flags & SC_FL_IHV_CHECKONLY)
        return ask(verify, &code, reference);
    hr = bytes_from(buffer, &bytes);
    if (SUCCEEDED(hr))
        hr = show(verify, &code, &bytes);
    callerbytes_clear(&bytes);
    return hr;
}

/*
 * Changes the code, if there is a new one, then the switch, if that is asked for, with the code that is
 * valid.
 */
static HRESULT change(struct verify *verify, struct code *code, unsigned flags,
                      const struct callerbytes *former, const struct callerbytes *wanted) {
    const struct callerbytes *const valid = wanted->bytes ? wanted : former;
    struct service_link *link = NULL;
    HRESULT hr = begin(verify, code, &link);
    if (FAILED(hr))
        return hr;
    if (wanted->bytes)
        do
            hr = code_change(link, code, former->bytes, former->size, wanted->bytes, wanted->size);
        while (codeway_learned(cardservice_files(verify->service), hr, code));
    note(verify, code, hr);
    if (SUCCEEDED(hr) && flags & SWITCHES)
        hr = code_require(link, code, flags & SC_FL_IHV_ENABLE, valid->bytes, valid->size);
    cardservice_end(verify->service);
    return hr;
}

static HRESULT STDMETHODCALLTYPE verify_ChangeCode(ISCardVerify *iface, LPBYTEBUFFER former_buffer,
                                                   LPBYTEBUFFER new_buffer, SCARD_FLAGS flags,
                                                   LONG reference) {
    const unsigned bits = (unsigned)flags;
    struct callerbytes former = {0}, wanted = {0};
    struct code code;
    HRESULT hr = code_from(flags, SCOPES | SWITCHES, reference, &code);
    if (FAILED(hr))
        return hr;
    if ((bits & SWITCHES) == SWITCHES || (!new_buffer && !(bits & SWITCHES)))
        return E_INVALIDARG;
    hr = bytes_from(former_buffer, &former);
    if (SUCCEEDED(hr))
        hr = bytes_from(new_buffer, &wanted);
    if (SUCCEEDED(hr))
        hr = change(impl_from_ISCardVerify(iface), &code, bits, &former, &wanted);
    callerbytes_clear(&wanted);
    callerbytes_clear(&former);
    return hr;
}

static HRESULT STDMETHODCALLTYPE verify_Unblock(ISCardVerify *iface, LONG number, SCARD_FLAGS flags,
                                                LONG reference) {
    struct verify *verify = impl_from_ISCardVerify(iface);
    struct service_link *link = NULL;
    struct code code;
    HRESULT hr = code_from(flags, SCOPES, reference, &code);
    if (FAILED(hr))
        return hr;
    if (number < 0)
        return E_INVALIDARG;
    hr = begin(verify, &code, &link);
    if (FAILED(hr))
        return hr;
    hr = code_unblock(link, &code, number);
    return finish(verify, &code, hr);
}

HRESULT verify_find_pad(ISCardVerify *iface, struct pinpad *out) {
    struct verify *verify = impl_from_ISCardVerify(iface);
    struct service_link *link = NULL;
    HRESULT hr = cardservice_begin(verify->service, &link);
    *out = (struct pinpad){0};
    if (FAILED(hr))
        return hr;
    hr = padcode_find(link, out);
    cardservice_end(verify->service);
    return hr;
}

HRESULT verify_on_pad(ISCardVerify *iface, bool change, SCARD_FLAGS flags, LONG reference) {
    struct verify *verify = impl_from_ISCardVerify(iface);
    struct service_link *link = NULL;
    struct code code;
    HRESULT hr = start(verify, flags, reference, &code, &link);
    if (FAILED(hr))
        return hr;
    hr = padcode_run(link, &code, change);
    return finish(verify, &code, hr);
}

HRESULT verify_renew(ISCardVerify *iface, const uint8_t *resetting, size_t resetting_size,
                     const uint8_t *wanted, size_t wanted_size, SCARD_FLAGS flags, LONG reference) {
    struct verify *verify = impl_from_ISCardVerify(iface);
    struct service_link *link = NULL;
    struct code code;
    HRESULT hr = start(verify, flags, reference, &code, &link);
    if (FAILED(hr))
        return hr;
    do
        hr = code_renew(link, &code, resetting, resetting_size, wanted, wanted_size);
    while (codeway_learned(cardservice_files(verify->service), hr, &code));
    return finish(verify, &code, hr);
}

static HRESULT STDMETHODCALLTYPE verify_ResetSecurityState(ISCardVerify *iface, SCARD_FLAGS flags) {
    struct verify *verify = impl_from_ISCardVerify(iface);
    struct service_link *link = NULL;
    struct code none;
    HRESULT hr = code_from(flags, 0, 0, &none);
    if (FAILED(hr))
        return hr;
    hr = cardservice_begin(verify->service, &link);
    if (FAILED(hr))
        return hr;
    hr = code_forget(link, cardservice_files(verify->service)->profile->cla, &verify->shown);
    cardservice_end(verify->service);
    return hr;
}

/* The manager has bound the object to a card when it made it: there is nothing to be said by a number. */
static HRESULT STDMETHODCALLTYPE verify_Initialize(ISCardVerify *iface, LONG *unused) {
    (void)iface;
    (void)unused;
    return S_OK;
}

const ISCardVerifyVtbl verify_vtbl = {
    DISPATCH_SLOTS(verify),
    .ChangeCode = verify_ChangeCode,
    .Initialize = verify_Initialize,
    .Unblock = verify_Unblock,
    .ResetSecurityState = verify_ResetSecurityState,
    .Verify = verify_Verify,
};

bool verify_is_ours(const ISCardVerify *verify) {
    return verify->lpVtbl == TELLING(ISCardVerify, verify_vtbl);
}

HRESULT verify_create(struct cardservice *service, ISCardVerify **out) {
    *out = NULL;
    struct verify *verify = calloc(1, sizeof *verify);
    if (!verify)
        return E_OUTOFMEMORY;
    verify_init(verify);
    verify->service = cardservice_take(service);
    *out = &verify->ISCardVerify_iface;
    return S_OK;
}
