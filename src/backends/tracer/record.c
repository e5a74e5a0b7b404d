/* Lines of JSON about calls: see record.h. */
#include "backends/tracer/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "apdu/secret.h"
#include "backends/tracer/process.h"
#include "base/file.h"

static uint64_t read_clock(clockid_t clock) {
    struct timespec now = {0};
    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t trace_now_us(void) {
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t trace_wall_us(void) {
    return read_clock(CLOCK_REALTIME);
}

/* The file */

static bool open_file(struct trace_record_file *records) {
    records->file = file_open(records->path, "ab");
    if (!records->file)
        return false;
    /* Else a long line would go out in pieces, between which others may write. */
    (void)setvbuf(records->file, NULL, _IONBF, 0);
    output_place_take(records->file, &records->place);
    return true;
}

bool trace_record_open(struct trace_record_file *records, const char *path) {
    records->path = strdup(path);
    if (records->path && open_file(records))
        return true;
    free(records->path);
    records->path = NULL;
    return false;
}

void trace_record_close(struct trace_record_file *records) {
    if (records->file)
        (void)fclose(records->file);
    free(records->path);
    *records = (struct trace_record_file){.path = NULL};
}

/* The stream whose number is somebody else's by now is not closed: that would close theirs. */
static void write_line(struct trace_record_file *records, const struct trace_page *page) {
    if (!page->text || (records->file && output_place_lines(&records->place, page->text, page->size)))
        return;
    if (open_file(records))
        (void)output_place_lines(&records->place, page->text, page->size);
}

/* What stands in a line */

static void print_text(struct trace_page *page, const char *key, const char *text) {
    trace_page_print(page, ",\"%s\":", key);
    trace_page_json(page, text);
}

static void print_hex(struct trace_page *page, const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; ++i)
        trace_page_print(page, "%02X", bytes[i]);
}

/* "**" stands for each byte of a secret. */
static void print_command(struct trace_page *page, const struct traced_call *call) {
    size_t front, back;
    (void)secret_find(call->command, call->command_size, &front, &back);
    trace_page_print(page, ",\"command\":\"");
    print_hex(page, call->command, front);
    for (size_t i = front; i + back < call->command_size; ++i)
        trace_page_print(page, "**");
    print_hex(page, call->command + call->command_size - back, back);
    trace_page_print(page, "\"");
}

static void print_bytes(struct trace_page *page, const char *key, const uint8_t *bytes, size_t size) {
    trace_page_print(page, ",\"%s\":\"", key);
    print_hex(page, bytes, size);
    trace_page_print(page, "\"");
}

static void print_result(struct trace_page *page, const struct traced_call *call) {
    const char *name = rm_status_name(call->status);
    char number[16];
    (void)snprintf(number, sizeof number, "0x%08X", (unsigned)call->status);
    print_text(page, "status", name ? name : number);
    trace_page_print(page, ",\"took\":%" PRIu64, call->took);
    print_text(page, "detail", call->detail);
}

/* Those with a card. */
static void print_readers(struct trace_page *page, const struct traced_call *call) {
    bool follows = false;
    trace_page_print(page, ",\"readers\":[");
    for (size_t i = 0; i < call->reader_count; ++i) {
        const struct rm_reader_state *state = &call->readers[i];
        if (state->atr_size == 0)
            continue;
        trace_page_print(page, "%s{\"name\":", follows ? "," : "");
        trace_page_json(page, state->reader);
        print_bytes(page, "atr", state->atr, state->atr_size);
        trace_page_print(page, "}");
        follows = true;
    }
    trace_page_print(page, "]");
}

void trace_record_write(struct trace_record_file *records, struct trace_page *page,
                        const struct traced_call *call) {
    char program[PROCESS_NAME_MAX];
    if (!records->path)
        return;
    process_name(program);
    trace_page_clear(page);
    trace_page_print(page, "{\"trace\":1,\"time\":%" PRIu64 ",\"process\":%u,\"thread\":%u", call->began,
                     (unsigned)process_number(), (unsigned)process_thread());
    print_text(page, "program", program);
    trace_page_print(page, ",\"number\":%" PRIu64 ",\"ended\":%s", call->number,
                     call->detail ? "true" : "false");
    print_text(page, "call", call->name);
    print_text(page, "on", call->on);
    if (call->detail)
        print_result(page, call);
    if (call->command)
        print_command(page, call);
    if (call->answer)
        print_bytes(page, "answer", call->answer, call->answer_size);
    if (call->atr)
        print_bytes(page, "atr", call->atr, call->atr_size);
    if (call->readers)
        print_readers(page, call);
    trace_page_print(page, "}\n");
    write_line(records, page);
}
