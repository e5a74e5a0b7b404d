/*
 * The whole stack: a card object and its commands over a resource manager that answers with whatever the
 * input says. The input is both the calls and the answers to them, in turn.
 */
#include <stdlib.h>
#include <string.h>

#include "com/com.h"
#include "fedservice.h"
#include "objects/bytebuffer.h"
#include "objects/card.h"
#include "objects/cmd.h"

#define STEPS_MAX 64
#define REPLY_LIMIT 70000u

struct play {
    struct feed feed;
    struct fedservice service;
    ISCard *card;
    ISCardEx *more;
    ISCardCmd *cmd;
    bool raw; /* as put_RawMode was called last */
};

/* The bytes of a buffer, for the caller to free; NULL where there is none. */
static uint8_t *take(IByteBuffer *buffer, size_t *size) {
    uint8_t *bytes = NULL;
    *size = 0;
    if (!buffer)
        return NULL;
    FUZZ_CHECK(bytebuffer_read_all(buffer, REPLY_LIMIT, &bytes, size) == S_OK);
    IByteBuffer_Release(buffer);
    return bytes;
}

static void attach(struct play *play) {
    BSTR name = SysAllocString(L"" FED_READER);
    const uint8_t share = feed_byte(&play->feed);
    const uint8_t protocols = feed_byte(&play->feed);
    const HRESULT hr = ISCard_AttachByReader(play->card, name, (SCARD_SHARE_MODES)(share % 6),
                                             (SCARD_PROTOCOLS)(protocols % 6));
    if (share % 6 < EXCLUSIVE || share % 6 > SHARED)
        FUZZ_CHECK(hr == (HRESULT)E_INVALIDARG);
    if (SUCCEEDED(hr))
        FUZZ_CHECK(play->service.cards == 1);
    SysFreeString(name);
}

static void reattach(struct play *play) {
    const uint8_t share = feed_byte(&play->feed) % 6;
    const uint8_t init = feed_byte(&play->feed) % 6;
    const HRESULT hr = ISCard_ReAttach(play->card, (SCARD_SHARE_MODES)share, (SCARD_DISPOSITIONS)init);
    if (share < EXCLUSIVE || share > SHARED || init > EJECT)
        FUZZ_CHECK(hr == (HRESULT)E_INVALIDARG);
}

static void build(struct play *play) {
    size_t size = 0;
    IByteBuffer *buffer = NULL;
    const uint8_t *const bytes = feed_bytes(&play->feed, feed_byte(&play->feed), &size);
    FUZZ_CHECK(bytebuffer_create_with(bytes, size, &buffer) == S_OK);
    (void)ISCardCmd_put_Apdu(play->cmd, buffer);
    IByteBuffer_Release(buffer);
}

/* A reply only where all went well, and what the card sent where that was all it took. */
static void check_reply(struct play *play, HRESULT hr) {
    LONG length = 77;
    size_t size = 0;
    IByteBuffer *buffer = NULL;
    FUZZ_CHECK(ISCardCmd_get_ApduReplyLength(play->cmd, &length) == S_OK);
    FUZZ_CHECK(ISCardCmd_get_ApduReply(play->cmd, &buffer) == S_OK);
    uint8_t *const bytes = take(buffer, &size);
    FUZZ_CHECK((size_t)length == size);
    if (hr != S_OK) {
        FUZZ_CHECK(size == 0);
    } else {
        FUZZ_CHECK((size >= 2 || play->raw) && play->service.transmits);
        if (play->service.transmits == 1)
            FUZZ_CHECK(size == play->service.answer_size &&
                       (!size || memcmp(bytes, play->service.answer, size) == 0));
    }
    free(bytes);
}

static void transact(struct play *play) {
    ISCardCmd *cmd = play->cmd;
    play->service.transmits = 0;
    const HRESULT hr = ISCard_Transaction(play->card, &cmd);
    FUZZ_CHECK(cmd == play->cmd && (hr == S_OK || FAILED(hr)));
    check_reply(play, hr);
}

static void transmit_bytes(struct play *play) {
    VARIANT command, reply;
    size_t size = 0;
    const uint8_t *const bytes = feed_bytes(&play->feed, feed_byte(&play->feed), &size);
    VariantInit(&command);
    VariantInit(&reply);
    V_VT(&command) = VT_ARRAY | VT_UI1;
    V_ARRAY(&command) = SafeArrayCreateVector(VT_UI1, 0, (ULONG)size);
    FUZZ_CHECK(V_ARRAY(&command));
    if (size)
        memcpy(V_ARRAY(&command)->pvData, bytes, size);
    play->service.transmits = 0;
    const HRESULT hr = ISCardEx_TransmitBytes(play->more, &command, &reply);
    if (hr == S_OK) {
        LONG upper = -2;
        FUZZ_CHECK(V_VT(&reply) == (VT_ARRAY | VT_UI1) && play->service.transmits);
        FUZZ_CHECK(SafeArrayGetUBound(V_ARRAY(&reply), 1, &upper) == S_OK && (upper >= 1 || play->raw));
    } else {
        FUZZ_CHECK(FAILED(hr) && V_VT(&reply) == VT_EMPTY);
    }
    VariantClear(&reply);
    VariantClear(&command);
}

static void ask_card(struct play *play) {
    IByteBuffer *atr = NULL;
    HSCARD handle = 77;
    HSCARDCONTEXT context = 77;
    SCARD_PROTOCOLS protocol = (SCARD_PROTOCOLS)77;
    SCARD_STATES state = (SCARD_STATES)77;
    size_t size = 0;
    const HRESULT hr = ISCard_get_Atr(play->card, &atr);
    FUZZ_CHECK((hr == S_OK) == (atr != NULL));
    free(take(atr, &size));
    FUZZ_CHECK(size <= RM_ATR_MAX);
    (void)ISCard_get_CardHandle(play->card, &handle);
    (void)ISCard_get_Context(play->card, &context);
    (void)ISCard_get_Protocol(play->card, &protocol);
    (void)ISCard_get_Status(play->card, &state);
    FUZZ_CHECK(handle != 77 && context != 77 && (int)protocol != 77 && (int)state != 77);
}

/* Calls a getter of text and frees what it gives. */
static void check_text(ISCardEx *card, HRESULT(STDMETHODCALLTYPE *get)(ISCardEx *card, BSTR *out)) {
    BSTR text = NULL;
    const HRESULT hr = get(card, &text);
    FUZZ_CHECK(hr == S_OK || (FAILED(hr) && !text));
    SysFreeString(text);
}

static void ask_reader(struct play *play) {
    LONG bits = 77;
    VARIANT value, names, nothing;
    VariantInit(&value);
    VariantInit(&names);
    VariantInit(&nothing);
    check_text(play->more, play->more->lpVtbl->get_ReaderName);
    check_text(play->more, play->more->lpVtbl->get_VendorName);
    check_text(play->more, play->more->lpVtbl->get_SerialNumber);
    (void)ISCardEx_get_Characteristics(play->more, &bits);
    FUZZ_CHECK(SUCCEEDED(ISCardEx_GetAttrib(play->more, 1, &value)) == (V_VT(&value) != VT_EMPTY));
    VariantClear(&value);
    FUZZ_CHECK(SUCCEEDED(ISCardEx_Control(play->more, 0x310004, &nothing, &value)) ==
               (V_VT(&value) != VT_EMPTY));
    VariantClear(&value);
    FUZZ_CHECK(SUCCEEDED(ISCardEx_ListReadersArray(play->more, &names)) == (V_VT(&names) != VT_EMPTY));
    VariantClear(&names);
}

static void wait_change(struct play *play) {
    LONG events = 77;
    const HRESULT hr = ISCardEx_WaitForChange(play->more, 0, NULL, &events);
    FUZZ_CHECK(hr == S_OK ? events != 77 : events == 0);
}

static void step(struct play *play) {
    const uint8_t code = feed_byte(&play->feed);
    switch (code % 12) {
    case 0:
        attach(play);
        break;
    case 1:
        (void)ISCard_AttachByHandle(play->card, feed_byte(&play->feed));
        break;
    case 2:
        (void)ISCard_Detach(play->card, (SCARD_DISPOSITIONS)(feed_byte(&play->feed) % 5));
        break;
    case 3:
        (void)ISCard_LockSCard(play->card);
        break;
    case 4:
        (void)ISCard_UnlockSCard(play->card, (SCARD_DISPOSITIONS)(feed_byte(&play->feed) % 5));
        break;
    case 5:
        reattach(play);
        break;
    case 6:
        build(play);
        break;
    case 7:
        transact(play);
        break;
    case 8:
        transmit_bytes(play);
        break;
    case 9:
        ask_card(play);
        break;
    case 10:
        ask_reader(play);
        break;
    default:
        play->raw = code & 0x80;
        (void)ISCardEx_put_RawMode(play->more, play->raw ? VARIANT_TRUE : VARIANT_FALSE);
        wait_change(play);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct play play = {.feed = {data, size}};
    fedservice_init(&play.service, &play.feed);
    const HRESULT hr = card_create(&play.service.rm, 0, &play.card);
    FUZZ_CHECK((hr == S_OK) == (play.card != NULL));
    if (hr == S_OK) {
        FUZZ_CHECK(ISCard_QueryInterface(play.card, &IID_ISCardEx, (void **)&play.more) == S_OK);
        FUZZ_CHECK(cmd_create(&play.cmd) == S_OK);
        for (int i = 0; i < STEPS_MAX && play.feed.left; ++i)
            step(&play);
        FUZZ_CHECK(play.service.cards <= 1 && play.service.contexts <= 1);
        ISCardCmd_Release(play.cmd);
        ISCardEx_Release(play.more);
        FUZZ_CHECK(ISCard_Release(play.card) == 0);
    }
    FUZZ_CHECK(com_count() == 0 && play.service.contexts == 0 && play.service.cards == 0);
    return 0;
}
