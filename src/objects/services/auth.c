/*
 * Authentication between application, card and user: ISCardAuth. Here are arguments and results;
 * services/authentication.c and services/code.c speak to the card.
 */
#include "objects/services/auth.h"

#include <stdlib.h>

#include "base/wipe.h"
#include "com/com.h"
#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/services/callerbytes.h"
#include "objects/services/cardservice.h"
#include "services/authentication.h"
#include "services/codeway.h"

#define ALGORITHM_MAX 255

struct auth {
    ISCardAuth ISCardAuth_iface;
    struct com_identity identity;
    struct cardservice *service;
};

static inline struct auth *impl_from_ISCardAuth(ISCardAuth *iface) {
    return CONTAINER_OF(iface, struct auth, ISCardAuth_iface);
}

static void auth_destroy(void *object) {
    struct auth *auth = object;
    cardservice_drop(auth->service);
    free(auth);
}

#define OBJECT auth
#define OBJECT_INTERFACE ISCardAuth
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/* Arguments */

/* The reference of the secret: the only byte of the parameters, or none. */
static HRESULT secret_from(IByteBuffer *parameters, uint8_t *out) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    *out = 0;
    if (!parameters)
        return S_OK;
    const HRESULT hr = bytebuffer_read_all(parameters, 1, &bytes, &size);
    if (size)
        *out = bytes[0];
    wipe_free(bytes, size);
    return hr;
}

static HRESULT algorithm_from(LONG algorithm, uint8_t *out) {
    *out = (uint8_t)algorithm;
    return algorithm < 0 || algorithm > ALGORITHM_MAX ? E_INVALIDARG : S_OK;
}

static HRESULT authentication_from(LONG algorithm, IByteBuffer *parameters, struct authentication *out) {
    *out = (struct authentication){0};
    const HRESULT hr = algorithm_from(algorithm, &out->algorithm);
    return SUCCEEDED(hr) ? secret_from(parameters, &out->secret) : hr;
}

/* How many bytes the caller wants back; 0: all there are. */
static HRESULT length_from(LONG length, uint32_t *out) {
    *out = 0;
    if (length < 0 || (uint64_t)length > APDU_NE_MAX)
        return E_INVALIDARG;
    *out = (uint32_t)length;
    return S_OK;
}

/* A call that has begun goes to where the card looks for the secret, or ends. */
static HRESULT enter(struct auth *auth, uint8_t secret) {
    const HRESULT hr = cardservice_enter_directory(auth->service, secret);
    if (FAILED(hr))
        cardservice_end(auth->service);
    return hr;
}

/* Begins a call that authenticates, in the card's way. */
static HRESULT begin(struct auth *auth, struct authentication *authentication, struct service_link **link) {
    const HRESULT hr = cardservice_begin(auth->service, link);
    if (FAILED(hr))
        return hr;
    authentication_note(cardservice_files(auth->service), authentication);
    return enter(auth, authentication->secret);
}

/* The application */

static HRESULT STDMETHODCALLTYPE auth_APP_Auth(ISCardAuth *iface, LONG algorithm, LPBYTEBUFFER parameters,
                                               LPBYTEBUFFER buffer) {
    struct auth *auth = impl_from_ISCardAuth(iface);
    struct authentication authentication;
    struct service_link *link = NULL;
    struct callerbytes bytes = {0};
    HRESULT hr = authentication_from(algorithm, parameters, &authentication);
    if (SUCCEEDED(hr))
        hr = callerbytes_read(buffer, APDU_NC_MAX, &bytes);
    if (SUCCEEDED(hr))
        hr = begin(auth, &authentication, &link);
    if (SUCCEEDED(hr)) {
        hr = authentication_of_application(link, &authentication, bytes.bytes, bytes.size);
        cardservice_end(auth->service);
    }
    callerbytes_clear(&bytes);
    return hr;
}

/* The call that is under way ends, and with it the answer, of which the caller gets a copy. */
static HRESULT answer_to_new(struct auth *auth, HRESULT hr, const struct service_answer *answer, LONG *length,
                             IByteBuffer **out) {
    if (SUCCEEDED(hr))
        hr = bytebuffer_create_with(answer->data, answer->size, out);
    if (SUCCEEDED(hr))
        *length = (LONG)answer->size;
    cardservice_end(auth->service);
    return hr;
}

static HRESULT STDMETHODCALLTYPE auth_GetChallenge(ISCardAuth *iface, LONG algorithm, LPBYTEBUFFER parameters,
                                                   LONG *length, LPBYTEBUFFER *out) {
    struct auth *auth = impl_from_ISCardAuth(iface);
    struct authentication authentication;
    struct service_answer answer;
    struct service_link *link = NULL;
    uint32_t wanted = 0;
    if (out)
        *out = NULL;
    if (!out || !length)
        return E_POINTER;
    HRESULT hr = length_from(*length, &wanted);
    *length = 0;
    if (SUCCEEDED(hr))
        hr = authentication_from(algorithm, parameters, &authentication);
    if (SUCCEEDED(hr))
        hr = cardservice_begin(auth->service, &link);
    if (FAILED(hr))
        return hr;
    authentication_note(cardservice_files(auth->service), &authentication);
    if (authentication.templates)
        hr = cardservice_enter_directory(auth->service, authentication.secret);
    if (SUCCEEDED(hr))
        hr = authentication_challenge(link, &authentication, wanted, &answer);
    return answer_to_new(auth, hr, &answer, length, out);
}

/* The card */

/* Sends the bytes; what comes replaces them in the caller's buffer. */
static HRESULT ask_card(struct auth *auth, struct authentication *authentication, IByteBuffer *buffer,
                        uint32_t wanted, LONG *length) {
    struct service_answer answer = {0};
    struct service_link *link = NULL;
    struct callerbytes bytes;
    HRESULT hr = callerbytes_read(buffer, APDU_NC_MAX, &bytes);
    if (SUCCEEDED(hr))
        hr = begin(auth, authentication, &link);
    if (SUCCEEDED(hr)) {
        hr = authentication_of_card(link, authentication, bytes.bytes, bytes.size, wanted, &answer);
        if (SUCCEEDED(hr))
            hr = bytebuffer_replace(buffer, answer.data, answer.size);
        if (SUCCEEDED(hr))
            *length = (LONG)answer.size;
        cardservice_end(auth->service);
    }
    callerbytes_clear(&bytes);
    return hr;
}

static HRESULT STDMETHODCALLTYPE auth_ICC_Auth(ISCardAuth *iface, LONG algorithm, LPBYTEBUFFER parameters,
                                               LONG *length, LPBYTEBUFFER *buffer) {
    struct authentication authentication;
    uint32_t wanted = 0;
    if (!length || !buffer)
        return E_POINTER;
    HRESULT hr = length_from(*length, &wanted);
    *length = 0;
    if (SUCCEEDED(hr))
        hr = authentication_from(algorithm, parameters, &authentication);
    return SUCCEEDED(hr) ? ask_card(impl_from_ISCardAuth(iface), &authentication, *buffer, wanted, length)
                         : hr;
}

/* The user */

static HRESULT begin_code(struct auth *auth, struct code *code, struct service_link **link) {
    const HRESULT hr = cardservice_begin(auth->service, link);
    if (FAILED(hr))
        return hr;
    codeway_note(cardservice_files(auth->service), code);
    return enter(auth, code->reference);
}

/* Shows the first `wanted` bytes of the buffer, 0: all, and empties it: a code is not to lie about. */
static HRESULT show_code(struct auth *auth, struct code *code, IByteBuffer *buffer, uint32_t wanted) {
    struct service_link *link = NULL;
    struct callerbytes bytes;
    HRESULT hr = callerbytes_read(buffer, APDU_NC_MAX, &bytes);
    if (SUCCEEDED(hr) && wanted > bytes.size)
        hr = E_INVALIDARG;
    if (SUCCEEDED(hr))
        hr = begin_code(auth, code, &link);
    if (SUCCEEDED(hr)) {
        hr =
            codeway_verify(cardservice_files(auth->service), code, bytes.bytes, wanted ? wanted : bytes.size);
        cardservice_end(auth->service);
        const HRESULT emptied = bytebuffer_replace(buffer, NULL, 0);
        hr = FAILED(hr) ? hr : emptied;
    }
    callerbytes_clear(&bytes);
    return hr;
}

/* ISO/IEC 7816-4 knows P1 00 alone (2005 edition, §7.5.6); what else there is the card says. */
static HRESULT STDMETHODCALLTYPE auth_User_Auth(ISCardAuth *iface, LONG algorithm, LPBYTEBUFFER parameters,
                                                LONG *length, LPBYTEBUFFER *buffer) {
    struct code code = {0};
    uint32_t wanted = 0;
    if (!length || !buffer)
        return E_POINTER;
    HRESULT hr = length_from(*length, &wanted);
    *length = 0;
    if (SUCCEEDED(hr))
        hr = algorithm_from(algorithm, &code.way);
    if (SUCCEEDED(hr))
        hr = secret_from(parameters, &code.asked);
    return SUCCEEDED(hr) ? show_code(impl_from_ISCardAuth(iface), &code, *buffer, wanted) : hr;
}

/* The manager has bound the object to a card when it made it: there is nothing to be said by a number. */
static HRESULT STDMETHODCALLTYPE auth_Initialize(ISCardAuth *iface, LONG *unused) {
    (void)iface;
    (void)unused;
    return S_OK;
}

const ISCardAuthVtbl auth_vtbl = {
    DISPATCH_SLOTS(auth),      .APP_Auth = auth_APP_Auth,     .GetChallenge = auth_GetChallenge,
    .ICC_Auth = auth_ICC_Auth, .Initialize = auth_Initialize, .User_Auth = auth_User_Auth,
};

HRESULT auth_create(struct cardservice *service, ISCardAuth **out) {
    *out = NULL;
    struct auth *auth = calloc(1, sizeof *auth);
    if (!auth)
        return E_OUTOFMEMORY;
    auth_init(auth);
    auth->service = cardservice_take(service);
    *out = &auth->ISCardAuth_iface;
    return S_OK;
}
