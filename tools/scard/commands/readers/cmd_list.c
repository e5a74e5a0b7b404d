/* scard list: the readers and what they hold. In the table of main.c. */
#include <stdio.h>

#include "command.h"
#include "scardssp.h"
#include "talk/await.h"
#include "talk/backend.h"
#include "talk/cardname.h"
#include "talk/reader.h"
#include "talk/serial.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/text.h"

/* A reader that cannot be looked into is named all the same, and the command fails. */
static int complain_of(const struct reader *reader, size_t number) {
    if (!(reader->state.state & (READER_UNKNOWN | READER_UNAVAILABLE)))
        return EXIT_GOOD;
    return failure((HRESULT)SCARD_E_READER_UNAVAILABLE, NULL, "cannot look into reader %zu", number);
}

static int print_reader(size_t number, const struct reader *reader, size_t width) {
    printf("%zu: ", number);
    const size_t columns = text_print(stdout, reader->name);
    const enum colour colour = reader_state_colour(reader->state.state);
    printf("%*s  %s%s%s", (int)(width > columns ? width - columns : 0), "", colour_begin(colour),
           reader_state_text(reader->state.state), colour_end(colour));
    if (reader->state.atr_size > 0) {
        printf("  ATR ");
        text_print_hex(stdout, reader->state.atr, reader->state.atr_size, " ");
    }
    putchar('\n');
    return complain_of(reader, number);
}

/* What else tells the reader from others. */
static void print_more(const struct reader *reader) {
    char serial[SERIAL_MAX], name[CARDNAME_MAX];
    if (serial_find(reader->name, serial)) {
        printf("   serial:  ");
        text_print(stdout, serial);
        putchar('\n');
    }
    if (cardname_find(reader->state.atr, reader->state.atr_size, name)) {
        printf("   card:    %s", colour_begin(COLOUR_STRONG));
        text_print(stdout, name);
        printf("%s\n", colour_end(COLOUR_STRONG));
    }
}

static int print_readers(const struct reader_list *list, bool more) {
    int code = EXIT_GOOD;
    size_t width = 0;
    for (size_t i = 0; i < list->count; ++i) {
        const size_t columns = text_columns(list->readers[i].name);
        width = columns > width ? columns : width;
    }
    for (size_t i = 0; i < list->count; ++i) {
        const int result = print_reader(i, &list->readers[i], width);
        if (more)
            print_more(&list->readers[i]);
        code = result != EXIT_GOOD ? result : code;
    }
    return code;
}

static void write_more(struct json *json, const struct reader *reader) {
    char serial[SERIAL_MAX], name[CARDNAME_MAX];
    json_text(json, "serial", serial_find(reader->name, serial) ? serial : NULL);
    json_text(json, "card", cardname_find(reader->state.atr, reader->state.atr_size, name) ? name : NULL);
}

static int write_readers(const struct reader_list *list, bool more, const char *rm) {
    int code = EXIT_GOOD;
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_array(&json, "readers");
    for (size_t i = 0; i < list->count; ++i) {
        const struct reader *reader = &list->readers[i];
        json_object(&json, NULL);
        json_number(&json, "number", i);
        json_text(&json, "name", reader->name);
        json_text(&json, "state", reader_state_text(reader->state.state));
        if (reader->state.atr_size > 0)
            json_hex(&json, "atr", reader->state.atr, reader->state.atr_size);
        else
            json_text(&json, "atr", NULL);
        if (more)
            write_more(&json, reader);
        json_end(&json, '}');
        const int result = complain_of(reader, i);
        code = result != EXIT_GOOD ? result : code;
    }
    json_end(&json, ']');
    backend_write_failed(&json, rm);
    json_end(&json, '}');
    return code;
}

struct list_settings {
    bool json;
    bool backends;
    bool more;
    bool wait;
    uint32_t seconds; /* of waiting */
};

static const struct list_settings defaults = {.seconds = AWAIT_FOR_EVER};

static const struct option_row options[] = {
    JSON_OPTION(struct list_settings),
    {.name = "backends",
     .letter = 'b',
     .help =
         "what --rm and SCARDSSP_RM may name instead of readers: where readers come from, and what can be "
         "used here",
     VALUE_AT(struct list_settings, backends)},
    {.name = "long",
     .letter = 'l',
     .help = "also the serial number of each reader and the name of the card in it",
     VALUE_AT(struct list_settings, more)},
    {.name = "wait",
     .letter = 'w',
     .help = "waits until there is a card in a reader, whichever, then lists",
     VALUE_AT(struct list_settings, wait)},
    TIMEOUT_OPTION(struct list_settings),
    {0}};

/* The readers; what has failed of several backends is told also where nothing is left. */
static int run_readers(const struct list_settings *settings, const char *rm) {
    struct reader_list list;
    int code = reader_list_need(&list);
    if (code == EXIT_GOOD) {
        code =
            settings->json ? write_readers(&list, settings->more, rm) : print_readers(&list, settings->more);
        reader_list_free(&list);
    }
    const int failed = backend_print_failed(rm);
    return code != EXIT_GOOD ? code : failed;
}

static int run(const struct invocation *invocation) {
    const struct list_settings *settings = invocation->settings;
    if (settings->backends)
        return settings->json ? backend_write_all() : backend_print_all();
    const int code = settings->wait ? await_card(settings->seconds, NULL) : EXIT_GOOD;
    return code != EXIT_GOOD ? code : run_readers(settings, invocation->rm);
}

const struct command cmd_list = {
    .name = "scard list",
    .line = "readers, their state and the cards in them",
    .summary =
        "Lists the readers: number, name, state, and the answer to reset (ATR) of the card inside. The "
        "number, the name or a part of the name is what other commands take for READER, and more: see below.",
    .options = options,
    .notes =
        "READER is, the first that fits: the full name; the number; a name of your own; a part of the name, or a "
        "pattern for all of it with * and ? (any characters, any one); a pattern for the ATR, as 3B8C*, with . or "
        "? for a digit and * at the end; a name of the card, or a part of it; the serial number of the reader. "
        "name:, atr:, card: and serial: in front say which it is. What fits several readers is refused, with the "
        "list of them.\n"
        "Names of your own are lines NAME = READER below [readers] in ~/.config/scardssp/scard.conf (or below "
        "$XDG_CONFIG_HOME), then /etc/xdg/scardssp/scard.conf; on Windows in %APPDATA%\\scardssp, then "
        "%ProgramData%\\scardssp. SCARDSSP_CONFIG names another file.\n"
        "States: empty; card present; card in use (shared); card in exclusive use; card mute (it does not "
        "answer); card present, not powered; not available.\n"
        "Of several backends (--rm system,sim) those that fail are told behind the readers of the others, and "
        "the exit code is 1.\n"
        "JSON: {\"readers\":[{\"number\",\"name\",\"state\",\"atr\"}], "
        "\"failed\":[{\"name\",\"status\",\"cause\",\"remedy\"}]}; atr is null without a card; with --long also "
        "\"serial\" and \"card\", null where not known. With --backends: "
        "{\"backends\":[{\"name\",\"summary\",\"argument\", \"usable\",\"status\",\"cause\",\"remedy\"}]}; "
        "argument is null where none is taken.\n",
    .examples = "  scard list                     readers of the system's smart card service\n"
                "  scard --rm sim list            simulated readers, no hardware needed\n"
                "  scard --rm system,sim list     both\n"
                "  scard list --long              what serial:NUMBER and card:NAME may say\n"
                "  scard list --wait -t 60        as soon as there is a card, within a minute\n"
                "  scard list --backends          what else there is, and what it needs\n",
    SETTINGS(defaults),
    .run = run};
