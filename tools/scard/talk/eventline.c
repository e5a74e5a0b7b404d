/* Events of readers as lines: see eventline.h. */
#include "talk/eventline.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include "scardssp.h"
#include "talk/reader.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/timestamp.h"

static void add(char *out, size_t *used, const char *format, ...) __attribute__((format(__printf__, 3, 4)));

static void add(char *out, size_t *used, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(out + *used, EVENTLINE_MAX - *used, format, arguments);
    va_end(arguments);
    if (length > 0)
        *used += (size_t)length;
    if (*used >= EVENTLINE_MAX)
        *used = EVENTLINE_MAX - 1;
}

void eventline_text(const struct event *event, const char *name, bool with_atr, char *out) {
    char now[TIMESTAMP_MAX];
    const uint32_t bytes = event->state && with_atr ? event->state->atr_size : 0;
    size_t used = 0;
    timestamp_local(now, sizeof now);
    add(out, &used, "%s  %-15s", now, event_text(event->kind));
    if (event->reader)
        add(out, &used, "  %s", event->reader);
    if (event->status != S_OK)
        add(out, &used, "  %s", failure_name(event->status));
    if (event->state)
        add(out, &used, ": %s", reader_state_text(event->state->state));
    for (uint32_t i = 0; i < bytes; ++i)
        add(out, &used, "%s%02X", i ? " " : ", ATR ", event->state->atr[i]);
    if (name[0])
        add(out, &used, " (%s)", name);
}

void eventline_write(const struct event *event, const char *name) {
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
