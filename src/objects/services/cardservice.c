/*
 * The card behind a manager and its objects: see cardservice.h. Inside is a card object, for its attachment,
 * its lock and its exchanges; nobody else ever sees it.
 */
#include "objects/services/cardservice.h"

#include <stdlib.h>
#include <string.h>

#include "base/refcount.h"
#include "base/wipe.h"
#include "com/hresult.h"
#include "objects/callertext.h"
#include "objects/card.h"
#include "objects/card_object.h"
#include "objects/preference.h"
#include "services/code.h"
#include "services/selection.h"

#define PROTOCOLS (RM_PROTOCOL_T0 | RM_PROTOCOL_T1)

_Static_assert(SERVICE_ATR_MAX == RM_ATR_MAX, "an ATR of the port is one of the link");

struct cardservice {
    struct service_link link;
    struct refcount refs;
    struct filesystem files;
    ISCard *object;
    struct card *card;           /* the same, from the inside; its lock guards all here */
    struct exchange_reply reply; /* to the latest command */
    uint8_t *command;            /* the latest one, wiped */
    size_t command_room;
    uint32_t cancels; /* calls of Cancel when the call began */
    bool atr_known;   /* nothing has happened since the ATR was read that could bring another card */
};

static inline struct cardservice *impl_from_link(struct service_link *link) {
    return CONTAINER_OF(link, struct cardservice, link);
}

/* The card as a link */

/* Room for a command. false: out of memory. */
static bool reserve(struct cardservice *service, size_t size) {
    if (size <= service->command_room)
        return true;
    uint8_t *const command = malloc(size);
    if (!command)
        return false;
    free(service->command); /* has been wiped */
    service->command = command;
    service->command_room = size;
    return true;
}

/* Sends what lies in the room for commands. */
static HRESULT transmit(struct cardservice *service, size_t size) {
    struct attachment *const attachment = &service->card->attachment;
    const struct cmd_view view = {.apdu = service->command, .size = size, .reply = &service->reply};
    if (cancel_count(&attachment->cancel) != service->cancels)
        return hresult_from_rm(RM_E_CANCELLED);
    /* Others are away: a call with many commands is not one that waits for long. */
    attachment_begin(attachment);
    return transaction_run(&service->card->transaction, false, &view);
}

static HRESULT cardservice_send(struct service_link *link, const struct apdu *command,
                                struct service_answer *answer) {
    struct cardservice *const service = impl_from_link(link);
    const size_t size = apdu_size(command);
    *answer = (struct service_answer){0};
    wipe(service->reply.bytes, service->reply.size);
    service->reply.size = 0;
    if (!size)
        return E_INVALIDARG;
    if (!reserve(service, size))
        return E_OUTOFMEMORY;
    (void)apdu_encode(command, service->command, size);
    const HRESULT hr = transmit(service, size);
    wipe(service->command, size);
    if (FAILED(hr)) {
        ++link->turn; /* nobody knows what the card has made of it */
        return hr;
    }
    const uint8_t *const sw = service->reply.bytes + service->reply.size - 2;
    answer->data = service->reply.bytes;
    answer->size = service->reply.size - 2;
    answer->sw = (uint16_t)(sw[0] << 8 | sw[1]);
    return S_OK;
}

/* Reads the ATR, and sees whether it is still the same. */
static rm_status learn_atr(struct cardservice *service) {
    struct service_link *const link = &service->link;
    struct rm_card_status now;
    if (service->atr_known)
        return RM_OK;
    const rm_status status =
        rm_status_of(service->card->attachment.card, &now, &service->card->attachment.bound);
    if (status != RM_OK)
        return status;
    if (now.atr_size != link->atr_size || memcmp(now.atr, link->atr, now.atr_size) != 0) {
        memcpy(link->atr, now.atr, now.atr_size);
        link->atr_size = (uint8_t)now.atr_size;
        ++link->card;
    }
    service->atr_known = true;
    return RM_OK;
}

/* Keeps others away. Where they were not before, they may have done anything to the card. */
static rm_status hold(struct cardservice *service) {
    struct attachment *const attachment = &service->card->attachment;
    const rm_status status = attachment_hold(attachment);
    if (attachment->holds)
        ++service->link.turn;
    return status;
}

/* The connection is new, or another program may have had the card since. */
static void renew(struct cardservice *service) {
    ++service->link.turn;
    service->atr_known = false;
}

static HRESULT cardservice_reset(struct service_link *link) {
    struct cardservice *const service = impl_from_link(link);
    struct attachment *const attachment = &service->card->attachment;
    attachment_begin(attachment);
    renew(service);
    rm_status status = attachment_reattach(attachment, attachment->share, RM_RESET);
    if (status == RM_OK && !attachment->holds) /* the connection is a new one */
        status = hold(service);
    if (status == RM_OK)
        status = learn_atr(service);
    return hresult_from_rm(status);
}

static HRESULT cardservice_control(struct service_link *link, uint32_t code, const uint8_t *send,
                                   size_t send_size, uint8_t *receive, size_t *receive_size) {
    struct attachment *const attachment = &impl_from_link(link)->card->attachment;
    attachment_begin(attachment);
    return hresult_from_rm(
        rm_control(attachment->card, code, send, send_size, receive, receive_size, &attachment->bound));
}

static const struct service_link_ops ops = {
    .send = cardservice_send, .reset = cardservice_reset, .control = cardservice_control};

/* How much one command may carry: over T=0 what one unit can, else what the service takes. */
static void measure(struct cardservice *service) {
    const struct attachment *const attachment = &service->card->attachment;
    const size_t most = attachment->service->receive_max - 2;
    const bool extended = attachment->card->protocol != RM_PROTOCOL_T0 && most > APDU_SHORT_NE_MAX;
    service->link.command_max = extended ? APDU_NC_MAX : APDU_SHORT_NC_MAX;
    service->link.answer_max = !extended            ? APDU_SHORT_NE_MAX
                               : most < APDU_NE_MAX ? (uint32_t)most
                                                    : APDU_NE_MAX;
}

/* Calls */

/* The rest of cardservice_begin(), with the lock held. */
static rm_status begin(struct cardservice *service) {
    struct attachment *const attachment = &service->card->attachment;
    rm_status status = attachment_check(attachment);
    if (status != RM_OK)
        return status;
    status = hold(service);
    if (status == RM_OK)
        status = learn_atr(service);
    if (status != RM_OK) {
        attachment_release(attachment);
        return status;
    }
    measure(service);
    filesystem_begin(&service->files, &service->link);
    service->cancels = cancel_count(&attachment->cancel);
    return RM_OK;
}

HRESULT cardservice_begin(struct cardservice *service, struct service_link **link) {
    rm_status status = card_enter(service->card);
    if (status != RM_OK)
        return hresult_from_rm(status);
    status = begin(service);
    if (status != RM_OK)
        card_leave(service->card);
    else
        *link = &service->link;
    return hresult_from_rm(status);
}

struct filesystem *cardservice_files(struct cardservice *service) {
    return &service->files;
}

HRESULT cardservice_enter_directory(struct cardservice *service, uint8_t reference) {
    struct filesystem *const files = &service->files;
    struct selected selected;
    if (!(reference & CODE_LOCAL) || path_is_root(&files->directory) ||
        selection_is_current(files, &files->directory))
        return S_OK;
    return selection_select(files, &files->directory, SW_USE_DIRECTORY, &selected);
}

void cardservice_end(struct cardservice *service) {
    wipe(service->reply.bytes, service->reply.size);
    service->reply.size = 0;
    attachment_release(&service->card->attachment);
    card_leave(service->card);
}

/* Attaching */

/* What was open on the former card, if any, is void; and so is what was known of it. */
static void part_with_card(struct cardservice *service) {
    ++service->link.card;
    ++service->link.session;
    service->link.atr_size = 0;
    renew(service);
    transaction_restart(&service->card->transaction);
}

HRESULT cardservice_attach_handle(struct cardservice *service, HSCARD handle) {
    if (!handle)
        return E_INVALIDARG;
    rm_status status = card_enter(service->card);
    if (status != RM_OK)
        return hresult_from_rm(status);
    status = attachment_adopt(&service->card->attachment, handle);
    if (status == RM_OK) /* else the former one is still there */
        part_with_card(service);
    card_leave(service->card);
    return hresult_of_argument(status, RM_E_INVALID_HANDLE);
}

static rm_status attach_reader(struct cardservice *service, const char *reader, uint32_t share) {
    struct attachment *const attachment = &service->card->attachment;
    rm_status status = attachment_connect(attachment, reader, share, PROTOCOLS);
    if (status == RM_E_NO_SMARTCARD) {
        const rm_status remembered = attachment_remember(attachment, reader, share, PROTOCOLS);
        status = remembered == RM_OK ? status : remembered;
    }
    part_with_card(service);
    return status;
}

HRESULT cardservice_attach_reader(struct cardservice *service, BSTR reader, SCARD_SHARE_MODES share) {
    char *name = NULL;
    if (!preference_share_is_valid(share))
        return E_INVALIDARG;
    HRESULT hr = callertext_reader(reader, &name);
    if (FAILED(hr))
        return hr;
    rm_status status = card_enter(service->card);
    if (status == RM_OK) {
        status = attach_reader(service, name, (uint32_t)share);
        card_leave(service->card);
    }
    free(name);
    return hresult_from_rm(status);
}

HRESULT cardservice_detach(struct cardservice *service) {
    rm_status status = card_enter(service->card);
    if (status == RM_OK) {
        status = attachment_disconnect(&service->card->attachment, RM_LEAVE);
        part_with_card(service);
        card_leave(service->card);
    }
    return hresult_from_rm(status);
}

HRESULT cardservice_reconnect(struct cardservice *service) {
    struct attachment *const attachment = &service->card->attachment;
    rm_status status = card_enter(service->card);
    if (status == RM_OK) {
        status = attachment_reattach(attachment, attachment->share, RM_LEAVE);
        renew(service);
        card_leave(service->card);
    }
    return hresult_from_rm(status);
}

HRESULT cardservice_lock(struct cardservice *service) {
    rm_status status = card_enter(service->card);
    if (status == RM_OK) {
        status = attachment_lock(&service->card->attachment);
        if (service->card->attachment.depth < 2) /* else the card has been this program's before */
            ++service->link.turn;
        card_leave(service->card);
    }
    return hresult_from_rm(status);
}

HRESULT cardservice_unlock(struct cardservice *service, SCARD_DISPOSITIONS disposition) {
    if (!preference_disposition_is_valid(disposition))
        return E_INVALIDARG;
    rm_status status = card_enter(service->card);
    if (status == RM_OK) {
        status = attachment_unlock(&service->card->attachment, (uint32_t)disposition);
        ++service->link.turn;
        card_leave(service->card);
    }
    return hresult_from_rm(status);
}

HRESULT cardservice_status(struct cardservice *service, SCARD_STATES *state, SCARD_PROTOCOLS *protocol) {
    *protocol = (SCARD_PROTOCOLS)0;
    HRESULT hr = ISCard_get_Status(service->object, state);
    if (SUCCEEDED(hr) && *state != ABSENT)
        hr = ISCard_get_Protocol(service->object, protocol);
    if (FAILED(hr))
        *state = (SCARD_STATES)0;
    return hr;
}

/* Its life */

HRESULT cardservice_create(struct rm_service *service, uint32_t timeout_ms, struct cardservice **out) {
    *out = NULL;
    struct cardservice *made = calloc(1, sizeof *made);
    if (!made)
        return E_OUTOFMEMORY;
    const HRESULT hr = card_create(service, timeout_ms, &made->object);
    if (FAILED(hr)) {
        free(made);
        return hr;
    }
    made->link.ops = &ops;
    made->card = impl_from_ISCard(made->object);
    refcount_init(&made->refs);
    *out = made;
    return S_OK;
}

struct cardservice *cardservice_take(struct cardservice *service) {
    refcount_take(&service->refs);
    return service;
}

void cardservice_drop(struct cardservice *service) {
    if (refcount_drop(&service->refs))
        return;
    ISCard_Release(service->object);
    exchange_reply_clear(&service->reply);
    free(service->command);
    free(service);
}
