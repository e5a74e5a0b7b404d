/* Where a trace goes: see sink.h. */
#include "trace/sink.h"

#include <string.h>

#include "trace/recordline.h"
#include "trace/textform.h"

const struct option_choice sink_choices[] = {
    {"text", TRACE_TEXT}, {"jsonl", TRACE_JSONL}, {"pcapng", TRACE_PCAPNG}, {NULL, 0}};

static bool ends_with(const char *path, const char *ending) {
    const size_t size = strlen(path), length = strlen(ending);
    return size >= length && strcmp(path + size - length, ending) == 0;
}

enum trace_form sink_form(const char *path) {
    if (path && (ends_with(path, ".jsonl") || ends_with(path, ".json")))
        return TRACE_JSONL;
    return path && ends_with(path, ".pcapng") ? TRACE_PCAPNG : TRACE_TEXT;
}

void sink_begin(struct sink *sink, enum trace_form form, FILE *file) {
    *sink = (struct sink){.form = form, .file = file, .pcapng = {.file = file}};
    if (form == TRACE_PCAPNG)
        pcapng_begin(&sink->pcapng);
}

void sink_entry(struct sink *sink, const struct trace_entry *entry) {
    if (sink->form == TRACE_PCAPNG)
        pcapng_write(&sink->pcapng, entry);
    else
        textform_write(sink->file, entry);
}

/* Takes out the beginning of a call that has ended. */
static void forget_begun(struct trace_list *begun, const struct trace_entry *ended) {
    for (size_t i = 0; i < begun->count; ++i) {
        struct trace_entry *entry = &begun->entries[i];
        if (entry->process != ended->process || entry->number != ended->number || entry->time != ended->time)
            continue;
        entry_clear(entry);
        *entry = begun->entries[--begun->count];
        return;
    }
}

void sink_line(struct sink *sink, const char *line, size_t size) {
    struct trace_entry entry;
    if (sink->form == TRACE_JSONL) {
        (void)fwrite(line, 1, size, sink->file);
        fputc('\n', sink->file);
        return;
    }
    if (recordline_parse(line, size, &entry) != RECORDLINE_OK)
        return;
    if (entry.ended) {
        forget_begun(&sink->begun, &entry);
        sink_entry(sink, &entry);
    } else if (trace_list_add(&sink->begun, &entry)) {
        return;
    }
    entry_clear(&entry);
}

bool sink_end(struct sink *sink) {
    for (size_t i = 0; i < sink->begun.count; ++i)
        sink_entry(sink, &sink->begun.entries[i]);
    trace_list_clear(&sink->begun);
    (void)fflush(sink->file);
    return sink->form != TRACE_PCAPNG || pcapng_end(&sink->pcapng);
}
