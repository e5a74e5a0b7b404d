/* One exchange over an attachment: see transaction.h. */
#include "objects/transaction.h"

#include "com/hresult.h"

_Static_assert((int)EXCHANGE_T0 == RM_PROTOCOL_T0 && (int)EXCHANGE_T1 == RM_PROTOCOL_T1 &&
                   (int)EXCHANGE_RAW == RM_PROTOCOL_RAW,
               "the engine and the port number protocols alike");

/* A call that is to wait for nobody still has this long for the units that complete its command. */
#define UNITS_LEAST_MS 500u

/* The exchange engine's way to the card. */
static uint32_t transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                         size_t *receive_size) {
    const struct transaction *transaction = link;
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
    struct transaction *transaction = link;
    struct attachment *attachment = transaction->attachment;
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
                                        .room = &loan_nothing,
                                        .exchange = {.transmit = transmit,
                                                     .go_on = go_on,
                                                     .link = transaction,
                                                     .announced = &transaction->announced,
                                                     .receive_max = attachment->service->receive_max}};
}

/* How much the engine wants to receive in. */
static inline size_t room_for(const struct exchange *exchange) {
    return exchange->receive_max > EXCHANGE_RECEIVE_MIN ? exchange->receive_max : EXCHANGE_RECEIVE_MIN;
}

/*
 * The first unit of an exchange during which nobody else gets at the card; the engine has found nothing wrong
 * with it.
 */
static uint32_t hold_and_transmit(void *link, const uint8_t *send, size_t send_size, uint8_t *receive,
                                  size_t *receive_size) {
    struct transaction *transaction = link;
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

/*
 * An exchange that is held from its first unit on: any other command would make the card forget what it has
 * announced.
 */
static __attribute__((noinline)) uint32_t run_held(struct exchange *exchange, const struct cmd_view *view) {
    exchange->transmit = hold_and_transmit;
    const uint32_t result = send_view(exchange, view);
    exchange->transmit = transmit;
    return result;
}

HRESULT transaction_run(struct transaction *transaction, bool raw, const struct cmd_view *view) {
    struct attachment *attachment = transaction->attachment;
    transaction->bound = &attachment->bound;
    const rm_status status = attachment_check(attachment);
    if (status != RM_OK) {
        view->reply->size = 0;
        return hresult_from_rm(status);
    }
    struct exchange *exchange = &transaction->exchange;
    if (!loan_take(&transaction->room, room_for(exchange))) {
        view->reply->size = 0;
        return E_OUTOFMEMORY;
    }
    exchange->receive = transaction->room->bytes;
    exchange->protocol = (enum exchange_protocol)attachment->card->protocol;
    exchange->options = view->options;
    exchange->options.raw = raw;
    transaction->cancels = cancel_count(&attachment->cancel);
    uint32_t result;
    if ((exchange->protocol == EXCHANGE_T0 || transaction->announced) && !exchange->options.raw)
        result = run_held(exchange, view);
    else
        result = send_view(exchange, view);
    loan_give(transaction->room); /* the engine has wiped whatever came there */
    /* What the service says when the hold ends is the next call's business: this one has come to its end. */
    if (transaction->held) {
        transaction->held = false;
        attachment_release(attachment);
    }
    return result == EXCHANGE_OK ? S_OK : hresult_from_exchange(result);
}
