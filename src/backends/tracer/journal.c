/* Lines and records of calls: see journal.h. */
#include "backends/tracer/journal.h"

#include <stdlib.h>

#include "backends/tracer/apdu.h"

#define PREFIX "scardssp: "

bool journal_open(struct trace_journal *journal, int level, FILE *out, const char *records) {
    if (records && !trace_record_open(&journal->records, records))
        return false;
    if (level)
        output_place_take(out, &journal->out);
    journal->level = level;
    return true;
}

void journal_close(struct trace_journal *journal) {
    trace_record_close(&journal->records);
    free(journal->page.text);
    free(journal->detail.text);
}

void journal_begin(struct trace_journal *journal, struct traced_call *call, bool waits) {
    call->number = atomic_fetch_add(&journal->calls, 1) + 1;
    call->start = trace_now_us();
    call->began = trace_wall_us();
    if (!waits || !journal->records.path)
        return;
    lock_take(&journal->writing);
    trace_record_write(&journal->records, &journal->page, call);
    lock_give(&journal->writing);
}

/* "scardssp: CALL(ON) DETAIL = CODE, 0.123 ms", and the bytes behind it. */
static void write_lines(struct trace_journal *journal, const struct traced_call *call) {
    struct trace_page *page = &journal->page;
    const char *name = rm_status_name(call->status);
    trace_page_clear(page);
    trace_page_print(page, PREFIX "%s(", call->name);
    trace_page_text(page, call->on);
    trace_page_print(page, ")%s%s", call->detail[0] ? " " : "", call->detail);
    if (name)
        trace_page_print(page, " = %s", name);
    else
        trace_page_print(page, " = 0x%08X", (unsigned)call->status);
    trace_page_print(page, ", %u.%03u ms\n", (unsigned)(call->took / 1000u), (unsigned)(call->took % 1000u));
    if (journal->level >= 2 && call->command) {
        trace_apdu_command(page, PREFIX "  >", call->command, call->command_size);
        trace_apdu_answer(page, PREFIX "  <", call->command, call->command_size, call->answer,
                          call->answer_size);
    }
    if (page->text)
        (void)output_place_lines(&journal->out, page->text, page->size);
}

void journal_end_list(struct trace_journal *journal, struct traced_call *call, const char *detail,
                      va_list arguments) {
    call->took = trace_now_us() - call->start;
    lock_take(&journal->writing);
    trace_page_clear(&journal->detail);
    trace_page_print_list(&journal->detail, detail, arguments);
    call->detail = journal->detail.text ? journal->detail.text : "";
    if (journal->level)
        write_lines(journal, call);
    trace_record_write(&journal->records, &journal->page, call);
    lock_give(&journal->writing);
}

void journal_end(struct trace_journal *journal, struct traced_call *call, const char *detail, ...) {
    va_list arguments;
    va_start(arguments, detail);
    journal_end_list(journal, call, detail, arguments);
    va_end(arguments);
}
