/* One command at a time through the exchange engine to the card: see transaction.h. */
#include "objects/transaction.h"

#include <stdlib.h>

#include "apdu/apdu.h"
#include "base/wipe.h"
#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/card_object.h"

_Static_assert((int)EXCHANGE_T0 == RM_PROTOCOL_T0 && (int)EXCHANGE_T1 == RM_PROTOCOL_T1 &&
                   (int)EXCHANGE_RAW == RM_PROTOCOL_RAW,
               "the engine and the port number protocols alike");

/* A call that is to wait for nobody still has this long for the units that complete its command. */
#define UNITS_LEAST_MS 500u

/* The exchange engine's way to the card. */
static uint32_t transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                         size_t *receive_size) {
    const struct transaction *const transaction = link;
    return rm_transmit(transaction->attachment->card, transaction->exchange.options.nad, send, send_size,
                       receive, receive_size, transaction->bound);
}

/* The units that complete a command share what is left of the call's time. */
static struct rm_bound bound_of_units(struct rm_bound *call) {
    struct rm_bound units = {.timeout_ms = call->timeout_ms, .deadline = rm_bound_deadline(call)};
    if (units.timeout_ms < UNITS_LEAST_MS) {
        units.deadline += UNITS_LEAST_MS - units.timeout_ms;
        units.timeout_ms = UNITS_LEAST_MS;
    }
    return units;
}

/* Between two units: a card that always has more to say must not keep the call, whatever the caller wants. */
static uint32_t go_on(void *link) {
    struct transaction *const transaction = link;
    struct attachment *const attachment = transaction->attachment;
    if (cancel_count(&attachment->cancel) != transaction->cancels)
        return RM_E_CANCELLED;
    transaction->units = bound_of_units(&attachment->bound);
    transaction->bound = &transaction->units;
    if (!rm_bound_left(transaction->bound))
        return RM_E_TIMEOUT;
    if (transaction->held)
        return RM_OK;
    const rm_status status = attachment_hold(attachment);
    transaction->held = status == RM_OK;
    return status;
}

void transaction_init(struct transaction *transaction, struct attachment *attachment) {
    *transaction = (struct transaction){.attachment = attachment,
                                        .exchange = {.transmit = transmit,
                                                     .go_on = go_on,
                                                     .link = transaction,
                                                     .announced = &transaction->announced,
                                                     .receive_max = attachment->service->receive_max}};
}

/* Memory to receive in, for the first command: most objects that are made for a look at a card send none. */
static __attribute__((noinline, cold)) bool make_room(struct exchange *exchange) {
    const size_t most = exchange->receive_max;
    exchange->receive = malloc(most > EXCHANGE_RECEIVE_MIN ? most : EXCHANGE_RECEIVE_MIN);
    return exchange->receive != NULL;
}

void transaction_destroy(struct transaction *transaction) {
    /* The engine has wiped whatever came there. */
    free(transaction->exchange.receive);
    transaction->exchange.receive = NULL;
}

/* The first unit of an exchange during which nobody else gets at the card; the engine has found nothing wrong with it. */
static uint32_t hold_and_transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                                  size_t *receive_size) {
    struct transaction *const transaction = link;
    if (!transaction->held) {
        const rm_status status = attachment_hold(transaction->attachment);
        if (status != RM_OK)
            return status;
        transaction->held = true;
    }
    return transmit(link, send, send_size, receive, receive_size);
}

static inline uint32_t send_view(const struct exchange *exchange, const struct cmd_view *view) {
    if (view->parsed && !exchange->options.raw)
        return exchange_run_parsed(exchange, view->parsed, view->apdu, view->size, view->reply);
    return exchange_run(exchange, view->apdu, view->size, view->reply);
}

/* An exchange that is held from its first unit on: any other command would make the card forget what it has announced. */
static __attribute__((noinline)) uint32_t run_held(struct exchange *exchange, const struct cmd_view *view) {
    exchange->transmit = hold_and_transmit;
    const uint32_t result = send_view(exchange, view);
    exchange->transmit = transmit;
    return result;
}

/* Inlined into Transaction, whose instruction count is benchmarked. */
static inline __attribute__((always_inline)) HRESULT run(struct card *card, const struct cmd_view *view) {
    struct transaction *const transaction = &card->transaction;
    struct attachment *const attachment = &card->attachment;
    const rm_status status = attachment_check(attachment);
    if (status != RM_OK) {
        view->reply->size = 0;
        return hresult_from_rm(status);
    }
    struct exchange *const exchange = &transaction->exchange;
    if (!exchange->receive && !make_room(exchange)) {
        view->reply->size = 0;
        return E_OUTOFMEMORY;
    }
    exchange->protocol = (enum exchange_protocol)attachment->card->protocol;
    exchange->options = view->options;
    exchange->options.raw = atomic_load_explicit(&card->raw, memory_order_relaxed);
    transaction->bound = &attachment->bound;
    transaction->cancels = cancel_count(&attachment->cancel);
    uint32_t result;
    if ((exchange->protocol == EXCHANGE_T0 || transaction->announced) && !exchange->options.raw)
        result = run_held(exchange, view);
    else
        result = send_view(exchange, view);
    /* What the service says when the hold ends is the next call's business: this one has come to its end. */
    if (transaction->held) {
        transaction->held = false;
        attachment_release(attachment);
    }
    return result == EXCHANGE_OK ? S_OK : hresult_from_exchange(result);
}

HRESULT transaction_run(struct card *card, const struct cmd_view *view) {
    return run(card, view);
}

/* The reply's node address: over T=1 the card answers with source and destination exchanged (7816-3 §11.3.2.1). */
static int card_reply_nad(const struct card *card, HRESULT hr) {
    const struct exchange *const exchange = &card->transaction.exchange;
    if (FAILED(hr) || exchange->protocol != EXCHANGE_T1)
        return -1;
    const uint8_t nad = exchange->options.nad;
    return nad ? (nad >> 4 | nad << 4) & 0x77 : 0;
}

/* Fills a view from another implementation of ISCardCmd; *bytes and reply are the caller's to free. */
static HRESULT view_from_foreign(ISCardCmd *cmd, uint8_t **bytes, struct cmd_view *view) {
    IByteBuffer *apdu = NULL;
    HRESULT hr = ISCardCmd_get_Apdu(cmd, &apdu);
    if (FAILED(hr))
        return hr;
    if (!apdu)
        return E_INVALIDARG;
    hr = bytebuffer_read_all(apdu, APDU_COMMAND_MAX, bytes, &view->size);
    IByteBuffer_Release(apdu);
    if (FAILED(hr))
        return hr;
    view->apdu = *bytes;
    struct exchange_options *const options = &view->options;
    if (FAILED(ISCardCmd_get_Nad(cmd, &options->nad)))
        options->nad = 0;
    options->alternate_class_set = SUCCEEDED(ISCardCmd_get_AlternateClassId(cmd, &options->alternate_class));
    return view->size ? S_OK : E_INVALIDARG;
}

/* Gives the reply, or none, to another implementation of ISCardCmd. */
static HRESULT reply_to_foreign(ISCardCmd *cmd, HRESULT hr, const struct exchange_reply *reply) {
    if (FAILED(hr)) {
        (void)ISCardCmd_put_ApduReplyLength(cmd, 0);
        return hr;
    }
    IByteBuffer *buffer = NULL;
    hr = bytebuffer_create_with(reply->bytes, reply->size, &buffer);
    if (FAILED(hr))
        return hr;
    hr = ISCardCmd_put_ApduReply(cmd, buffer);
    IByteBuffer_Release(buffer);
    return hr;
}

static __attribute__((noinline, cold)) HRESULT transaction_foreign(struct card *card, ISCardCmd *cmd) {
    struct exchange_reply reply = {0};
    struct cmd_view view = {.reply = &reply};
    uint8_t *bytes = NULL;
    HRESULT hr = view_from_foreign(cmd, &bytes, &view);
    if (SUCCEEDED(hr)) {
        int nad = -1;
        hr = hresult_from_rm(card_enter(card));
        if (SUCCEEDED(hr)) {
            hr = transaction_run(card, &view);
            nad = card_reply_nad(card, hr);
            card_leave(card);
        }
        hr = reply_to_foreign(cmd, hr, &reply);
        if (SUCCEEDED(hr) && nad >= 0)
            (void)ISCardCmd_put_ReplyNad(cmd, (BYTE)nad);
    }
    wipe_free(bytes, view.size);
    exchange_reply_clear(&reply);
    return hr;
}

/* The object was busy for too long: there is no reply. */
static __attribute__((noinline, cold)) HRESULT transaction_refused(ISCardCmd *cmd, rm_status status) {
    if (!cmd_drop_reply(cmd))
        (void)ISCardCmd_put_ApduReplyLength(cmd, 0);
    return hresult_from_rm(status);
}

HRESULT STDMETHODCALLTYPE card_Transaction(ISCard *iface, LPSCARDCMD *cmd) {
    struct card *card = impl_from_ISCard(iface);
    if (!cmd)
        return E_POINTER;
    if (!*cmd)
        return E_INVALIDARG;
    /* The card is locked before the command, here and everywhere: no two calls can wait for each other. */
    rm_status status = card_enter(card);
    if (status != RM_OK)
        return transaction_refused(*cmd, status);
    struct cmd_view view;
    enum cmd_way way = cmd_open(*cmd, &view, NULL);
    if (way != CMD_OPEN) {
        if (way == CMD_BUSY && (status = card_wait_for(card, *cmd, &view)) != RM_OK) {
            card_leave(card);
            return hresult_from_rm(status);
        }
        if (way == CMD_FOREIGN) {
            card_leave(card);
            return transaction_foreign(card, *cmd);
        }
    }
    HRESULT hr = E_INVALIDARG;
    if (view.apdu)
        hr = run(card, &view);
    else
        view.reply->size = 0;
    cmd_close(*cmd, card_reply_nad(card, hr));
    card_leave(card);
    return hr;
}
