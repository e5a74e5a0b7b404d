/* A trace as text: see textform.h. */
#include "trace/textform.h"

#include <inttypes.h>
#include <time.h>

#include "terminal/text.h"

/* The time of day here. */
static void write_time(FILE *file, uint64_t time_us) {
    const time_t seconds = (time_t)(time_us / 1000000u);
    const struct tm *parts = localtime(&seconds);
    char text[16] = "";
    if (parts)
        (void)strftime(text, sizeof text, "%H:%M:%S", parts);
    fprintf(file, "%s.%06u ", text, (unsigned)(time_us % 1000000u));
}

static void write_command(FILE *file, const struct trace_entry *entry) {
    char words[ENTRY_WORDS_MAX];
    fputs("  >", file);
    for (size_t i = 0; i < entry->command_size; ++i) {
        if (i >= entry->hidden_at && i - entry->hidden_at < entry->hidden_count)
            fputs(" **", file);
        else
            fprintf(file, " %02X", entry->command[i]);
    }
    entry_command_words(entry, words);
    fprintf(file, "  | %s\n", words);
}

static void write_answer(FILE *file, const struct trace_entry *entry) {
    char words[ENTRY_WORDS_MAX];
    fputs("  <", file);
    if (entry->answer_size)
        fputc(' ', file);
    text_print_hex(file, entry->answer, entry->answer_size, " ");
    entry_answer_words(entry, words);
    fputs("  | ", file);
    text_print(file, words);
    fputc('\n', file);
}

static void write_call(FILE *file, const struct trace_entry *entry) {
    write_time(file, entry->time);
    if (entry->program) {
        text_print(file, entry->program);
        fprintf(file, "[%" PRIu32 "] ", entry->process);
    }
    text_print(file, entry->call ? entry->call : "?");
    fputc('(', file);
    text_print(file, entry->on ? entry->on : "");
    fputc(')', file);
    if (entry->detail && entry->detail[0]) {
        fputc(' ', file);
        text_print(file, entry->detail);
    }
    if (entry->ended && entry->status && entry->status[0]) {
        fputs(" = ", file);
        text_print(file, entry->status);
    }
    if (entry->ended)
        fprintf(file, ", %" PRIu64 ".%03u ms", entry->took / 1000u, (unsigned)(entry->took % 1000u));
    fputc('\n', file);
}

static void write_atrs(FILE *file, const struct trace_entry *entry) {
    struct trace_reader reader;
    for (size_t i = 0; !entry_is_command(entry) && entry_reader(entry, i, &reader); ++i) {
        fputs("  ATR ", file);
        text_print_hex(file, reader.atr, reader.atr_size, " ");
        if (entry->reader_count) {
            fputs("  | ", file);
            text_print(file, reader.name);
        }
        fputc('\n', file);
    }
}

void textform_write(FILE *file, const struct trace_entry *entry) {
    write_call(file, entry);
    write_atrs(file, entry);
    if (!entry_is_command(entry))
        return;
    write_command(file, entry);
    write_answer(file, entry);
}
