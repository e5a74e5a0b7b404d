/*
 * The card object, ISCard. Here are arguments and results of its methods; attachment.c attaches and recovers,
 * cardexchange.c sends commands. Made by the class table, over any resource manager.
 */
#include "objects/card.h"

#include <stdlib.h>

#include "com/com.h"
#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/callertext.h"
#include "objects/card_object.h"
#include "objects/cardex.h"
#include "objects/cardexchange.h"
#include "objects/preference.h"

static void card_destroy(void *object) {
    struct card *card = object;
    attachment_close(&card->attachment);
    readerwatch_destroy(&card->watch);
    free(card);
}

#define OBJECT card
#define OBJECT_INTERFACE ISCard
#define OBJECT_BUFFER bytebuffer_create_with
#define OBJECT_SECOND ISCardEx
#define OBJECT_SECOND_DISPID CARDEX_DISPID_FIRST
#include "com/object.inc"

/* Properties */

/* State, protocol and ATR of the card behind the object. */
static rm_status card_ask(struct card *card, struct rm_card_status *out) {
    rm_status status = card_enter(card);
    if (status != RM_OK)
        return status;
    status = attachment_check(&card->attachment);
    if (status == RM_OK)
        status = rm_status_of(card->attachment.card, out, &card->attachment.bound);
    card_leave(card);
    return status;
}

static HRESULT STDMETHODCALLTYPE card_get_Atr(ISCard *iface, LPBYTEBUFFER *out) {
    struct card *card = impl_from_ISCard(iface);
    if (!out)
        return E_POINTER;
    *out = NULL;
    struct rm_card_status state;
    rm_status status = card_ask(card, &state);
    if (status != RM_OK)
        return hresult_from_rm(status);
    return bytebuffer_create_with(state.atr, state.atr_size, out);
}

static HRESULT STDMETHODCALLTYPE card_get_CardHandle(ISCard *iface, HSCARD *out) {
    struct card *card = impl_from_ISCard(iface);
    if (!out)
        return E_POINTER;
    *out = 0;
    rm_status status = card_enter(card);
    if (status != RM_OK)
        return hresult_from_rm(status);
    if (card->attachment.card)
        *out = (HSCARD)rm_card_handle(card->attachment.card);
    card_leave(card);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE card_get_Context(ISCard *iface, HSCARDCONTEXT *out) {
    struct card *card = impl_from_ISCard(iface);
    if (!out)
        return E_POINTER;
    *out = 0;
    rm_status status = card_enter(card);
    if (status != RM_OK)
        return hresult_from_rm(status);
    if (card->attachment.context)
        *out = (HSCARDCONTEXT)rm_context_handle(card->attachment.context);
    card_leave(card);
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE card_get_Protocol(ISCard *iface, SCARD_PROTOCOLS *out) {
    struct card *card = impl_from_ISCard(iface);
    if (!out)
        return E_POINTER;
    *out = (SCARD_PROTOCOLS)0;
    rm_status status = card_enter(card);
    if (status != RM_OK)
        return hresult_from_rm(status);
    status = attachment_check(&card->attachment);
    if (status == RM_OK)
        *out = preference_protocol(card->attachment.card->protocol);
    card_leave(card);
    return hresult_from_rm(status);
}

static HRESULT STDMETHODCALLTYPE card_get_Status(ISCard *iface, SCARD_STATES *out) {
    struct card *card = impl_from_ISCard(iface);
    if (!out)
        return E_POINTER;
    *out = (SCARD_STATES)0;
    struct rm_card_status state = {.state = RM_CARD_UNKNOWN};
    rm_status status = card_ask(card, &state);
    if (status == RM_W_REMOVED_CARD || status == RM_E_NO_SMARTCARD) {
        *out = ABSENT;
        return S_OK;
    }
    if (status == RM_OK) /* the numbers are the same; a service that cannot tell has at least a card in it */
        *out = state.state == RM_CARD_UNKNOWN ? PRESENT : (SCARD_STATES)state.state;
    return hresult_from_rm(status);
}

/* Attaching */

static HRESULT STDMETHODCALLTYPE card_AttachByHandle(ISCard *iface, HSCARD handle) {
    struct card *card = impl_from_ISCard(iface);
    if (!handle)
        return E_INVALIDARG;
    rm_status status = card_enter(card);
    if (status == RM_OK) {
        status = attachment_adopt(&card->attachment, handle);
        transaction_restart(&card->transaction);
        card_leave(card);
    }
    return hresult_of_argument(status, RM_E_INVALID_HANDLE);
}

static HRESULT STDMETHODCALLTYPE card_AttachByReader(ISCard *iface, BSTR reader, SCARD_SHARE_MODES share,
                                                     SCARD_PROTOCOLS preference) {
    struct card *card = impl_from_ISCard(iface);
    uint32_t protocols = preference_protocols(preference);
    if (!preference_share_is_valid(share) || protocols == RM_PROTOCOL_UNDEFINED)
        return E_INVALIDARG;
    char *name = NULL;
    HRESULT hr = callertext_reader(reader, &name);
    if (FAILED(hr))
        return hr;
    rm_status status = card_enter(card);
    if (status == RM_OK) {
        status = attachment_connect(&card->attachment, name, (uint32_t)share, protocols);
        transaction_restart(&card->transaction);
        card_leave(card);
    }
    free(name);
    return hresult_from_rm(status);
}

static HRESULT STDMETHODCALLTYPE card_Detach(ISCard *iface, SCARD_DISPOSITIONS disposition) {
    struct card *card = impl_from_ISCard(iface);
    if (!preference_disposition_is_valid(disposition))
        return E_INVALIDARG;
    rm_status status = card_enter(card);
    if (status == RM_OK) {
        status = attachment_disconnect(&card->attachment, (uint32_t)disposition);
        card_leave(card);
    }
    return hresult_from_rm(status);
}

static HRESULT STDMETHODCALLTYPE card_ReAttach(ISCard *iface, SCARD_SHARE_MODES share,
                                               SCARD_DISPOSITIONS init) {
    struct card *card = impl_from_ISCard(iface);
    if (!preference_share_is_valid(share) || !preference_disposition_is_valid(init))
        return E_INVALIDARG;
    rm_status status = card_enter(card);
    if (status == RM_OK) {
        status = attachment_reattach(&card->attachment, (uint32_t)share, (uint32_t)init);
        card_leave(card);
    }
    return hresult_from_rm(status);
}

static HRESULT STDMETHODCALLTYPE card_LockSCard(ISCard *iface) {
    struct card *card = impl_from_ISCard(iface);
    rm_status status = card_enter(card);
    if (status == RM_OK) {
        status = attachment_lock(&card->attachment);
        card_leave(card);
    }
    return hresult_from_rm(status);
}

static HRESULT STDMETHODCALLTYPE card_UnlockSCard(ISCard *iface, SCARD_DISPOSITIONS disposition) {
    struct card *card = impl_from_ISCard(iface);
    if (!preference_disposition_is_valid(disposition))
        return E_INVALIDARG;
    rm_status status = card_enter(card);
    if (status == RM_OK) {
        status = attachment_unlock(&card->attachment, (uint32_t)disposition);
        card_leave(card);
    }
    return hresult_from_rm(status);
}

const ISCardVtbl card_vtbl = {
    DISPATCH_SLOTS(card),
    .get_Atr = card_get_Atr,
    .get_CardHandle = card_get_CardHandle,
    .get_Context = card_get_Context,
    .get_Protocol = card_get_Protocol,
    .get_Status = card_get_Status,
    .AttachByHandle = card_AttachByHandle,
    .AttachByReader = card_AttachByReader,
    .Detach = card_Detach,
    .LockSCard = card_LockSCard,
    .ReAttach = card_ReAttach,
    .Transaction = card_Transaction,
    .UnlockSCard = card_UnlockSCard,
};

HRESULT card_create(struct rm_service *service, uint32_t timeout_ms, ISCard **out) {
    *out = NULL;
    struct card *card = calloc(1, sizeof *card);
    if (!card)
        return E_OUTOFMEMORY;
    rm_status status = attachment_open(&card->attachment, service, timeout_ms);
    if (status != RM_OK) {
        free(card);
        return hresult_from_rm(status);
    }
    transaction_init(&card->transaction, &card->attachment);
    cardex_init(&card->ISCardEx_iface);
    card_init(card);
    readerwatch_init(&card->watch);
    *out = &card->ISCard_iface;
    return S_OK;
}
