/* A trace as a page: see page.h. */
#include "trace/page.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "scardssp_rm.h"
#include "terminal/text.h"
#include "trace/pagescript.h"

#define LANES_MAX 16u

/* Text of others: nothing in it is markup, drives the browser, or is no character. */
static void put_text(FILE *file, const char *text) {
    while (*text) {
        uint32_t character = 0;
        const size_t size = text_character(text, &character);
        if (size == 0 || character < 0x20 || (character >= 0x7F && character < 0xA0))
            fputs("\xEF\xBF\xBD", file);
        else if (strchr("&<>\"'", *text))
            fprintf(file, "&#%d;", *text);
        else
            fwrite(text, 1, size, file);
        text += size ? size : 1;
    }
}

static void put_name(FILE *file, const char *text) {
    fputs("<bdi>", file);
    put_text(file, text ? text : "");
    fputs("</bdi>", file);
}

/* What a status word or the code of a call is: the class that colours it. */
static const char *colour_of(const struct trace_entry *entry) {
    if (!entry->ended)
        return "bad";
    if (!entry_has_answer(entry))
        return entry->status && strcmp(entry->status, "SCARD_S_SUCCESS") == 0 ? "other" : "bad";
    switch (entry->answer[entry->answer_size - 2]) {
    case 0x90:
    case 0x61:
    case 0x91: /* of a UICC and DESFire */
    case 0x9F:
        return "good";
    case 0x62:
    case 0x63:
    case 0x6C:
        return "warn";
    default:
        return "bad";
    }
}

/* The span of time that all of it took. */
struct span {
    uint64_t first, last;
};

static struct span span_of(const struct trace_list *list) {
    struct span span = {.first = UINT64_MAX};
    for (size_t i = 0; i < list->count; ++i) {
        const struct trace_entry *entry = &list->entries[i];
        const uint64_t end = entry->time + entry->took;
        span.first = entry->time < span.first ? entry->time : span.first;
        span.last = end > span.last ? end : span.last;
    }
    return list->count ? span : (struct span){.first = 0};
}

static void put_policy(FILE *file) {
    fprintf(file,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'unsafe-inline'; script-src 'sha256-%s'\">\n",
            page_script_hash);
}

static size_t count_commands(const struct trace_list *list) {
    size_t count = 0;
    for (size_t i = 0; i < list->count; ++i)
        count += entry_is_command(&list->entries[i]);
    return count;
}

static void put_head(FILE *file, const char *name, const struct trace_list *list, const struct span *span) {
    char began[64] = "";
    const time_t seconds = (time_t)(span->first / 1000000u);
    const struct tm *parts = gmtime(&seconds);
    if (parts)
        (void)strftime(began, sizeof began, "%Y-%m-%d %H:%M:%S UTC", parts);
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", file);
    put_policy(file);
    fputs("<meta name=\"viewport\" content=\"width=device-width\">\n<title>", file);
    put_text(file, name);
    fprintf(file, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header><h1>", page_style);
    put_text(file, name);
    fprintf(file,
            "</h1>\n<p>%zu calls, %zu commands to cards; began %s, took %" PRIu64
            ".%06u s; secrets are not shown</p></header>\n",
            list->count, count_commands(list), began, (span->last - span->first) / 1000000u,
            (unsigned)((span->last - span->first) % 1000000u));
}

/* Timeline */

/* One command, at its place and as wide as it took. */
static void put_tick(FILE *file, const struct trace_entry *entry, size_t number, const struct span *span) {
    char words[ENTRY_WORDS_MAX];
    const double whole = span->last > span->first ? (double)(span->last - span->first) : 1.0;
    entry_command_words(entry, words);
    fprintf(file, "<a href=\"#c%zu\" class=\"%s\" style=\"left:%.3f%%;width:%.3f%%\" title=\"", number,
            colour_of(entry), 99.5 * (double)(entry->time - span->first) / whole,
            99.5 * (double)entry->took / whole);
    put_text(file, words);
    fputs("\"></a>", file);
}

static void put_lane(FILE *file, const struct trace_list *list, const char *reader, const struct span *span) {
    fputs("<div class=\"lane\">", file);
    put_name(file, reader);
    fputs("<div>", file);
    for (size_t i = 0; i < list->count; ++i)
        if (entry_is_command(&list->entries[i]) && strcmp(list->entries[i].on, reader) == 0)
            put_tick(file, &list->entries[i], i + 1, span);
    fputs("</div></div>\n", file);
}

/* A lane for each reader that commands went to. */
static void put_lanes(FILE *file, const struct trace_list *list, const struct span *span) {
    const char *readers[LANES_MAX];
    size_t count = 0;
    fputs("<div class=\"lanes\" aria-label=\"timeline\">\n", file);
    for (size_t i = 0; i < list->count && count < LANES_MAX; ++i) {
        bool known = !entry_is_command(&list->entries[i]) || list->entries[i].on == NULL;
        for (size_t lane = 0; lane < count && !known; ++lane)
            known = strcmp(readers[lane], list->entries[i].on) == 0;
        if (known)
            continue;
        readers[count] = list->entries[i].on;
        put_lane(file, list, readers[count++], span);
    }
    fputs("</div>\n", file);
}

/* Table */

static void put_hex(FILE *file, const uint8_t *bytes, size_t size, const char *gap,
                    const struct trace_entry *hides) {
    for (size_t i = 0; i < size; ++i) {
        const bool hidden = hides && i >= hides->hidden_at && i - hides->hidden_at < hides->hidden_count;
        if (hidden)
            fprintf(file, "%s**", i ? gap : "");
        else
            fprintf(file, "%s%02X", i ? gap : "", bytes[i]);
    }
}

static void put_exchange(FILE *file, const struct trace_entry *entry) {
    char words[ENTRY_WORDS_MAX];
    entry_command_words(entry, words);
    fputs("<b>", file);
    put_text(file, words);
    fputs("</b><code>", file);
    put_hex(file, entry->command, entry->command_size, " ", entry);
    entry_answer_words(entry, words);
    fprintf(file, "</code><span class=\"%s\">", colour_of(entry));
    put_text(file, words);
    fputs("</span><code>", file);
    put_hex(file, entry->answer, entry->answer_size, " ", NULL);
    fputs("</code>", file);
}

static void put_atr(FILE *file, const struct trace_reader *reader, bool named) {
    char words[4 * ENTRY_WORDS_MAX];
    fputs("<code>ATR ", file);
    put_hex(file, reader->atr, reader->atr_size, " ", NULL);
    fputs("</code>", file);
    (void)scardssp_atr_text(reader->atr, reader->atr_size, words, sizeof words);
    put_text(file, words);
    if (!named)
        return;
    fputs("; ", file);
    put_name(file, reader->name);
}

static void put_call(FILE *file, const struct trace_entry *entry) {
    struct trace_reader reader;
    put_text(file, entry->call ? entry->call : "");
    fputs(" ", file);
    put_text(file, entry->detail ? entry->detail : "");
    fprintf(file, " <span class=\"%s\">", colour_of(entry));
    put_text(file, entry->ended ? entry->status ? entry->status : "" : "never ended");
    fputs("</span>", file);
    for (size_t i = 0; entry_reader(entry, i, &reader); ++i)
        put_atr(file, &reader, entry->reader_count > 0);
}

static void put_row(FILE *file, const struct trace_entry *entry, size_t number, const struct span *span) {
    const uint64_t after = entry->time - span->first;
    fprintf(file, "<tr id=\"c%zu\"", number);
    if (entry_is_command(entry)) {
        fputs(" data-command=\"", file);
        put_hex(file, entry->command, entry->command_size, "", entry);
        fputs("\" data-answer=\"", file);
        put_hex(file, entry->answer, entry->answer_size, "", NULL);
        fputs("\"", file);
    }
    fprintf(file, "><td class=\"t\">+%" PRIu64 ".%06u s<br>%" PRIu64 ".%03u ms</td><td class=\"w\">",
            after / 1000000u, (unsigned)(after % 1000000u), entry->took / 1000u,
            (unsigned)(entry->took % 1000u));
    put_name(file, entry->on);
    if (entry->program) {
        fputs("<br>", file);
        put_name(file, entry->program);
        fprintf(file, " %" PRIu32, entry->process);
    }
    fputs("</td><td>", file);
    if (entry_is_command(entry))
        put_exchange(file, entry);
    else
        put_call(file, entry);
    fputs("</td></tr>\n", file);
}

void page_write(FILE *file, const char *name, const struct trace_list *list) {
    const struct span span = span_of(list);
    put_head(file, name, list, &span);
    put_lanes(file, list, &span);
    fputs(
        "<div class=\"search\"><input type=\"search\" id=\"q\" placeholder=\"Search: words, bytes, readers\" "
        "aria-label=\"search\" autofocus>"
        "<label><input type=\"checkbox\" id=\"only\"> commands only</label><output id=\"count\"></output></div>\n"
        "<table><tbody>\n",
        file);
    for (size_t i = 0; i < list->count; ++i)
        put_row(file, &list->entries[i], i + 1, &span);
    fprintf(file, "</tbody></table>\n<script>%s</script>\n</body>\n</html>\n", page_script);
}
