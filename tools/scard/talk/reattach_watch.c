/* The long-running half of `scard reattach`: looks at the connection a few times a second. */
#include "talk/reattach_watch.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "talk/trouble.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/interrupt.h"
#include "terminal/text.h"

#define LOOK_MS 100u

struct watch {
    ISCard *card;
    int share;
    int interrupt;
    struct card_look last; /* what was attached last */
    HRESULT trouble;       /* the code told last, so that each is told once; S_OK: none */
    uint32_t times;        /* re-attached */
};

static void tell(const char *text) {
    printf("%s\n", text);
    fflush(stdout);
}

static void tell_trouble(struct watch *watch, HRESULT hr) {
    if (watch->trouble == hr)
        return;
    const char *text = trouble_text(hr);
    const char *former = watch->trouble == S_OK ? NULL : trouble_text(watch->trouble);
    if (text == NULL)
        printf("%s (0x%08" PRIX32 ")\n", failure_name(hr), (uint32_t)hr);
    else if (former == NULL || strcmp(text, former) != 0)
        printf("%s\n", text);
    fflush(stdout);
    watch->trouble = hr;
}

/* The code that says what the connection is worth: a removed card is told as a state. */
static HRESULT connection_check(ISCard *card) {
    SCARD_STATES state = ABSENT;
    const HRESULT hr = ISCard_get_Status(card, &state);
    return SUCCEEDED(hr) && state == ABSENT ? (HRESULT)SCARD_W_REMOVED_CARD : hr;
}

static void tell_reattached(struct watch *watch, const struct card_look *look) {
    const bool same =
        look->atr_size == watch->last.atr_size && memcmp(look->atr, watch->last.atr, look->atr_size) == 0;
    printf("ReAttach(%s, LEAVE): S_OK, %s, %s, ATR ", card_share_text(watch->share),
           card_state_text(look->state), card_protocol_text(look->protocol));
    text_print_hex(stdout, look->atr, look->atr_size, " ");
    tell(same ? "" : "\nThis is another card.");
}

/* One try to repair the connection. */
static void repair(struct watch *watch) {
    struct card_look look;
    HRESULT hr = ISCard_ReAttach(watch->card, (SCARD_SHARE_MODES)watch->share, LEAVE);
    if (SUCCEEDED(hr))
        hr = card_look(watch->card, &look);
    if (FAILED(hr)) {
        tell_trouble(watch, hr);
        return;
    }
    tell_reattached(watch, &look);
    watch->last = look;
    watch->trouble = S_OK;
    ++watch->times;
}

static void look_once(struct watch *watch) {
    if (watch->trouble == S_OK) {
        const HRESULT hr = connection_check(watch->card);
        if (SUCCEEDED(hr))
            return;
        tell_trouble(watch, hr);
    }
    repair(watch);
}

int watch_run(const char *reader, ISCard *card, int share, uint32_t count) {
    struct watch watch = {.card = card, .share = share};
    const HRESULT hr = card_look(card, &watch.last);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot ask the card in '%s'", reader);
    watch.interrupt = interrupt_open();
    if (watch.interrupt < 0)
        return failure_plain(INTERRUPT_REMEDY, "cannot wait for Ctrl-C: %s", strerror(errno));
    printf("Watching '");
    text_print(stdout, reader);
    tell("'; Ctrl-C ends it.");
    while ((count == 0 || watch.times < count) && !interrupt_wait(watch.interrupt, LOOK_MS))
        look_once(&watch);
    printf("Re-attached %" PRIu32 " %s.\n", watch.times, watch.times == 1 ? "time" : "times");
    interrupt_close();
    return EXIT_GOOD;
}
