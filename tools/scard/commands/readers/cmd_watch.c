/* scard watch: what happens at all readers, as it happens. In the table of main.c. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "command.h"
#include "scardssp.h"
#include "scardssp_rm.h"
#include "talk/alias.h"
#include "talk/await.h"
#include "talk/board.h"
#include "talk/cardname.h"
#include "talk/choose.h"
#include "talk/event.h"
#include "talk/eventline.h"
#include "terminal/drawing/window.h"
#include "terminal/failure.h"
#include "terminal/interrupt.h"
#include "terminal/shell.h"
#include "terminal/text.h"
#include "terminal/wake.h"

#define ATR_HEX_MAX 80
#define NOTHING -1

struct watch_settings {
    struct operand_list readers; /* none: all */
    bool json;
    bool lines;          /* also on a terminal */
    int until;           /* an enum event_kind; NOTHING: until Ctrl-C */
    const char *command; /* for the shell, when that has come */
    uint32_t seconds;
};

/* One run. */
struct watching {
    const struct watch_settings *settings;
    char **wanted; /* what settings->readers stand for, as many */
    bool first;    /* the readers there are at first are being told */
    size_t count;  /* of readers told then */
    bool done;     /* what was waited for has come */
    bool ended;    /* by the user */
    bool drawn;    /* on the window of a terminal */
    struct board board;
    char last[EVENTLINE_MAX]; /* of what was waited for, where it is not on the screen any more; or "" */
};

/* By what it held or holds: a card that goes was one that is wanted. */
static bool is_wanted(const struct watching *watching, const struct scardssp_reader_change *change) {
    const size_t count = watching->settings->readers.count;
    bool wanted = count == 0;
    for (size_t i = 0; i < count && !wanted; ++i)
        wanted = (change->now && reader_is_meant(change->name, change->now, watching->wanted[i])) ||
                 (change->before && reader_is_meant(change->name, change->before, watching->wanted[i]));
    return wanted;
}

/* What --exec is to know of the event. */
static void set_variables(const struct event *event, const char *name) {
    char hex[ATR_HEX_MAX] = "";
    for (uint32_t i = 0; event->state && i < event->state->atr_size; ++i)
        (void)snprintf(hex + 2 * i, 3, "%02X", event->state->atr[i]);
    shell_variable("SCARD_EVENT", event_name(event->kind));
    shell_variable("SCARD_READER", event->reader);
    shell_variable("SCARD_ATR", hex);
    shell_variable("SCARD_NAME", name);
}

static void print_line(const char *line) {
    text_print(stdout, line);
    putchar('\n');
    (void)fflush(stdout);
}

/* In one of the three ways. */
static void show_event(struct watching *watching, const struct event *event, const char *name) {
    char line[EVENTLINE_MAX];
    eventline_text(event, name, !watching->drawn, line);
    if (watching->settings->json) {
        eventline_write(event, name);
        (void)fflush(stdout);
    } else if (!watching->drawn) {
        print_line(line);
    } else if (event->kind != EVENT_PRESENT) {
        board_note(&watching->board, line);
        memcpy(watching->last, line, sizeof line);
    }
}

static void tell(void *user, const struct event *event) {
    struct watching *watching = user;
    char name[CARDNAME_MAX] = "";
    if (watching->done)
        return;
    if (event->state)
        (void)cardname_find(event->state->atr, event->state->atr_size, name);
    show_event(watching, event, name);
    watching->count += watching->first;
    watching->done = watching->settings->until == (int)event->kind;
    if (watching->done)
        set_variables(event, name);
}

static void tell_change(void *user, const struct scardssp_reader_change *change) {
    struct watching *watching = user;
    if (watching->done || !is_wanted(watching, change))
        return;
    if (watching->drawn)
        board_change(&watching->board, change);
    event_each(change, watching->first, tell, user);
}

/* The service has ended after the watch began: it may come back. */
static void tell_lost(struct watching *watching, int32_t status) {
    const struct event event = {.kind = EVENT_SERVICE, .status = status};
    tell(watching, &event);
}

static bool is_service_lost(int32_t status) {
    return status == (HRESULT)SCARD_E_NO_SERVICE || status == (HRESULT)SCARD_E_SERVICE_STOPPED ||
           status == (HRESULT)E_HANDLE || status == (HRESULT)SCARD_E_INVALID_HANDLE;
}

/* Nothing tells that a service begins: it is looked for every second. */
static void pause_for_service(void) {
    const struct timespec second = {.tv_sec = 1};
    (void)nanosleep(&second, NULL);
}

static void tell_none(const struct watching *watching) {
    if (watching->count == 0 && watching->settings->seconds > 0 && !watching->drawn)
        fprintf(stderr, "scard: there is no such reader yet; waiting for one\n");
}

static void draw(const struct watching *watching) {
    size_t columns = 0, lines = 0;
    FILE *page = watching->drawn ? window_page() : NULL;
    if (!page)
        return;
    window_size(&columns, &lines);
    board_draw(&watching->board, columns, lines, page);
    window_show();
}

/* What the user wants of the terminal in between. */
static void heed(struct watching *watching) {
    const unsigned reasons = watching->drawn ? wake_take() : 0;
    watching->ended = (reasons & WAKE_END) != 0;
    if (!(reasons & WAKE_SUSPEND) || watching->ended)
        return;
    window_leave();
    wake_suspend();
    window_enter();
}

/* One wait, which the user's wishes end, too. */
static int32_t watch_once(struct scardssp_watch *watch, uint64_t deadline, struct watching *watching) {
    draw(watching);
    const int32_t status = scardssp_watch_wait(watch, clock_left(deadline), tell_change, watching);
    heed(watching);
    return status == (HRESULT)SCARD_E_CANCELLED ? S_OK : status;
}

/* Until what was waited for has come, the time is over, or the user ends it. */
static int32_t watch_events(struct scardssp_watch *watch, struct watching *watching) {
    const uint64_t deadline = clock_deadline(await_ms(watching->settings->seconds));
    bool lost = false;
    watching->first = true;
    int32_t status = scardssp_watch_wait(watch, 0, tell_change, watching);
    watching->first = false;
    if (status == S_OK)
        tell_none(watching);
    while ((status == S_OK || lost) && !watching->done && !watching->ended) {
        status = watch_once(watch, deadline, watching);
        const bool again = lost;
        lost = is_service_lost(status);
        if (lost && !again)
            tell_lost(watching, status);
        if (lost && clock_left(deadline) == 0)
            return (HRESULT)SCARD_E_TIMEOUT;
        if (lost && !watching->ended)
            pause_for_service();
    }
    return status;
}

static int finish(const struct watching *watching, int32_t status) {
    const struct watch_settings *settings = watching->settings;
    if (watching->done && watching->drawn)
        print_line(watching->last);
    if (watching->done)
        return settings->command ? shell_run(settings->command) : EXIT_GOOD;
    if (watching->ended)
        return EXIT_GOOD;
    if (status != (HRESULT)SCARD_E_TIMEOUT)
        return failure(status, NULL, "cannot watch the readers");
    return settings->until == NOTHING
               ? EXIT_GOOD
               : failure(status, "do it while this waits, or wait for longer.",
                         "no '%s' within %" PRIu32 " s", event_text((enum event_kind)settings->until),
                         settings->seconds);
}

/* Puts what the user's own names stand for in their place. */
static int resolve(struct watching *watching) {
    const struct operand_list *readers = &watching->settings->readers;
    int code = EXIT_GOOD;
    watching->wanted = calloc(readers->count + 1, sizeof *watching->wanted);
    for (size_t i = 0; watching->wanted && code == EXIT_GOOD && i < readers->count; ++i) {
        code = alias_find(readers->values[i], &watching->wanted[i]);
        if (code == EXIT_GOOD && !watching->wanted[i] && !(watching->wanted[i] = strdup(readers->values[i])))
            code = failure(E_OUTOFMEMORY, NULL, "cannot watch the readers");
    }
    return watching->wanted ? code : failure(E_OUTOFMEMORY, NULL, "cannot watch the readers");
}

static void on_wake(void *user) {
    (void)scardssp_watch_cancel(user);
}

/* The window of a terminal, where there is one and nothing speaks for lines. */
static int begin_drawing(struct watching *watching, struct scardssp_watch *watch) {
    const struct watch_settings *settings = watching->settings;
    if (settings->json || settings->lines || settings->seconds == 0 || !window_is_there())
        return EXIT_GOOD;
    if (!wake_open(on_wake, watch))
        return failure_plain(INTERRUPT_REMEDY, "cannot wait for Ctrl-C: %s", strerror(errno));
    watching->drawn = true;
    window_enter();
    return EXIT_GOOD;
}

static void end_drawing(const struct watching *watching) {
    if (!watching->drawn)
        return;
    wake_close();
    window_leave();
}

static int watch_readers(struct watching *watching) {
    struct scardssp_watch *watch = NULL;
    int32_t status = scardssp_watch_open(&watch);
    const int code = status == S_OK ? begin_drawing(watching, watch) : EXIT_GOOD;
    if (status == S_OK && code == EXIT_GOOD)
        status = watch_events(watch, watching);
    end_drawing(watching);
    scardssp_watch_close(watch);
    board_clear(&watching->board);
    return code == EXIT_GOOD ? finish(watching, status) : code;
}

static int run(const struct invocation *invocation) {
    struct watching watching = {.settings = invocation->settings};
    int code = resolve(&watching);
    if (code == EXIT_GOOD)
        code = watch_readers(&watching);
    for (size_t i = 0; watching.wanted && i < watching.settings->readers.count; ++i)
        free(watching.wanted[i]);
    free(watching.wanted);
    return code;
}

static const struct watch_settings defaults = {.until = NOTHING, .seconds = AWAIT_FOR_EVER};

static const struct option_choice events[] = {{"inserted", EVENT_INSERTED},
                                              {"removed", EVENT_REMOVED},
                                              {"added", EVENT_ADDED},
                                              {"gone", EVENT_GONE},
                                              {NULL, 0}};

static const struct option_row options[] = {
    {.name = "until",
     .letter = 'u',
     .help = "ends when a card is inserted or removed, or a reader comes (added) or goes (gone)",
     .choices = events,
     VALUE_AT(struct watch_settings, until)},
    {.name = "exec",
     .letter = 'e',
     .argument = "COMMAND",
     .help = "then runs this line of the shell, and ends as it does",
     .needs = "until",
     VALUE_AT(struct watch_settings, command)},
    {.name = "timeout",
     .letter = 't',
     .argument = "SECONDS",
     .help = "ends after so long; by default at Ctrl-C",
     VALUE_AT(struct watch_settings, seconds)},
    {.name = "lines",
     .letter = 'l',
     .help = "a line for each event also on a terminal, which is drawn on otherwise",
     VALUE_AT(struct watch_settings, lines)},
    {.name = "json",
     .letter = 'j',
     .help = "writes a line of JSON for each event",
     VALUE_AT(struct watch_settings, json)},
    {0}};

static const struct operand_row operands[] = {
    {.name = "READER",
     .help =
         "readers to tell of, by default all; they need not be there yet: name or a part of it, pattern, atr:, "
         "card:, serial: or a name of your own ('scard list --help'), not a number",
     .optional = true,
     VALUE_AT(struct watch_settings, readers)},
    {0}};

const struct command cmd_watch = {
    .name = "scard watch",
    .line = "what happens at all readers, as it happens",
    .summary =
        "Shows the readers there are and the cards in them, and what happens: readers that come and go, cards "
        "that are inserted and removed, with the name of the card. On a terminal it keeps the window up to date; "
        "elsewhere, and with --lines, it writes a line for each event. It goes on until Ctrl-C, or until a "
        "certain event, upon which it can run a command.",
    .options = options,
    .operands = operands,
    .notes =
        "The resource manager says when something happens; only a service that has stopped is looked for every "
        "second. Who uses a card is told with the next event, and at once when the use ends: PC/SC is silent "
        "about its beginning.\n"
        "The command of --exec has SCARD_EVENT, SCARD_READER, SCARD_ATR and SCARD_NAME in its environment.\n"
        "JSON, a line for each event: {\"time\",\"event\",\"reader\",\"state\",\"atr\",\"name\",\"inUse\", "
        "\"exclusive\",\"status\"}; event is reader-present (at the beginning), reader-added, reader-removed, "
        "card-inserted, card-removed, state-changed or service-stopped, which alone has no reader, and has a "
        "status. state is that after the event, null when the reader has gone.\n"
        "Exit code: that of the command of --exec; 1 where the event of --until did not come in time.\n",
    .examples = "  scard watch                              until Ctrl-C\n"
                "  scard watch --lines | tee events.txt     a line for each event\n"
                "  scard watch --until inserted             then on with the script\n"
                "  scard watch -u inserted -e 'scard atr \"$SCARD_READER\"'\n"
                "  scard watch --json ACME | jq .event      for programs\n"
                "  scard watch -t 0                         what there is now, with names\n",
    SETTINGS(defaults),
    .run = run};
