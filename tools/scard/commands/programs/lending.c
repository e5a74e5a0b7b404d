/* Lending readers to other machines: see lending.h. */
#include "commands/programs/lending.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/lock.h"
#include "scardssp.h"
#include "scardssp_rm.h"
#include "scardssp_share.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/interrupt.h"
#include "terminal/json.h"
#include "terminal/text.h"
#include "terminal/timestamp.h"

#define MESSAGE_MAX 1024
#define LINE_MAX_BYTES 700

/* What is told of each event, in a log and for programs. */
static const struct {
    const char *word, *text;
} events[] = {
    [SCARDSSP_SHARE_READER_LENT] = {"reader-lent", "lent"},
    [SCARDSSP_SHARE_READER_GONE] = {"reader-gone", "no longer lent"},
    [SCARDSSP_SHARE_SESSION_OPENED] = {"session-opened", "session opened"},
    [SCARDSSP_SHARE_SESSION_CLOSED] = {"session-closed", "session closed"},
    [SCARDSSP_SHARE_SESSION_LOST] = {"session-lost", "session lost: its client is not heard of any more"},
    [SCARDSSP_SHARE_CARD_USED] = {"card-used", "card in use"},
    [SCARDSSP_SHARE_CARD_LEFT] = {"card-left", "card left"},
    [SCARDSSP_SHARE_CARD_RESET] = {"card-reset", "card of a lost session reset"},
    [SCARDSSP_SHARE_SERVER_GONE] = {"server-gone", "the NATS server has gone; looking for it"},
    [SCARDSSP_SHARE_SERVER_BACK] = {"server-back", "the NATS server is back"},
    [SCARDSSP_SHARE_REFUSED] = {"refused", "request refused"},
    [SCARDSSP_SHARE_SERVICE] = {"service", "the service of the readers"},
    [SCARDSSP_SHARE_READY] = {"ready", "lending readers as"},
};

static const char *const refusals[] = {"",          "no such session", "an old number",
                                       "senseless", "too many",        "the last one is at work"};

/* What is behind the colon. */
static const char *detail_of(const struct scardssp_share_event *event) {
    const size_t count = sizeof refusals / sizeof refusals[0];
    if (event->kind == SCARDSSP_SHARE_REFUSED)
        return event->status > 0 && (size_t)event->status < count ? refusals[event->status] : "";
    return event->status == S_OK && event->kind != SCARDSSP_SHARE_SERVICE ? "" : failure_name(event->status);
}

static void print_event(const struct scardssp_share_event *event) {
    char now[TIMESTAMP_MAX], line[LINE_MAX_BYTES];
    const char *detail = detail_of(event);
    timestamp_local(now, sizeof now);
    (void)snprintf(line, sizeof line, "%s  %s%s%s%s%s%s%s", now, events[event->kind].text,
                   event->reader ? "  " : "", event->reader ? event->reader : "", event->who ? "  " : "",
                   event->who ? event->who : "", *detail ? ": " : "", detail);
    text_print(stdout, line);
    putchar('\n');
}

static void write_event(const struct scardssp_share_event *event) {
    char now[TIMESTAMP_MAX];
    const char *detail = detail_of(event);
    struct json json = {.file = stdout};
    timestamp_utc(now, sizeof now);
    json_object(&json, NULL);
    json_text(&json, "time", now);
    json_text(&json, "event", events[event->kind].word);
    json_text(&json, "reader", event->reader);
    json_text(&json, "who", event->who);
    json_text(&json, "detail", *detail ? detail : NULL);
    json_end(&json, '}');
}

/* One event at a time: they come from several threads. */
struct log {
    struct lock lock;
    bool json;
};

static void tell(void *user, const struct scardssp_share_event *event) {
    struct log *log = user;
    if (event->kind == 0 || event->kind >= sizeof events / sizeof events[0])
        return;
    lock_take(&log->lock);
    if (log->json)
        write_event(event);
    else
        print_event(event);
    (void)fflush(stdout);
    lock_give(&log->lock);
}

static int complain(int32_t status, const char *message, const char *what) {
    if (status == E_INVALIDARG && message[0])
        return failure_plain(NULL, "%s", message);
    return failure(status, message[0] ? message : NULL, "%s", what);
}

int lending_run(const struct lending *lending) {
    struct log log = {.json = lending->json};
    char message[MESSAGE_MAX] = "";
    const struct scardssp_share_options options = {
        .server = lending->server,
        .name = lending->name,
        .readers = lending->readers.values,
        .reader_count = lending->readers.count,
        .flags = (lending->allow_control ? SCARDSSP_SHARE_CONTROL : 0u) |
                 (lending->insecure ? SCARDSSP_SHARE_INSECURE : 0u),
        .tell = tell,
        .user = &log,
    };
    const int stop = interrupt_open();
    if (stop < 0)
        return failure_plain(INTERRUPT_REMEDY, "cannot wait for Ctrl-C: %s", strerror(errno));
    const int32_t status = scardssp_share(&options, stop, message, sizeof message);
    interrupt_close();
    return status == S_OK ? EXIT_GOOD : complain(status, message, "cannot lend the readers");
}

/* Sessions */

struct list {
    struct json json;
    bool is_json;
    uint32_t count;
};

static void print_session(const struct scardssp_share_session *session) {
    char since[40] = "", line[LINE_MAX_BYTES];
    const time_t when = (time_t)session->since;
    struct tm parts;
    if (localtime_r(&when, &parts))
        (void)strftime(since, sizeof since, "%Y-%m-%d %H:%M:%S", &parts);
    (void)snprintf(line, sizeof line, "%s: since %s, heard of %" PRIu32 " ms ago; %s%s", session->who, since,
                   session->idle_ms, *session->readers ? "uses " : "uses no card", session->readers);
    text_print(stdout, line);
    putchar('\n');
}

static void visit(void *user, const struct scardssp_share_session *session) {
    struct list *list = user;
    list->count++;
    if (!list->is_json) {
        print_session(session);
        return;
    }
    json_object(&list->json, NULL);
    json_text(&list->json, "who", session->who);
    json_text(&list->json, "readers", session->readers);
    json_number(&list->json, "since", session->since);
    json_number(&list->json, "idleMs", session->idle_ms);
    json_end(&list->json, '}');
}

int lending_status(const struct lending *lending) {
    struct list list = {.json = {.file = stdout}, .is_json = lending->json};
    char message[MESSAGE_MAX] = "";
    if (list.is_json) {
        json_object(&list.json, NULL);
        json_array(&list.json, "sessions");
    }
    const int32_t status =
        scardssp_share_sessions(lending->server, lending->name, visit, &list, message, sizeof message);
    if (list.is_json) {
        json_end(&list.json, ']');
        json_end(&list.json, '}');
    }
    if (status != S_OK)
        return complain(status, message, "cannot ask the agent");
    if (!list.is_json && list.count == 0)
        printf("Nobody uses a reader of it.\n");
    return EXIT_GOOD;
}
