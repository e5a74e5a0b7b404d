/* A table of faults, walked through live: see faults.h. */
#include "demo/faults.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "scardssp_faults.h"
#include "talk/card.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

#define PATIENCE_MS 10000u /* for a card that was out for a moment, on a busy machine */

/*
 * What goes wrong, what the next command must return, and what ReAttach must, before and after it is mended.
 */
static const struct row {
    const char *what;
    const char *script;
    HRESULT meets;
    HRESULT refuses;    /* of ReAttach(SHARED, LEAVE) while it lasts; S_OK: it does not last */
    const char *mended; /* the script that ends it; NULL: nothing has to be done */
    SCARD_DISPOSITIONS by;
} rows[] = {
    {"another program resets the card", ": reset", (HRESULT)SCARD_W_RESET_CARD, S_OK, NULL, LEAVE},
    {"the card is pulled, and put back", ": remove", (HRESULT)SCARD_W_REMOVED_CARD,
     (HRESULT)SCARD_E_NO_SMARTCARD, "at 0 ms: insert", LEAVE},
    {"the card comes out and in at once", ": remove for 1 ms", (HRESULT)SCARD_W_REMOVED_CARD, S_OK, NULL,
     LEAVE},
    {"the card answers nothing any more", ": mute", (HRESULT)SCARD_W_UNRESPONSIVE_CARD,
     (HRESULT)SCARD_W_UNRESPONSIVE_CARD, NULL, UNPOWER},
    {"a command is lost on the wire", ": drop", (HRESULT)SCARD_E_NOT_TRANSACTED, S_OK, NULL, LEAVE},
    {"the reader is unplugged, and plugged in", ": unplug", (HRESULT)SCARD_E_READER_UNAVAILABLE,
     (HRESULT)SCARD_E_UNKNOWN_READER, "at 0 ms: replug", LEAVE},
    {"the service stops, and runs again", ": stop", (HRESULT)SCARD_E_SERVICE_STOPPED,
     (HRESULT)SCARD_E_NO_SERVICE, "at 0 ms: start", LEAVE},
};

static HRESULT ask(ISCard *card, ISCardISO7816 *iso) {
    ISCardCmd *command = NULL;
    HRESULT hr = ISCardISO7816_GetChallenge(iso, 8, &command);
    if (SUCCEEDED(hr))
        hr = ISCard_Transaction(card, &command);
    if (command)
        ISCardCmd_Release(command);
    return hr;
}

/*
 * Shows a call with what it returned and how long it took; false, and says so: it must return another code.
 */
static bool expect(const char *call, HRESULT got, HRESULT wanted, uint64_t since) {
    printf("    %-30s -> %-26s %5" PRIu64 " ms\n", call, failure_name(got), clock_ms() - since);
    if (got == wanted)
        return true;
    failure(got, NULL, "%s must return %s", call, failure_name(wanted));
    return false;
}

static bool expect_command(ISCard *card, ISCardISO7816 *iso, HRESULT wanted) {
    const uint64_t start = clock_ms();
    return expect("Transaction(GET CHALLENGE)", ask(card, iso), wanted, start);
}

/* Where it must work, a card that is on its way back is waited for. */
static bool expect_reattach(ISCard *card, SCARD_DISPOSITIONS by, HRESULT wanted) {
    const uint64_t start = clock_ms(), end = clock_deadline(PATIENCE_MS);
    HRESULT hr = ISCard_ReAttach(card, SHARED, by);
    while (hr == (HRESULT)SCARD_E_NO_SMARTCARD && wanted == S_OK && clock_left(end))
        hr = ISCard_ReAttach(card, SHARED, by);
    return expect(by == UNPOWER ? "ReAttach(SHARED, UNPOWER)" : "ReAttach(SHARED, LEAVE)", hr, wanted, start);
}

static bool play(const char *script) {
    const HRESULT hr = scardssp_faults(script, NULL, 0);
    if (SUCCEEDED(hr))
        return true;
    failure(hr, NULL, "the fault script '%s' cannot be played", script);
    return false;
}

static bool walk(const struct row *row, ISCard *card, ISCardISO7816 *iso) {
    printf("\n%s   (%s)\n", row->what, row->script);
    (void)fflush(stdout);
    if (!play(row->script) || !expect_command(card, iso, row->meets))
        return false;
    if (row->refuses != S_OK && !expect_reattach(card, LEAVE, row->refuses))
        return false;
    if (row->mended) {
        printf("    it ends   (%s)\n", row->mended);
        if (!play(row->mended))
            return false;
    }
    return expect_reattach(card, row->by, S_OK) && expect_command(card, iso, S_OK);
}

int demo_faults(const char *reader, int protocol) {
    ISCard *card = NULL;
    ISCardISO7816 *iso = NULL;
    void *object = NULL;
    HRESULT hr = card_make(&card);
    if (SUCCEEDED(hr))
        hr = card_attach(card, reader, SHARED, protocol);
    if (SUCCEEDED(hr))
        hr = CoCreateInstance(&CLSID_CSCardISO7816, NULL, CLSCTX_ALL, &IID_ISCardISO7816, &object);
    iso = object;
    int code = FAILED(hr) ? failure(hr, NULL, "cannot attach to the card") : EXIT_GOOD;
    for (size_t i = 0; code == EXIT_GOOD && i < sizeof rows / sizeof *rows; ++i)
        if (!walk(&rows[i], card, iso))
            code = EXIT_CARD;
    if (code == EXIT_GOOD)
        printf("\nOne object went through all of it: it was attached once, and works.\n"
               "docs/faults.md: scripts like these for a program of your own.\n");
    if (iso)
        ISCardISO7816_Release(iso);
    card_close(card);
    return code;
}
