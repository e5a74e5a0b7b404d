/*
 * ISCard::Transaction: takes a command object, of this library or another's, to transaction.c and gives it
 * the reply. See cardexchange.h.
 */
#include "objects/cardexchange.h"

#include "apdu/apdu.h"
#include "base/wipe.h"
#include "com/hresult.h"
#include "objects/bytebuffer.h"
#include "objects/card_object.h"

static inline bool raw_mode(const struct card *card) {
    return atomic_load_explicit(&card->raw, memory_order_relaxed);
}

/*
 * The reply's node address: over T=1 the card answers with source and destination exchanged (7816-3
 * §11.3.2.1).
 */
static int reply_nad(const struct card *card, HRESULT hr) {
    const struct exchange *exchange = &card->transaction.exchange;
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
    struct exchange_options *options = &view->options;
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
            hr = transaction_run(&card->transaction, raw_mode(card), &view);
            nad = reply_nad(card, hr);
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
        hr = transaction_run(&card->transaction, raw_mode(card), &view);
    else
        view.reply->size = 0;
    cmd_close(*cmd, reply_nad(card, hr));
    card_leave(card);
    return hr;
}
