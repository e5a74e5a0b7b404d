/* The way to a card's files and back. See visit.h. */
#include "transfer/visit.h"

#include <stdlib.h>

#include "talk/choose.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/options.h"

int visit_check(const struct command *command, const struct visit_settings *settings) {
    LONG reference = 0;
    return settings->pin == NULL || pin_parse(settings->pin, &reference)
               ? EXIT_GOOD
               : options_complain(command,
                                  "--pin wants the number of a code, two hexadecimal digits, and never "
                                  "the PIN itself");
}

static int ask(struct visit *visit) {
    return visit->settings->pin
               ? pin_get(&visit->settings->source, "PIN", visit->settings->pin, &visit->secret)
               : EXIT_GOOD;
}

static int show(struct visit *visit) {
    struct pin pin = {0};
    struct pin_state state;
    if (visit->settings->pin == NULL)
        return EXIT_GOOD;
    int code = pin_open(visit->recovery.manage, &visit->place, &pin);
    if (code == EXIT_GOOD)
        code = pin_guard(&pin, visit->settings->last_try);
    if (code == EXIT_GOOD) {
        const HRESULT hr = pin_show(&pin, &visit->secret);
        if (FAILED(hr))
            code = pin_complain(&pin, hr, &state);
    }
    pin_close(&pin);
    return code;
}

/* A card that was reset has forgotten the PIN. */
static HRESULT show_again(void *user) {
    const struct visit *visit = user;
    return pin_show_again(visit->recovery.manage, &visit->place, &visit->secret);
}

static int attach(struct visit *visit) {
    int code = recovery_open(visit->reader, visit->settings->wait_seconds, &visit->recovery);
    if (code != EXIT_GOOD)
        return code;
    const HRESULT hr = ISCardManage_CreateFileAccess(visit->recovery.manage, &visit->files);
    if (FAILED(hr))
        code = failure(hr, NULL, "cannot ask the card in '%s' for files", visit->reader);
    if (code == EXIT_GOOD)
        code = show(visit);
    if (code == EXIT_GOOD && visit->settings->pin)
        visit->recovery.again = show_again;
    visit->recovery.user = visit;
    return code;
}

int visit_open(const struct visit_settings *settings, struct visit *out) {
    *out = (struct visit){.settings = settings, .place = {settings->directory, settings->pin}};
    int code = reader_choose(settings->reader, READER_WITH_CARD, "-r READER", &out->reader);
    if (code == EXIT_GOOD)
        code = ask(out);
    if (code == EXIT_GOOD)
        code = attach(out);
    if (code != EXIT_GOOD)
        visit_close(out);
    return code;
}

void visit_leave(struct visit *visit) {
    if (visit->files)
        ISCardFileAccess_Release(visit->files);
    visit->files = NULL;
    recovery_leave(&visit->recovery);
    secret_wipe(&visit->secret);
}

void visit_close(struct visit *visit) {
    visit_leave(visit);
    recovery_close(&visit->recovery);
    free(visit->reader);
    visit->reader = NULL;
}
