/* The connection to a card as the commands of the tool use it. */
#include "talk/card.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "scardssp_rm.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/text.h"

const struct option_choice card_shares[] = {{"shared", SHARED}, {"exclusive", EXCLUSIVE}, {NULL, 0}};
const struct option_choice card_protocols[] = {
    {"t0", T0}, {"t1", T1}, {"any", T0 | T1}, {"raw", RAW}, {NULL, 0}};
const struct option_choice card_dispositions[] = {
    {"leave", LEAVE}, {"reset", RESET}, {"unpower", UNPOWER}, {"eject", EJECT}, {NULL, 0}};

HRESULT card_make(ISCard **out) {
    void *object = NULL;
    const HRESULT hr = CoCreateInstance(&CLSID_CSCard, NULL, CLSCTX_ALL, &IID_ISCard, &object);
    if (SUCCEEDED(hr))
        *out = object;
    return hr;
}

HRESULT card_attach(ISCard *card, const char *reader, int share, int protocol) {
    wchar_t *wide = text_name_to_wide(reader);
    BSTR name = wide ? SysAllocString(wide) : NULL;
    free(wide);
    if (name == NULL)
        return E_OUTOFMEMORY;
    const HRESULT hr = ISCard_AttachByReader(card, name, (SCARD_SHARE_MODES)share, (SCARD_PROTOCOLS)protocol);
    SysFreeString(name);
    return hr;
}

int card_open(const char *reader, int share, int protocol, ISCard **out) {
    ISCard *card = NULL;
    HRESULT hr = card_make(&card);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot make a card object");
    hr = card_attach(card, reader, share, protocol);
    if (FAILED(hr)) {
        ISCard_Release(card);
        return failure(hr, NULL, "cannot attach to the card in '%s'", reader);
    }
    *out = card;
    return EXIT_GOOD;
}

void card_close(ISCard *card) {
    if (card == NULL)
        return;
    SCARD_PROTOCOLS protocol = (SCARD_PROTOCOLS)0;
    const HRESULT hr = ISCard_get_Protocol(card, &protocol);
    ISCard_Detach(card, SUCCEEDED(hr) && protocol == RAW ? RESET : LEAVE);
    ISCard_Release(card);
}

HRESULT card_look(ISCard *card, struct card_look *out) {
    struct card_look look = {0};
    HRESULT hr = ISCard_get_Status(card, &look.state);
    if (FAILED(hr))
        return hr;
    hr = ISCard_get_Protocol(card, &look.protocol);
    if (FAILED(hr))
        return hr;
    HSCARD handle = 0;
    hr = ISCard_get_CardHandle(card, &handle);
    if (FAILED(hr))
        return hr;
    look.handle = handle;
    IByteBuffer *atr = NULL;
    hr = ISCard_get_Atr(card, &atr);
    if (FAILED(hr))
        return hr;
    LONG size = 0;
    hr = IByteBuffer_Read(atr, look.atr, sizeof look.atr, &size);
    IByteBuffer_Release(atr);
    if (FAILED(hr))
        return hr;
    look.atr_size = (size_t)size;
    *out = look;
    return S_OK;
}

HRESULT card_buffer(const uint8_t *bytes, size_t size, IByteBuffer **out) {
    void *object = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CByteBuffer, NULL, CLSCTX_ALL, &IID_IByteBuffer, &object);
    if (FAILED(hr))
        return hr;
    IByteBuffer *buffer = object;
    hr = IByteBuffer_Initialize(buffer, (LONG)size, NULL);
    if (SUCCEEDED(hr) && size > 0) {
        LONG written = 0;
        hr = IByteBuffer_Write(buffer, (BYTE *)(uintptr_t)bytes, (LONG)size, &written);
        if (SUCCEEDED(hr))
            hr = IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, NULL);
    }
    if (FAILED(hr)) {
        IByteBuffer_Release(buffer);
        return hr;
    }
    *out = buffer;
    return S_OK;
}

HRESULT card_buffer_bytes(IByteBuffer *buffer, uint8_t **out, size_t *size_out) {
    STATSTRUCT stat = {0};
    HRESULT hr = IByteBuffer_Stat(buffer, &stat, STATFLAG_NONAME);
    if (SUCCEEDED(hr))
        hr = IByteBuffer_Seek(buffer, 0, STREAM_SEEK_SET, NULL);
    if (FAILED(hr))
        return hr;
    uint8_t *bytes = malloc((size_t)stat.cbSize + 1);
    if (bytes == NULL)
        return E_OUTOFMEMORY;
    LONG size = 0;
    hr = IByteBuffer_Read(buffer, bytes, stat.cbSize, &size);
    if (FAILED(hr)) {
        free(bytes);
        return hr;
    }
    *out = bytes;
    *size_out = (size_t)size;
    return S_OK;
}

HRESULT card_reply(ISCardCmd *command, uint8_t **out, size_t *size_out) {
    IByteBuffer *reply = NULL;
    HRESULT hr = ISCardCmd_get_ApduReply(command, &reply);
    if (FAILED(hr))
        return hr;
    if (reply == NULL) {
        uint8_t *nothing = malloc(1);
        if (nothing == NULL)
            return E_OUTOFMEMORY;
        *out = nothing;
        *size_out = 0;
        return S_OK;
    }
    hr = card_buffer_bytes(reply, out, size_out);
    IByteBuffer_Release(reply);
    return hr;
}

static HRESULT bytes_array(const uint8_t *bytes, size_t size, SAFEARRAY **out) {
    SAFEARRAY *array = SafeArrayCreateVector(VT_UI1, 0, (ULONG)size);
    void *data = NULL;
    if (array == NULL || FAILED(SafeArrayAccessData(array, &data))) {
        SafeArrayDestroy(array);
        return E_OUTOFMEMORY;
    }
    if (size > 0)
        memcpy(data, bytes, size);
    SafeArrayUnaccessData(array);
    *out = array;
    return S_OK;
}

/* The bytes of an array of VT_UI1 in new memory. */
static HRESULT array_bytes(SAFEARRAY *array, uint8_t **out, size_t *size_out) {
    LONG upper = -1;
    void *data = NULL;
    HRESULT hr = SafeArrayGetUBound(array, 1, &upper);
    if (SUCCEEDED(hr))
        hr = SafeArrayAccessData(array, &data);
    if (FAILED(hr))
        return hr;
    const size_t size = (size_t)(upper + 1);
    uint8_t *bytes = malloc(size + 1);
    if (bytes && size > 0)
        memcpy(bytes, data, size);
    SafeArrayUnaccessData(array);
    if (bytes == NULL)
        return E_OUTOFMEMORY;
    *out = bytes;
    *size_out = size;
    return S_OK;
}

/* What an array held may have been a PIN or a key. */
static void array_wipe(SAFEARRAY *array, size_t size) {
    void *data = NULL;
    if (array && SUCCEEDED(SafeArrayAccessData(array, &data))) {
        wipe(data, size);
        SafeArrayUnaccessData(array);
    }
    SafeArrayDestroy(array);
}

HRESULT card_send_raw(ISCard *card, const uint8_t *bytes, size_t size, uint8_t **out, size_t *size_out) {
    void *object = NULL;
    HRESULT hr = ISCard_QueryInterface(card, &IID_ISCardEx, &object);
    if (FAILED(hr))
        return hr;
    ISCardEx *extended = object;
    VARIANT command, reply;
    VariantInit(&command);
    VariantInit(&reply);
    hr = ISCardEx_put_RawMode(extended, VARIANT_TRUE);
    if (SUCCEEDED(hr))
        hr = bytes_array(bytes, size, &V_ARRAY(&command));
    if (SUCCEEDED(hr)) {
        V_VT(&command) = VT_ARRAY | VT_UI1;
        hr = ISCardEx_TransmitBytes(extended, &command, &reply);
        array_wipe(V_ARRAY(&command), size);
    }
    if (SUCCEEDED(hr)) {
        hr = array_bytes(V_ARRAY(&reply), out, size_out);
        array_wipe(V_ARRAY(&reply), SUCCEEDED(hr) ? *size_out : 0);
    }
    ISCardEx_Release(extended);
    return hr;
}

void card_words(ISCardCmd *command, uint16_t sw, char out[CARD_WORDS_MAX]) {
    uint8_t header[4] = {0};
    const bool known = SUCCEEDED(ISCardCmd_get_ClassId(command, &header[0])) &&
                       SUCCEEDED(ISCardCmd_get_InstructionId(command, &header[1]));
    scardssp_sw_text_after(header, known ? sizeof header : 0, sw, out, CARD_WORDS_MAX);
}

const char *card_protocol_text(SCARD_PROTOCOLS protocol) {
    switch ((int)protocol) {
    case T0:
        return "T=0";
    case T1:
        return "T=1";
    case RAW:
        return "RAW";
    default:
        return "no protocol";
    }
}

const char *card_state_text(SCARD_STATES state) {
    switch ((int)state) {
    case ABSENT:
        return "ABSENT";
    case PRESENT:
        return "PRESENT";
    case SWALLOWED:
        return "SWALLOWED";
    case POWERED:
        return "POWERED";
    case NEGOTIABLEMODE:
        return "NEGOTIABLEMODE";
    case SPECIFICMODE:
        return "SPECIFICMODE";
    default:
        return "unknown state";
    }
}

const char *card_share_text(int share) {
    return share == EXCLUSIVE ? "EXCLUSIVE" : "SHARED";
}

const char *card_disposition_text(int disposition) {
    static const char *const words[] = {"LEAVE", "RESET", "UNPOWER", "EJECT"};
    return words[disposition & 3];
}
