/*
 * A search for a card through ISCardLocate. While it waits a second thread listens for Ctrl-C and ends it.
 * Called by cmd_locate.c.
 */
#include "talk/search.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scardssp_rm.h"
#include "talk/cardtype.h"
#include "talk/listen.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/text.h"

/* Texts or names as an array of BSTRs, for SafeArrayDestroy(); NULL: out of memory. */
static SAFEARRAY *strings(wchar_t *(*widen)(const char *text), const char *const *texts, size_t count) {
    SAFEARRAY *array = SafeArrayCreateVector(VT_BSTR, 0, (ULONG)count);
    for (size_t i = 0; array && i < count; ++i) {
        LONG index = (LONG)i;
        wchar_t *wide = widen(texts[i]);
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
    const size_t count = search->names.count ? search->names.count : search->interfaces.count;
    const char **texts = calloc(count + 1, sizeof *texts);
    for (size_t i = 0; texts && i < count; ++i)
        texts[i] = search->names.count ? search->names.values[i] : search->interfaces.values[i];
    SAFEARRAY *wanted = texts ? strings(text_to_wide, texts, count) : NULL;
    SAFEARRAY *groups =
        search->groups.count ? strings(text_name_to_wide, search->groups.values, search->groups.count) : NULL;
    wchar_t *wide = text_to_wide(search->title);
    BSTR title = wide ? SysAllocString(wide) : NULL;
    const LONG flags = search->wait_seconds ? SC_DLG_MINIMAL_UI : SC_DLG_NO_UI;
    HRESULT hr = E_OUTOFMEMORY;
    if (wanted && title && (groups || search->groups.count == 0))
        hr = search->names.count ? ISCardLocate_ConfigureCardNameSearch(locate, wanted, groups, title, flags)
                                 : ISCardLocate_ConfigureCardGuidSearch(locate, wanted, groups, title, flags);
    SysFreeString(title);
    free(wide);
    SafeArrayDestroy(groups);
    SafeArrayDestroy(wanted);
    free(texts);
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
    *out = text_name_from_wide(name ? name : L"");
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

static int pass_type(void *user, const struct scardssp_card_type *type) {
    (void)user, (void)type;
    return 0;
}

static int pass_name(void *user, const char *name) {
    (void)user, (void)name;
    return 0;
}

/* The codes that the card database explains; some are the service's, too. */
static bool is_explained(HRESULT hr) {
    return hr == (HRESULT)SCARD_F_INTERNAL_ERROR || hr == (HRESULT)SCARD_E_NO_ACCESS ||
           hr == (HRESULT)SCARD_E_SERVER_TOO_BUSY;
}

/*
 * A search returns a code only: asks the database what it was about. Returns an exit code: EXIT_GOOD
 * where the database has nothing to say.
 */
static int explain_database(const struct search *search, HRESULT hr) {
    char message[CARDTYPE_MESSAGE_MAX] = "";
    if (!is_explained(hr))
        return EXIT_GOOD;
    int32_t status = scardssp_db_cards(NULL, 0, pass_type, NULL, message, sizeof message);
    if (!is_explained(status))
        status = scardssp_db_groups(pass_name, NULL, message, sizeof message);
    for (size_t i = 0; !is_explained(status) && i < search->groups.count; ++i)
        status =
            scardssp_db_group_readers(search->groups.values[i], pass_name, NULL, message, sizeof message);
    return is_explained(status) ? cardtype_fail(status, message, "cannot search the card database", NULL)
                                : EXIT_GOOD;
}

/*
 * Whether a name is looked for that nobody has introduced, so that only the public list can have it,
 * and there is no list: then message (CARDTYPE_MESSAGE_MAX bytes) says how to get one.
 */
static bool lacks_list(const struct search *search, char *message) {
    static const uint8_t any[] = {0x3B, 0x00};
    bool strange = false;
    for (size_t i = 0; i < search->names.count && !strange; ++i)
        strange = scardssp_db_card(search->names.values[i], pass_type, NULL, message, CARDTYPE_MESSAGE_MAX) ==
                  (HRESULT)SCARD_E_UNKNOWN_CARD;
    return strange && scardssp_public_names(any, sizeof any, pass_name, NULL, message,
                                            CARDTYPE_MESSAGE_MAX) == (HRESULT)SCARD_E_NO_FILE;
}

static int explain(const struct search *search, HRESULT hr, bool stopped) {
    char message[CARDTYPE_MESSAGE_MAX] = "";
    const char *where = search->groups.count ? " in these readers" : "";
    if (stopped)
        return failure_plain(NULL, "stopped before a card was found");
    if (hr == (HRESULT)SCARD_W_CANCELLED_BY_USER)
        return failure(hr, "insert the card while this waits, or wait for longer.",
                       "no such card%s within %" PRIu32 " s", where, search->wait_seconds);
    if (hr == (HRESULT)SCARD_E_NO_SMARTCARD && lacks_list(search, message))
        return failure(hr, message, "no such card%s, and one of the names was not introduced", where);
    if (hr == (HRESULT)SCARD_E_NO_SMARTCARD)
        return failure(hr, "'scard list' shows the cards there are, 'scard atr READER' what one is known as.",
                       "no such card%s", where);
    if (hr == E_INVALIDARG && search->interfaces.count)
        return failure(hr, "GUIDs are written {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}.", "cannot search");
    const int code = explain_database(search, hr);
    return code != EXIT_GOOD ? code : failure(hr, NULL, "cannot search");
}

static HRESULT set_limit(ISCardLocate *locate, uint32_t seconds) {
    const uint32_t most = UINT32_MAX / 1000;
    return seconds ? scardssp_locate_limit(locate, (seconds > most ? most : seconds) * 1000) : S_OK;
}

int search_run(const struct search *search, struct search_found *out) {
    *out = (struct search_found){.reader = NULL};
    void *object = NULL;
    HRESULT hr = CoCreateInstance(&CLSID_CSCardLocate, NULL, CLSCTX_ALL, &IID_ISCardLocate, &object);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot make a locate object");
    ISCardLocate *locate = object;
    SCARDINFO *info = NULL;
    bool stopped = false;
    hr = set_limit(locate, search->wait_seconds);
    if (SUCCEEDED(hr))
        hr = configure(locate, search);
    if (SUCCEEDED(hr))
        hr = listen_find(locate, search->protocols, &info, &stopped);
    const int code = SUCCEEDED(hr) ? look(info, out) : explain(search, hr, stopped);
    CoTaskMemFree(info);
    ISCardLocate_Release(locate);
    return code;
}
