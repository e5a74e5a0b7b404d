/*
 * A search for a card through ISCardLocate. While it waits a second thread listens for Ctrl-C and ends it. Called by
 * cmd_locate.c.
 */
#include "search.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "failure.h"
#include "interrupt.h"
#include "scardssp_rm.h"
#include "text.h"

#define CANCEL_EVERY_MS 50 /* a cancellation that comes before the search waits is not heard */

/* UTF-8 texts as an array of BSTRs, for SafeArrayDestroy(); NULL: out of memory. */
static SAFEARRAY *strings(const char *const *texts, size_t count) {
    SAFEARRAY *array = SafeArrayCreateVector(VT_BSTR, 0, (ULONG)count);
    for (size_t i = 0; array && i < count; ++i) {
        LONG index = (LONG)i;
        wchar_t *wide = text_to_wide(texts[i]);
        BSTR string = wide ? SysAllocString(wide) : NULL;
        const HRESULT hr = string ? SafeArrayPutElement(array, &index, string) : E_OUTOFMEMORY;
        SysFreeString(string);
        free(wide);
        if (FAILED(hr)) {
            SafeArrayDestroy(array);
            array = NULL;
        }
    }
    return array;
}

static HRESULT configure(ISCardLocate *locate, const struct search *search) {
    const size_t count = search->name_count ? search->name_count : search->interfaces.count;
    const char **texts = calloc(count + 1, sizeof *texts);
    for (size_t i = 0; texts && i < count; ++i)
        texts[i] = search->name_count ? search->names[i] : search->interfaces.values[i];
    SAFEARRAY *wanted = texts ? strings(texts, count) : NULL;
    SAFEARRAY *groups = search->groups.count ? strings(search->groups.values, search->groups.count) : NULL;
    wchar_t *wide = text_to_wide(search->title);
    BSTR title = wide ? SysAllocString(wide) : NULL;
    const LONG flags = search->wait_seconds ? SC_DLG_MINIMAL_UI : SC_DLG_NO_UI;
    HRESULT hr = E_OUTOFMEMORY;
    if (wanted && title && (groups || search->groups.count == 0))
        hr = search->name_count ? ISCardLocate_ConfigureCardNameSearch(locate, wanted, groups, title, flags)
                                : ISCardLocate_ConfigureCardGuidSearch(locate, wanted, groups, title, flags);
    SysFreeString(title);
    free(wide);
    SafeArrayDestroy(groups);
    SafeArrayDestroy(wanted);
    free(texts);
    return hr;
}

/* What the listening thread knows. */
struct listener {
    ISCardLocate *locate;
    struct pollfd waits[2]; /* Ctrl-C; the end of the search */
    bool stopped;           /* read after the thread has ended */
};

static void *listen_for_stop(void *user) {
    struct listener *listener = user;
    while (poll(listener->waits, 2, listener->stopped ? CANCEL_EVERY_MS : -1) >= 0 || errno == EINTR) {
        if (listener->waits[1].revents)
            break;
        if (listener->waits[0].revents) {
            listener->stopped = true;
            listener->waits[0].fd = -1;
        }
        if (listener->stopped)
            scardssp_locate_cancel(listener->locate);
    }
    return NULL;
}

/* Runs the search while a thread listens. *stopped: Ctrl-C came. */
static HRESULT find_listening(ISCardLocate *locate, int protocols, SCARDINFO **out, bool *stopped) {
    int ends[2];
    pthread_t thread;
    HRESULT hr = E_OUTOFMEMORY;
    const int stop = interrupt_open();
    if (stop < 0)
        return E_OUTOFMEMORY;
    if (pipe(ends) != 0) {
        interrupt_close();
        return E_OUTOFMEMORY;
    }
    struct listener listener = {.locate = locate, .waits = {{stop, POLLIN, 0}, {ends[0], POLLIN, 0}}};
    if (pthread_create(&thread, NULL, listen_for_stop, &listener) == 0) {
        hr = ISCardLocate_FindCard(locate, SHARED, (SCARD_PROTOCOLS)protocols, 0, out);
        close(ends[1]);
        ends[1] = -1;
        pthread_join(thread, NULL);
        *stopped = listener.stopped;
    }
    interrupt_close();
    if (ends[1] >= 0)
        close(ends[1]);
    close(ends[0]);
    return hr;
}

static HRESULT reader_name(ISCard *card, char **out) {
    void *object = NULL;
    BSTR name = NULL;
    HRESULT hr = ISCard_QueryInterface(card, &IID_ISCardEx, &object);
    if (FAILED(hr))
        return hr;
    hr = ISCardEx_get_ReaderName((ISCardEx *)object, &name);
    ISCardEx_Release((ISCardEx *)object);
    if (FAILED(hr))
        return hr;
    *out = text_from_wide(name ? name : L"");
    SysFreeString(name);
    return *out ? S_OK : E_OUTOFMEMORY;
}

/* Takes the connection over, looks at it and ends it. */
static int look(const SCARDINFO *info, struct search_found *out) {
    ISCard *card = NULL;
    HRESULT hr = card_make(&card);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot make a card object");
    hr = ISCard_AttachByHandle(card, info->hCard);
    if (SUCCEEDED(hr))
        hr = card_look(card, &out->look);
    if (SUCCEEDED(hr))
        hr = reader_name(card, &out->reader);
    card_close(card);
    return SUCCEEDED(hr) ? EXIT_GOOD : failure(hr, NULL, "cannot ask the card that was found");
}

static int explain(const struct search *search, HRESULT hr, bool stopped) {
    const char *const where = search->groups.count ? " in these readers" : "";
    if (stopped)
        return failure_plain("stopped before a card was found");
    if (hr == (HRESULT)SCARD_W_CANCELLED_BY_USER)
        return failure(hr, "insert the card while this waits, or wait for longer.",
                       "no such card%s within %" PRIu32 " s", where, search->wait_seconds);
    if (hr == (HRESULT)SCARD_E_NO_SMARTCARD)
        return failure(hr, "'scard list' shows the cards there are, 'scard atr READER' what one is known as.",
                       "no such card%s", where);
    if (hr == E_INVALIDARG && search->interfaces.count)
        return failure(hr, "GUIDs are written {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}.", "cannot search");
    return failure(hr, NULL, "cannot search");
}

/* The object reads its limit where every program says it. */
static bool set_limit(uint32_t seconds) {
    char text[16];
    const uint32_t most = UINT32_MAX / 1000;
    snprintf(text, sizeof text, "%" PRIu32, (seconds > most ? most : seconds) * 1000);
    return seconds == 0 || setenv("SCARDSSP_LOCATE_TIMEOUT", text, 1) == 0;
}

int search_run(const struct search *search, struct search_found *out) {
    *out = (struct search_found){.reader = NULL};
    void *object = NULL;
    HRESULT hr = set_limit(search->wait_seconds)
                     ? CoCreateInstance(&CLSID_CSCardLocate, NULL, CLSCTX_ALL, &IID_ISCardLocate, &object)
                     : E_OUTOFMEMORY;
    if (FAILED(hr))
        return failure(hr, NULL, "cannot make a locate object");
    ISCardLocate *locate = object;
    SCARDINFO *info = NULL;
    bool stopped = false;
    hr = configure(locate, search);
    if (SUCCEEDED(hr))
        hr = find_listening(locate, search->protocols, &info, &stopped);
    const int code = SUCCEEDED(hr) ? look(info, out) : explain(search, hr, stopped);
    CoTaskMemFree(info);
    ISCardLocate_Release(locate);
    return code;
}
