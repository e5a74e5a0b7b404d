/* The shell's session with a card: see session.h. */
#include "shell/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "talk/trouble.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/interrupt.h"
#include "transfer/reading.h"

/*
 * After a reconnection the card has forgotten what was selected and verified, and it may be another one: the
 * current directory is looked for again.
 */
static HRESULT begin_again(void *user) {
    struct session *session = user;
    listing_cache_clear(&session->listings);
    HRESULT hr = manager_enter(session->files, session->place);
    if (FAILED(hr) && trouble_text(hr) == NULL) {
        (void)snprintf(session->place, sizeof session->place, "/");
        hr = S_OK;
        fprintf(stderr, "The current directory is not there any more; '/' is the current one.\n");
    } else if (SUCCEEDED(hr)) {
        fprintf(stderr, "The card is there again; what was verified counts no more.\n");
    }
    return hr;
}

int session_attach(const char *reader, uint32_t wait_seconds, const struct secret_source *source,
                   struct session *out) {
    *out = (struct session){.place = "/", .source = *source};
    out->reader = strdup(reader);
    if (out->reader == NULL)
        return failure(E_OUTOFMEMORY, NULL, "cannot begin");
    int code = recovery_open(out->reader, wait_seconds, &out->recovery);
    if (code == EXIT_GOOD) {
        const HRESULT hr = ISCardManage_CreateFileAccess(out->recovery.manage, &out->files);
        if (FAILED(hr))
            code = failure(hr, NULL, "cannot ask the card in '%s' for files", reader);
        out->recovery.again = begin_again;
        out->recovery.user = out;
        recovery_pause(&out->recovery);
    }
    if (code != EXIT_GOOD)
        session_detach(out);
    return code;
}

void session_detach(struct session *session) {
    listing_cache_clear(&session->listings);
    if (session->files)
        ISCardFileAccess_Release(session->files);
    session->files = NULL;
    recovery_close(&session->recovery);
    free(session->reader);
    session->reader = NULL;
}

int session_begin(struct session *session) {
    return recovery_resume(&session->recovery)
               ? EXIT_GOOD
               : failure_plain(INTERRUPT_REMEDY, "cannot wait for Ctrl-C: %s", strerror(errno));
}

void session_rest(struct session *session) {
    recovery_pause(&session->recovery);
}

int session_hold(struct session *session) {
    const HRESULT hr = recovery_lock(&session->recovery);
    if (SUCCEEDED(hr))
        return EXIT_GOOD;
    session_free(session);
    return hr == (HRESULT)SCARD_E_CANCELLED
               ? failure_plain(NULL, "ended by Ctrl-C")
               : failure(hr, NULL, "cannot use the card in '%s'", session->reader);
}

void session_free(struct session *session) {
    recovery_unlock(&session->recovery);
}

HRESULT session_do(struct session *session, session_work *work, void *user) {
    for (;;) {
        HRESULT hr = work(session, user);
        if (SUCCEEDED(hr) || trouble_text(hr) == NULL) /* what the card refuses may be one of thousands */
            return recovery_check(&session->recovery) == S_OK ? hr : (HRESULT)SCARD_E_CANCELLED;
        hr = recovery_mend(&session->recovery, hr);
        if (FAILED(hr))
            return hr;
    }
}

struct list_work {
    const char *place;
    struct listing listing;
};

/* The current directory is the session's again, whatever has become of the other one. */
static HRESULT list(struct session *session, void *user) {
    struct list_work *work = user;
    const HRESULT hr = listing_get(session->files, work->place, &work->listing);
    if (strcmp(work->place, session->place) == 0)
        return hr;
    const HRESULT back = manager_enter(session->files, session->place);
    if (SUCCEEDED(hr) && FAILED(back))
        listing_free(&work->listing);
    return FAILED(hr) ? hr : back;
}

HRESULT session_list(struct session *session, const char *place, const struct listing **out) {
    struct list_work work = {.place = place};
    *out = listing_cache_find(&session->listings, place);
    if (*out)
        return S_OK;
    const HRESULT hr = session_do(session, list, &work);
    if (SUCCEEDED(hr))
        *out = listing_cache_add(&session->listings, &work.listing);
    else
        listing_free(&work.listing);
    return hr;
}

struct finding {
    struct session *session;
    HRESULT hr;
};

/*
 * The whole name that the card has for an application: cards may want all of it. One that does not tell is
 * asked by what all versions have in common.
 */
static bool find_application(void *user, const struct application *application, char out[PLACE_MAX]) {
    struct finding *finding = user;
    const struct listing *top = NULL;
    finding->hr = session_list(finding->session, "/", &top);
    for (size_t i = 0; SUCCEEDED(finding->hr) && i < top->count; ++i)
        if (place_application(top->entries[i].place) == application) {
            (void)snprintf(out, PLACE_MAX, "%.*s", (int)strcspn(top->entries[i].place + 2, "\""),
                           top->entries[i].place + 2);
            return true;
        }
    for (size_t i = 0; i < application->aid_size; ++i)
        (void)snprintf(out + 2 * i, 3, "%02X", application->aid[i]);
    return trouble_text(finding->hr) == NULL && finding->hr != (HRESULT)SCARD_E_CANCELLED;
}

HRESULT session_resolve(struct session *session, const char *path, char out[PLACE_MAX]) {
    struct finding finding = {.session = session, .hr = S_OK};
    const bool found = place_resolve(session->place, path, find_application, &finding, out);
    if (found)
        return S_OK;
    return trouble_text(finding.hr) || finding.hr == (HRESULT)SCARD_E_CANCELLED ? finding.hr : E_INVALIDARG;
}

const struct listing *session_glance(struct session *session, const char *path) {
    const struct listing *listing = NULL;
    const uint32_t patience = session->recovery.wait_ms;
    char place[PLACE_MAX];
    if (!recovery_resume(&session->recovery))
        return NULL;
    session->recovery.wait_ms = 0;
    if (SUCCEEDED(ISCardManage_SCardLock(session->recovery.manage)) &&
        SUCCEEDED(session_resolve(session, path, place)))
        (void)session_list(session, place, &listing);
    session->recovery.wait_ms = patience;
    recovery_pause(&session->recovery);
    return listing;
}

int session_complain(HRESULT hr, const char *verb, const char *path) {
    const char *advice = NULL;
    if (hr == (HRESULT)SCARD_E_CANCELLED)
        return failure_plain(NULL, "ended by Ctrl-C");
    if (hr == E_INVALIDARG)
        advice =
            "'ls' shows what there is; a path has identifiers of four digits or names: /7F20/6F07, EF.IMSI.";
    else if (hr == READING_CHANGED)
        advice = "It is not what it was before: another card, or somebody has written to it; begin anew.";
    else if (hr == (HRESULT)SCARD_W_SECURITY_VIOLATION)
        advice = "The card wants a PIN first ('verify'), or a key, or never allows it.";
    return failure(hr, advice, "cannot %s '%s'", verb, path);
}
