/*
 * ISCardEx, the second interface of the card object: what the published interfaces leave out. Cancel, the
 * time-out, the reader's name and waiting for a change do not take the object's lock.
 */
#include "objects/cardex.h"

#include <stdlib.h>
#include <string.h>

#include "apdu/apdu.h"
#include "base/utf.h"
#include "base/wipe.h"
#include "com/com.h"
#include "com/hresult.h"
#include "com/variants.h"
#include "objects/bytebuffer.h"
#include "objects/callertext.h"
#include "objects/card_object.h"
#include "objects/stringarray.h"

#define ATTRIB_MAX 4096u /* far above what services hand out */

#define OBJECT_SECOND_OF card
#define OBJECT cardex
#define OBJECT_INTERFACE ISCardEx
#define OBJECT_BUFFER bytebuffer_create_with
#include "com/object.inc"

/* Numbers and bytes as callers have them */

/* A time in ms: 0 to 2147483647, or for ever, which is -1 or INFINITE where a LONG can hold that. */
static bool time_from_long(LONG value, uint32_t *ms) {
    const int64_t wide = value;
    if (wide == -1 || wide == UINT32_MAX)
        *ms = RM_INFINITE;
    else if (wide >= 0 && wide <= INT32_MAX)
        *ms = (uint32_t)wide;
    else
        return false;
    return true;
}

/* 32 bits that a program may hold for signed or for unsigned. */
static bool bits_from_long(LONG value, uint32_t *bits) {
    const int64_t wide = value;
    *bits = (uint32_t)wide;
    return wide >= INT32_MIN && wide <= UINT32_MAX;
}

/*
 * Copies the bytes that a caller passes; the caller of this wipes and frees them. optional: there may be
 * none. E_INVALIDARG: not what ISCardEx takes for bytes; E_OUTOFMEMORY.
 */
static HRESULT bytes_from_variant(VARIANT *value, bool optional, uint8_t **bytes, size_t *size) {
    const VARIANT *content = value ? variants_content(value) : NULL;
    *bytes = NULL;
    *size = 0;
    if (optional && (!content || variants_is_nothing(content) || variants_is_no_bytes(content)))
        return S_OK;
    const HRESULT hr = content ? variants_bytes(content, bytes, size) : E_INVALIDARG;
    return FAILED(hr) && hr != E_OUTOFMEMORY ? E_INVALIDARG : hr;
}

/* Takes over the wide text; NULL: there was no memory for it. */
static HRESULT bstr_from_wide(wchar_t *wide, size_t count, BSTR *out) {
    BSTR string = wide ? SysAllocStringLen(wide, (UINT)count) : NULL;
    free(wide);
    *out = string;
    return string ? S_OK : E_OUTOFMEMORY;
}

static HRESULT bstr_from_utf8(const char *text, BSTR *out) {
    size_t count = 0;
    wchar_t *wide = utf8_to_wide(text, &count);
    return bstr_from_wide(wide, count, out);
}

/* Of a reader: bytes that are no UTF-8 come back as they were when the name is passed in. */
static HRESULT bstr_from_name(const char *name, BSTR *out) {
    size_t count = 0;
    wchar_t *wide = utf8_name_to_wide(name, &count);
    return bstr_from_wide(wide, count, out);
}

/* Waiting and cancelling */

static HRESULT STDMETHODCALLTYPE cardex_get_Timeout(ISCardEx *iface, LONG *out) {
    if (!out)
        return E_POINTER;
    const uint32_t ms = impl_from_ISCardEx(iface)->attachment.timeout_ms;
    *out = ms == RM_INFINITE ? -1 : ms > INT32_MAX ? INT32_MAX : (LONG)ms;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cardex_put_Timeout(ISCardEx *iface, LONG timeout) {
    uint32_t ms = 0;
    if (!time_from_long(timeout, &ms))
        return E_INVALIDARG;
    impl_from_ISCardEx(iface)->attachment.timeout_ms = ms;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cardex_Cancel(ISCardEx *iface) {
    struct card *card = impl_from_ISCardEx(iface);
    cancel_now(&card->attachment.cancel);
    lock_call_off(&card->lock);
    return S_OK;
}

/*
 * The reader that is meant: the one that is named, else the attached one (then *attached is set). The caller
 * frees the name.
 */
static HRESULT reader_meant(struct card *card, BSTR name, char **reader, bool *attached) {
    if (name && *name)
        return callertext_reader(name, reader);
    char *own = NULL;
    rm_status status = attachment_reader(&card->attachment, &own);
    if (status == RM_OK && !own)
        status = RM_E_INVALID_HANDLE;
    if (status != RM_OK)
        return hresult_from_rm(status);
    *reader = own;
    *attached = true;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cardex_WaitForChange(ISCardEx *iface, LONG timeout, BSTR name, LONG *out) {
    struct card *card = impl_from_ISCardEx(iface);
    struct cancel *cancel = &card->attachment.cancel;
    const uint32_t cancels = cancel_count(cancel);
    uint32_t ms = 0, events = 0;
    if (!out)
        return E_POINTER;
    *out = 0;
    if (!time_from_long(timeout, &ms))
        return E_INVALIDARG;
    char *reader = NULL;
    bool attached = false;
    HRESULT hr = reader_meant(card, name, &reader, &attached);
    if (FAILED(hr))
        return hr;
    /* A context of its own: the object's may be replaced by a recovery meanwhile. */
    struct rm_context *context = NULL;
    struct rm_bound bound = {.timeout_ms = ms};
    rm_status status = rm_context_open(card->attachment.service, &bound, &context);
    if (status == RM_OK) {
        struct cancel_entry entry;
        cancel_add(cancel, &entry, context);
        /* Cancel may have come while a service took its time to let us in. */
        status = cancel_count(cancel) != cancels
                     ? RM_E_CANCELLED
                     : readerwatch_wait(&card->watch, &entry, reader, attached, &bound, &events);
        cancel_remove(&entry);
        rm_context_close(context);
    }
    free(reader);
    if (status == RM_OK)
        *out = (LONG)events;
    return hresult_from_rm(status);
}

/* Commands */

static HRESULT STDMETHODCALLTYPE cardex_get_RawMode(ISCardEx *iface, VARIANT_BOOL *out) {
    if (!out)
        return E_POINTER;
    *out = impl_from_ISCardEx(iface)->raw ? VARIANT_TRUE : VARIANT_FALSE;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cardex_put_RawMode(ISCardEx *iface, VARIANT_BOOL raw) {
    impl_from_ISCardEx(iface)->raw = raw != VARIANT_FALSE;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cardex_TransmitBytes(ISCardEx *iface, VARIANT *command, VARIANT *out) {
    struct card *card = impl_from_ISCardEx(iface);
    struct exchange_reply reply = {0};
    struct cmd_view view = {.reply = &reply};
    uint8_t *bytes = NULL;
    struct apdu apdu;
    if (!out)
        return E_POINTER;
    VariantInit(out);
    HRESULT hr = bytes_from_variant(command, false, &bytes, &view.size);
    if (FAILED(hr))
        return hr;
    hr = E_INVALIDARG;
    /* Refused before the connection is looked at; in raw mode any bytes may be sent. */
    const bool raw = card->raw;
    if (view.size && (raw || apdu_parse(bytes, view.size, &apdu))) {
        view.apdu = bytes;
        view.parsed = raw ? NULL : &apdu;
        hr = hresult_from_rm(card_enter(card));
        if (SUCCEEDED(hr)) {
            hr = transaction_run(&card->transaction, card->raw, &view);
            card_leave(card);
        }
    }
    if (SUCCEEDED(hr))
        hr = variants_of_bytes(reply.bytes, reply.size, out);
    exchange_reply_clear(&reply);
    wipe_free(bytes, view.size);
    return hr;
}

/* Makes room for the answer, the caller's to wipe and free, and asks the driver. */
static rm_status control(struct card *card, uint32_t code, const uint8_t *send, size_t send_size,
                         uint8_t **receive, size_t *room, size_t *size) {
    rm_status status = card_enter(card);
    if (status != RM_OK)
        return status;
    status = attachment_check(&card->attachment);
    if (status == RM_OK) {
        *room = *size = card->attachment.service->receive_max;
        *receive = malloc(*room);
        status = *receive ? rm_control(card->attachment.card, code, send, send_size, *receive, size,
                                       &card->attachment.bound)
                          : RM_E_NO_MEMORY;
    }
    card_leave(card);
    return status;
}

static HRESULT STDMETHODCALLTYPE cardex_Control(ISCardEx *iface, LONG code, VARIANT *data, VARIANT *out) {
    struct card *card = impl_from_ISCardEx(iface);
    uint32_t bits = 0;
    uint8_t *send = NULL, *receive = NULL;
    size_t send_size = 0, room = 0, size = 0;
    if (!out)
        return E_POINTER;
    VariantInit(out);
    if (!bits_from_long(code, &bits))
        return E_INVALIDARG;
    HRESULT hr = bytes_from_variant(data, true, &send, &send_size);
    if (SUCCEEDED(hr) && send_size > APDU_COMMAND_MAX)
        hr = E_INVALIDARG;
    if (SUCCEEDED(hr))
        hr = hresult_from_rm(control(card, bits, send, send_size, &receive, &room, &size));
    if (SUCCEEDED(hr))
        hr = variants_of_bytes(receive, size, out);
    wipe_free(receive, room);
    wipe_free(send, send_size);
    return hr;
}

/* The reader */

/* An attribute as it is. *size in: room, out: bytes. */
static HRESULT attribute(struct card *card, uint32_t id, uint8_t *value, size_t *size) {
    rm_status status = card_enter(card);
    if (status != RM_OK)
        return hresult_from_rm(status);
    status = attachment_check(&card->attachment);
    if (status == RM_OK)
        status = rm_get_attrib(card->attachment.card, id, value, size, &card->attachment.bound);
    card_leave(card);
    return hresult_from_rm(status);
}

/* An attribute that is text; what follows a NUL does not count. */
static HRESULT text_attribute(ISCardEx *iface, uint32_t id, BSTR *out) {
    uint8_t value[ATTRIB_MAX + 1];
    size_t size = ATTRIB_MAX;
    if (!out)
        return E_POINTER;
    *out = NULL;
    HRESULT hr = attribute(impl_from_ISCardEx(iface), id, value, &size);
    if (FAILED(hr))
        return hr;
    value[size] = '\0';
    return bstr_from_utf8((const char *)value, out);
}

static HRESULT STDMETHODCALLTYPE cardex_GetAttrib(ISCardEx *iface, LONG id, VARIANT *out) {
    uint8_t value[ATTRIB_MAX];
    size_t size = sizeof value;
    uint32_t bits = 0;
    if (!out)
        return E_POINTER;
    VariantInit(out);
    if (!bits_from_long(id, &bits))
        return E_INVALIDARG;
    HRESULT hr = attribute(impl_from_ISCardEx(iface), bits, value, &size);
    return SUCCEEDED(hr) ? variants_of_bytes(value, size, out) : hr;
}

static HRESULT STDMETHODCALLTYPE cardex_get_VendorName(ISCardEx *iface, BSTR *out) {
    return text_attribute(iface, RM_ATTR_VENDOR_NAME, out);
}

static HRESULT STDMETHODCALLTYPE cardex_get_SerialNumber(ISCardEx *iface, BSTR *out) {
    return text_attribute(iface, RM_ATTR_SERIAL_NUMBER, out);
}

static HRESULT STDMETHODCALLTYPE cardex_get_Characteristics(ISCardEx *iface, LONG *out) {
    uint8_t value[ATTRIB_MAX];
    size_t size = sizeof value;
    uint32_t bits = 0;
    if (!out)
        return E_POINTER;
    *out = 0;
    HRESULT hr = attribute(impl_from_ISCardEx(iface), RM_ATTR_CHARACTERISTICS, value, &size);
    if (FAILED(hr))
        return hr;
    for (size_t i = 0; i < size && i < sizeof bits; ++i)
        bits |= (uint32_t)value[i] << 8 * i;
    *out = (LONG)bits;
    return S_OK;
}

static HRESULT STDMETHODCALLTYPE cardex_get_ReaderName(ISCardEx *iface, BSTR *out) {
    char *name = NULL;
    if (!out)
        return E_POINTER;
    *out = NULL;
    rm_status status = attachment_reader(&impl_from_ISCardEx(iface)->attachment, &name);
    HRESULT hr = status == RM_OK ? bstr_from_name(name ? name : "", out) : hresult_from_rm(status);
    free(name);
    return hr;
}

static HRESULT STDMETHODCALLTYPE cardex_ListReadersArray(ISCardEx *iface, VARIANT *out) {
    struct rm_context *context = NULL;
    struct names names = {0};
    if (!out)
        return E_POINTER;
    VariantInit(out);
    /*
     * Not the object's context: that is busy while a call of the object waits, and may be a dead service's.
     */
    const struct card *card = impl_from_ISCardEx(iface);
    struct rm_bound bound = {.timeout_ms = atomic_load(&card->attachment.timeout_ms)};
    rm_status status = rm_context_open(card->attachment.service, &bound, &context);
    if (status != RM_OK)
        return hresult_from_rm(status);
    status = rm_list_readers(context, &bound, &names);
    rm_context_close(context);
    HRESULT hr = status == RM_OK ? stringarray_variants_from_readers(&names, out) : hresult_from_rm(status);
    names_clear(&names);
    return hr;
}

const ISCardExVtbl cardex_vtbl = {
    DISPATCH_SLOTS(cardex),
    .get_Timeout = cardex_get_Timeout,
    .put_Timeout = cardex_put_Timeout,
    .SetTimeout = cardex_put_Timeout,
    .Cancel = cardex_Cancel,
    .WaitForChange = cardex_WaitForChange,
    .get_RawMode = cardex_get_RawMode,
    .put_RawMode = cardex_put_RawMode,
    .get_ReaderName = cardex_get_ReaderName,
    .get_VendorName = cardex_get_VendorName,
    .get_SerialNumber = cardex_get_SerialNumber,
    .get_Characteristics = cardex_get_Characteristics,
    .GetAttrib = cardex_GetAttrib,
    .Control = cardex_Control,
    .TransmitBytes = cardex_TransmitBytes,
    .ListReadersArray = cardex_ListReadersArray,
};

void cardex_init(ISCardEx *iface) {
    iface->lpVtbl = TELLING(ISCardEx, cardex_vtbl);
}
