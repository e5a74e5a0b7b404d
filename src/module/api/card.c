/*
 * scardssp_card.h: a card object without COM: bytes, UTF-8, and a preparation that is repeated after each
 * reset. What the calls do is the object's: objects/transaction.h and client/attachment.h. Waiting for a card
 * is in wait.c.
 */
#include "scardssp_card.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/apdu.h"
#include "client/roster.h"
#include "com/hresult.h"
#include "module/classes.h"
#include "objects/card_object.h"

#define RESETS_MAX 5u /* that one call gets over before it tells of them */

_Static_assert(SCARDSSP_KEEP == RM_LEAVE && SCARDSSP_RESET == RM_RESET && SCARDSSP_POWER == RM_UNPOWER,
               "the header and the port number the ways to start a card alike");

struct scardssp_card {
    struct card *object;
    scardssp_preparation prepare; /* guarded by the object's lock */
    void *user;
    bool unprepared; /* the preparation is owed: the last one failed */
    bool inner;      /* made for a preparation, in whose call the object is locked and the reader held */
};

/* Begins a call, as card_enter() does; *cancels: the count by which renew() sees that it is to end. */
static HRESULT enter(struct scardssp_card *card, uint32_t *cancels) {
    *cancels = cancel_count(&card->object->attachment.cancel);
    return card->inner ? S_OK : hresult_from_rm(card_enter(card->object));
}

/* The same for a call that a preparation may not make. */
static HRESULT enter_from_outside(struct scardssp_card *card, uint32_t *cancels) {
    if (!card)
        return E_POINTER;
    return card->inner ? E_UNEXPECTED : enter(card, cancels);
}

static void leave(struct scardssp_card *card) {
    if (!card->inner)
        card_leave(card->object);
}

/*
 * Runs the preparation with the reader held. S_OK: it is held on, until attachment_release(). Nothing happens
 * where there is none.
 */
static HRESULT hold_prepared(struct scardssp_card *card) {
    struct attachment *attachment = &card->object->attachment;
    if (!card->prepare)
        return S_OK;
    HRESULT hr = hresult_from_rm(attachment_hold(attachment));
    if (FAILED(hr))
        return hr;
    struct scardssp_card inner = {.object = card->object, .inner = true};
    hr = card->prepare(&inner, card->user);
    card->unprepared = FAILED(hr);
    if (FAILED(hr))
        attachment_release(attachment);
    return FAILED(hr) ? hr : S_OK;
}

/* Connects again and prepares, as often as other programs reset the card meanwhile. As hold_prepared(). */
static HRESULT renew(struct scardssp_card *card, uint32_t start, uint32_t cancels) {
    struct attachment *attachment = &card->object->attachment;
    HRESULT hr = SCARD_W_RESET_CARD;
    for (unsigned tries = 0; hr == SCARD_W_RESET_CARD && tries < RESETS_MAX; tries++) {
        if (cancel_count(&attachment->cancel) != cancels)
            return SCARD_E_CANCELLED;
        hr = hresult_from_rm(attachment_reattach(attachment, RM_SHARE_SHARED, tries ? RM_LEAVE : start));
        card->unprepared = card->prepare != NULL;
        if (SUCCEEDED(hr))
            hr = hold_prepared(card);
    }
    return hr;
}

/* Whether this failure is a reset that the caller need not hear of. */
static bool is_mendable(const struct scardssp_card *card, HRESULT hr) {
    return hr == SCARD_W_RESET_CARD && card->prepare && card->object->attachment.depth == 0;
}

/* Connects to the first card that can be had. */
static rm_status connect_any(struct attachment *attachment) {
    struct roster roster = {.count = 0};
    rm_status status = roster_take(&roster, attachment->context);
    if (status == RM_OK)
        status = RM_E_NO_SMARTCARD;
    for (size_t i = 0; i < roster.count && status != RM_OK; i++) {
        if (!(roster.states[i].event & RM_STATE_PRESENT))
            continue;
        const rm_status refusal = attachment_connect(attachment, roster.states[i].reader, RM_SHARE_SHARED,
                                                     RM_PROTOCOL_T0 | RM_PROTOCOL_T1);
        if (refusal == RM_OK || status == RM_E_NO_SMARTCARD)
            status = refusal;
    }
    roster_clear(&roster);
    return status;
}

static HRESULT connect_to(struct card *object, const char *reader) {
    rm_status status = card_enter(object);
    if (status != RM_OK)
        return hresult_from_rm(status);
    if (reader)
        status =
            attachment_connect(&object->attachment, reader, RM_SHARE_SHARED, RM_PROTOCOL_T0 | RM_PROTOCOL_T1);
    else
        status = connect_any(&object->attachment);
    card_leave(object);
    return hresult_from_rm(status);
}

int32_t scardssp_open(const char *reader, struct scardssp_card **out) {
    ISCard *made = NULL;
    if (!out)
        return E_POINTER;
    *out = NULL;
    if (reader && (!*reader || strnlen(reader, SCARDSSP_READER_MAX) == SCARDSSP_READER_MAX))
        return E_INVALIDARG;
    HRESULT hr = classes_create(classes_by_clsid(&CLSID_CSCard), NULL, &IID_ISCard, (void **)&made);
    if (FAILED(hr))
        return hr;
    struct scardssp_card *card = calloc(1, sizeof *card);
    hr = card ? connect_to(impl_from_ISCard(made), reader) : E_OUTOFMEMORY;
    if (FAILED(hr)) {
        free(card);
        ISCard_Release(made);
        return hr;
    }
    card->object = impl_from_ISCard(made);
    *out = card;
    return S_OK;
}

void scardssp_close(struct scardssp_card *card) {
    if (!card || card->inner)
        return;
    ISCard_Release(&card->object->ISCard_iface);
    free(card);
}

/* Sends a command, after a reset once more to the card that has been prepared. */
static HRESULT send_prepared(struct scardssp_card *card, const struct cmd_view *view, uint32_t cancels) {
    struct transaction *transaction = &card->object->transaction;
    HRESULT hr = card->unprepared ? SCARD_W_RESET_CARD : transaction_run(transaction, false, view);
    if (!is_mendable(card, hr) || (!card->unprepared && transaction_was_answered(transaction)))
        return hr;
    hr = renew(card, RM_LEAVE, cancels);
    if (SUCCEEDED(hr)) {
        hr = transaction_run(transaction, false, view);
        attachment_release(transaction->attachment);
    }
    return hr;
}

/* Copies an answer to a caller with so much room. *size: its bytes. */
static HRESULT hand(const void *answer, size_t answer_size, void *out, size_t room, size_t *size) {
    *size = answer_size;
    if (answer_size > room)
        return SCARD_E_INSUFFICIENT_BUFFER;
    memcpy(out, answer, answer_size);
    return S_OK;
}

int32_t scardssp_transmit(struct scardssp_card *card, const uint8_t *command, size_t size, uint8_t *reply,
                          size_t *reply_size) {
    struct exchange_reply answer = {.size = 0};
    struct apdu apdu;
    uint32_t cancels = 0;
    if (!card || !command || !reply || !reply_size)
        return E_POINTER;
    const size_t room = *reply_size;
    *reply_size = 0;
    if (!apdu_parse(command, size, &apdu))
        return E_INVALIDARG;
    const struct cmd_view view = {.apdu = command, .size = size, .parsed = &apdu, .reply = &answer};
    HRESULT hr = enter(card, &cancels);
    if (SUCCEEDED(hr)) {
        hr = send_prepared(card, &view, cancels);
        leave(card);
    }
    if (SUCCEEDED(hr))
        hr = hand(answer.bytes, answer.size, reply, room, reply_size);
    exchange_reply_clear(&answer);
    return hr;
}

int32_t scardssp_prepare(struct scardssp_card *card, scardssp_preparation prepare, void *user) {
    uint32_t cancels = 0;
    HRESULT hr = enter_from_outside(card, &cancels);
    if (FAILED(hr))
        return hr;
    const struct scardssp_card former = *card;
    card->prepare = prepare;
    card->user = user;
    card->unprepared = false;
    hr = prepare ? hresult_from_rm(attachment_check(&card->object->attachment)) : S_OK;
    if (SUCCEEDED(hr))
        hr = hold_prepared(card);
    if (is_mendable(card, hr))
        hr = renew(card, RM_LEAVE, cancels);
    if (FAILED(hr)) {
        *card = former;
        card->unprepared = former.prepare != NULL;
    } else {
        attachment_release(&card->object->attachment);
    }
    leave(card);
    return hr;
}

int32_t scardssp_reattach(struct scardssp_card *card, uint32_t start) {
    uint32_t cancels = 0;
    if (!card)
        return E_POINTER;
    if (card->inner)
        return E_UNEXPECTED;
    if (start > SCARDSSP_POWER)
        return E_INVALIDARG;
    HRESULT hr = enter(card, &cancels);
    if (FAILED(hr))
        return hr;
    hr = renew(card, start, cancels);
    if (SUCCEEDED(hr))
        attachment_release(&card->object->attachment);
    leave(card);
    return hr;
}

int32_t scardssp_begin(struct scardssp_card *card) {
    uint32_t cancels = 0;
    HRESULT hr = enter_from_outside(card, &cancels);
    if (FAILED(hr))
        return hr;
    struct attachment *attachment = &card->object->attachment;
    hr = card->unprepared ? SCARD_W_RESET_CARD : hresult_from_rm(attachment_lock(attachment));
    if (is_mendable(card, hr)) {
        hr = renew(card, RM_LEAVE, cancels);
        if (SUCCEEDED(hr)) {
            hr = hresult_from_rm(attachment_lock(attachment));
            attachment_release(attachment);
        }
    }
    leave(card);
    return hr;
}

int32_t scardssp_end(struct scardssp_card *card) {
    uint32_t cancels = 0;
    HRESULT hr = enter_from_outside(card, &cancels);
    if (SUCCEEDED(hr)) {
        hr = hresult_from_rm(attachment_unlock(&card->object->attachment, RM_LEAVE));
        leave(card);
    }
    return hr;
}

int32_t scardssp_cancel(struct scardssp_card *card) {
    if (!card)
        return E_POINTER;
    return ISCardEx_Cancel(&card->object->ISCardEx_iface);
}

int32_t scardssp_set_timeout(struct scardssp_card *card, uint32_t timeout_ms) {
    if (!card)
        return E_POINTER;
    card->object->attachment.timeout_ms = timeout_ms;
    return S_OK;
}

int32_t scardssp_get_reader(struct scardssp_card *card, char *name, size_t *size) {
    char *own = NULL;
    if (!card || !name || !size)
        return E_POINTER;
    const size_t room = *size;
    *size = 0;
    HRESULT hr = hresult_from_rm(attachment_reader(&card->object->attachment, &own));
    if (SUCCEEDED(hr))
        hr = hand(own ? own : "", own ? strlen(own) + 1 : 1, name, room, size);
    free(own);
    return hr;
}

int32_t scardssp_get_atr(struct scardssp_card *card, uint8_t *atr, size_t *size) {
    struct rm_card_status now = {.atr_size = 0};
    uint32_t cancels = 0;
    if (!card || !atr || !size)
        return E_POINTER;
    const size_t room = *size;
    *size = 0;
    HRESULT hr = enter(card, &cancels);
    if (FAILED(hr))
        return hr;
    struct attachment *attachment = &card->object->attachment;
    hr = hresult_from_rm(attachment_check(attachment));
    if (SUCCEEDED(hr))
        hr = hresult_from_rm(rm_status_of(attachment->card, &now, &attachment->bound));
    leave(card);
    return SUCCEEDED(hr) ? hand(now.atr, now.atr_size, atr, room, size) : hr;
}
