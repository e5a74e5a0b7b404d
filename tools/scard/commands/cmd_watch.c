/* scard watch: what happens at all readers, as it happens. In the table of main.c. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "scardssp.h"
#include "scardssp_rm.h"
#include "talk/alias.h"
#include "talk/await.h"
#include "talk/cardname.h"
#include "talk/choose.h"
#include "talk/event.h"
#include "talk/reader.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/shell.h"
#include "terminal/text.h"
#include "terminal/timestamp.h"

#define ATR_HEX_MAX 80
#define NOTHING -1

struct watch_settings {
    struct operand_list readers; /* none: all */
    bool json;
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
    int code;
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

static void print_event(const struct event *event, const char *name) {
    char now[TIMESTAMP_MAX];
    timestamp_local(now, sizeof now);
    printf("%s  %-15s", now, event_text(event->kind));
    if (event->reader) {
        printf("  ");
        text_print(stdout, event->reader);
    }
    if (event->status != S_OK)
        printf("  %s", failure_name(event->status));
    if (event->state)
        printf(": %s", reader_state_text(event->state->state));
    if (event->state && event->state->atr_size > 0) {
        printf(", ATR ");
        text_print_hex(stdout, event->state->atr, event->state->atr_size, " ");
    }
    if (name[0]) {
        printf(" (");
        text_print(stdout, name);
        printf(")");
    }
    putchar('\n');
}

static void write_event(const struct event *event, const char *name) {
    char now[TIMESTAMP_MAX];
    const uint32_t bits = event->state ? event->state->state : 0;
    struct json json = {.file = stdout};
    timestamp_utc(now, sizeof now);
    json_object(&json, NULL);
    json_text(&json, "time", now);
    json_text(&json, "event", event_name(event->kind));
    json_text(&json, "reader", event->reader);
    json_text(&json, "state", event->state ? reader_state_text(bits) : NULL);
    if (event->state && event->state->atr_size > 0)
        json_hex(&json, "atr", event->state->atr, event->state->atr_size);
    else
        json_text(&json, "atr", NULL);
    json_text(&json, "name", name[0] ? name : NULL);
    json_flag(&json, "inUse", bits & (READER_INUSE | READER_EXCLUSIVE));
    json_flag(&json, "exclusive", bits & READER_EXCLUSIVE);
    json_text(&json, "status", event->status != S_OK ? failure_name(event->status) : NULL);
    json_end(&json, '}');
}

static int run_command(const char *line, const struct event *event, const char *name) {
    char hex[ATR_HEX_MAX] = "";
    for (uint32_t i = 0; event->state && i < event->state->atr_size; ++i)
        (void)snprintf(hex + 2 * i, 3, "%02X", event->state->atr[i]);
    shell_variable("SCARD_EVENT", event_name(event->kind));
    shell_variable("SCARD_READER", event->reader);
    shell_variable("SCARD_ATR", hex);
    shell_variable("SCARD_NAME", name);
    return shell_run(line);
}

static void tell(void *user, const struct event *event) {
    struct watching *watching = user;
    const struct watch_settings *settings = watching->settings;
    char name[CARDNAME_MAX] = "";
    if (watching->done)
        return;
    if (event->state)
        (void)cardname_find(event->state->atr, event->state->atr_size, name);
    if (settings->json)
        write_event(event, name);
    else
        print_event(event, name);
    (void)fflush(stdout);
    watching->count += watching->first;
    watching->done = settings->until == (int)event->kind;
    if (watching->done && settings->command)
        watching->code = run_command(settings->command, event, name);
}

static void tell_change(void *user, const struct scardssp_reader_change *change) {
    const struct watching *watching = user;
    if (!watching->done && is_wanted(watching, change))
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
    if (watching->count == 0 && watching->settings->seconds > 0)
        fprintf(stderr, "scard: there is no such reader yet; waiting for one\n");
}

/* Until what was waited for has come, or the time is over, which is counted in whole seconds. */
static int32_t watch_events(struct scardssp_watch *watch, struct watching *watching) {
    const uint32_t seconds = watching->settings->seconds;
    const time_t begin = time(NULL);
    bool lost = false;
    watching->first = true;
    int32_t status = scardssp_watch_wait(watch, 0, tell_change, watching);
    watching->first = false;
    if (status == S_OK)
        tell_none(watching);
    while ((status == S_OK || lost) && !watching->done) {
        const time_t gone = time(NULL) - begin;
        const bool over = seconds != AWAIT_FOR_EVER && gone >= 0 && (uint64_t)gone >= seconds;
        const uint32_t left = gone <= 0 || seconds == AWAIT_FOR_EVER ? seconds : seconds - (uint32_t)gone;
        status = scardssp_watch_wait(watch, over ? 0 : await_ms(left), tell_change, watching);
        const bool again = lost;
        lost = is_service_lost(status);
        if (lost && !again)
            tell_lost(watching, status);
        if (lost && over)
            return (HRESULT)SCARD_E_TIMEOUT;
        if (lost)
            pause_for_service();
    }
    return status;
}

static int finish(const struct watching *watching, int32_t status) {
    const struct watch_settings *settings = watching->settings;
    if (watching->done)
        return watching->code;
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

static int watch_readers(struct watching *watching) {
    struct scardssp_watch *watch = NULL;
    int32_t status = scardssp_watch_open(&watch);
    if (status == S_OK)
        status = watch_events(watch, watching);
    scardssp_watch_close(watch);
    return finish(watching, status);
}

static int run(const struct invocation *invocation) {
    struct watching watching = {.settings = invocation->settings, .code = EXIT_GOOD};
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
        "Tells the readers there are and the cards in them, then what happens, a line for each event: readers "
        "that come and go, cards that are inserted and removed, with the name of the card; until Ctrl-C, or "
        "until a certain event, upon which it can run a command.",
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
                "  scard watch --until inserted             then on with the script\n"
                "  scard watch -u inserted -e 'scard atr \"$SCARD_READER\"'\n"
                "  scard watch --json ACME | jq .event      for programs\n"
                "  scard watch -t 0                         what there is now, with names\n",
    SETTINGS(defaults),
    .run = run};
