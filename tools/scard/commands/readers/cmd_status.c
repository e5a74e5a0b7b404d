/* scard status: one reader and the card in it, looked at and attached to. In the table of main.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "talk/await.h"
#include "talk/card.h"
#include "talk/choose.h"
#include "talk/reader.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/text.h"

#define ATR_TEXT_MAX 320

struct status_settings {
    const char *reader; /* NULL: the only one with a card */
    bool no_connect;
    bool wait; /* with a reader for a change in it, else for any card in any */
    bool json;
    uint32_t seconds; /* of waiting; UINT32_MAX: for ever */
    int protocol;
};

static void print_atr(const uint8_t *atr, size_t size) {
    char words[ATR_TEXT_MAX];
    scardssp_atr_text(atr, size, words, sizeof words);
    printf("ATR:       ");
    text_print_hex(stdout, atr, size, " ");
    printf("\n           %s\n", words);
}

static void print_look(const char *reader, const struct scardssp_reader_state *state) {
    printf("Reader:    ");
    text_print(stdout, reader);
    const enum colour colour = reader_state_colour(state->state);
    printf("\nState:     %s%s%s\n", colour_begin(colour), reader_state_text(state->state),
           colour_end(colour));
    if (state->atr_size > 0)
        print_atr(state->atr, state->atr_size);
    else
        printf("ATR:       none\n");
}

/* Attached SHARED, so that other programs are not disturbed. */
static int look_attached(const char *reader, int protocol, struct card_look *out) {
    ISCard *card = NULL;
    int code = card_open(reader, SHARED, protocol, &card);
    if (code != EXIT_GOOD)
        return code;
    const HRESULT hr = card_look(card, out);
    if (FAILED(hr))
        code = failure(hr, NULL, "cannot ask the card in '%s'", reader);
    card_close(card);
    return code;
}

static int print_attached(const char *reader, int protocol) {
    struct card_look look;
    const int code = look_attached(reader, protocol, &look);
    if (code == EXIT_GOOD)
        printf("Attached:  %s, %s, %s\n", card_share_text(SHARED), card_protocol_text(look.protocol),
               card_state_text(look.state));
    return code;
}

static int write_look(const char *reader, const struct scardssp_reader_state *state, bool attach,
                      int protocol) {
    struct card_look look;
    const int code = attach ? look_attached(reader, protocol, &look) : EXIT_GOOD;
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_text(&json, "reader", reader);
    json_text(&json, "state", reader_state_text(state->state));
    if (state->atr_size > 0)
        json_hex(&json, "atr", state->atr, state->atr_size);
    else
        json_text(&json, "atr", NULL);
    if (attach && code == EXIT_GOOD) {
        json_object(&json, "attached");
        json_text(&json, "share", card_share_text(SHARED));
        json_text(&json, "protocol", card_protocol_text(look.protocol));
        json_text(&json, "state", card_state_text(look.state));
        json_end(&json, '}');
    } else {
        json_text(&json, "attached", NULL);
    }
    json_end(&json, '}');
    return code;
}

static void tell_waiting(const char *reader) {
    printf("Waiting for a change in ");
    text_print(stdout, reader);
    printf(" ...\n");
    fflush(stdout);
}

static int wait_for_change(const char *reader, uint32_t seconds, struct scardssp_reader_state *state) {
    const int32_t status = scardssp_get_reader_state(reader, state, await_ms(seconds));
    if (status == (HRESULT)SCARD_E_TIMEOUT)
        return failure(status, "insert or remove the card while this waits, or wait for longer.",
                       "nothing changed in %" PRIu32 " s", seconds);
    return status == S_OK ? EXIT_GOOD : failure(status, NULL, "cannot wait for a change in '%s'", reader);
}

static int show(const char *reader, const struct status_settings *settings) {
    struct scardssp_reader_state state = {0};
    const int32_t status = scardssp_get_reader_state(reader, &state, 0);
    if (status != S_OK)
        return failure(status, NULL, "cannot look into '%s'", reader);
    if (settings->wait && settings->reader) {
        if (!settings->json)
            tell_waiting(reader);
        const int code = wait_for_change(reader, settings->seconds, &state);
        if (code != EXIT_GOOD)
            return code;
    }
    const bool attach = !settings->no_connect && (state.state & READER_PRESENT);
    if (settings->json)
        return write_look(reader, &state, attach, settings->protocol);
    print_look(reader, &state);
    return attach ? print_attached(reader, settings->protocol) : EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct status_settings *settings = invocation->settings;
    char *reader = NULL;
    int code = settings->wait && !settings->reader
                   ? await_card(settings->seconds, &reader)
                   : reader_choose(settings->reader, READER_ANY, "READER", &reader);
    if (code == EXIT_GOOD)
        code = show(reader, settings);
    free(reader);
    return code;
}

static const struct status_settings defaults = {.seconds = AWAIT_FOR_EVER, .protocol = T0 | T1};

static const struct option_row options[] = {{.name = "no-connect",
                                             .letter = 'n',
                                             .help = "only looks at the reader, leaves the card alone",
                                             VALUE_AT(struct status_settings, no_connect)},
                                            {.name = "protocol",
                                             .letter = 'p',
                                             .help = "protocols to offer; any by default",
                                             .choices = card_protocols,
                                             VALUE_AT(struct status_settings, protocol)},
                                            {.name = "wait",
                                             .letter = 'w',
                                             .help =
                                                 "waits until the card in READER or its use changes, "
                                                 "without READER until there is a card in any; then shows",
                                             VALUE_AT(struct status_settings, wait)},
                                            TIMEOUT_OPTION(struct status_settings),
                                            JSON_OPTION(struct status_settings),
                                            {0}};

static const struct operand_row operands[] = {READER_OPERAND(struct status_settings), {0}};

const struct command cmd_status = {
    .name = "scard status",
    .line = "one reader: state, protocol, ATR explained; waits for a change",
    .summary =
        "Shows one reader: its state, the card's answer to reset (ATR) and what it says, and, attached "
        "SHARED for a moment, the protocol in use and the state of the card.",
    .options = options,
    .operands = operands,
    .notes =
        "JSON: {\"reader\",\"state\",\"atr\",\"attached\":{\"share\",\"protocol\",\"state\"}}; atr is null "
        "without a card, attached where nothing was attached to.\n",
    .examples = "  scard status                    the only card there is\n"
                "  scard status 1 --no-connect     reader 1, without touching its card\n"
                "  scard status --wait             the first card that comes, in whichever reader\n"
                "  scard status ACME --wait        tells when a card comes or goes\n",
    SETTINGS(defaults),
    .run = run};
