/* scard trace show: a trace as text, as a page for a browser, or as packets for Wireshark. In cmd_trace.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "commands/traces/traces.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "trace/page.h"
#include "trace/sink.h"

struct show_settings {
    const char *file;
    const char *html;
    const char *pcapng;
};

/* Opens the file, has it written, and closes it: it is there whole, or that is said. */
static int write_to(const char *path,
                    void (*write)(FILE *file, const char *name, const struct trace_list *list),
                    const char *name, const struct trace_list *list) {
    FILE *file = file_open(path, "wb");
    if (file != NULL)
        write(file, name, list);
    bool good = file != NULL && !ferror(file);
    const int why = errno;
    if (file != NULL && fclose(file) != 0)
        good = false;
    return good ? EXIT_GOOD
                : failure_plain("make room there, or write to another place", "cannot write '%s': %s", path,
                                strerror(file ? errno : why));
}

static void write_all(FILE *file, enum trace_form form, const struct trace_list *list) {
    struct sink sink;
    sink_begin(&sink, form, file);
    for (size_t i = 0; i < list->count; ++i)
        sink_entry(&sink, &list->entries[i]);
    (void)sink_end(&sink);
}

static void write_packets(FILE *file, const char *name, const struct trace_list *list) {
    (void)name;
    write_all(file, TRACE_PCAPNG, list);
}

static int run(const struct invocation *invocation) {
    const struct show_settings *settings = invocation->settings;
    const char *name = settings->file + file_folder_size(settings->file);
    struct trace_list list;
    int code = recordfile_load(settings->file, true, &list);
    if (code == EXIT_GOOD && settings->html)
        code = write_to(settings->html, page_write, name, &list);
    if (code == EXIT_GOOD && settings->pcapng)
        code = write_to(settings->pcapng, write_packets, name, &list);
    if (code == EXIT_GOOD && !settings->html && !settings->pcapng)
        write_all(stdout, TRACE_TEXT, &list);
    trace_list_clear(&list);
    return code;
}

static const struct show_settings defaults = {.file = NULL};

static const struct option_row options[] = {
    {.name = "html",
     .letter = 'H',
     .argument = "OUT",
     .help =
         "writes one page for a browser, with a timeline and a search, that needs nothing else and no network",
     VALUE_AT(struct show_settings, html)},
    {.name = "pcapng",
     .letter = 'P',
     .argument = "OUT",
     .help = "writes packets that Wireshark and tshark decode as ISO 7816",
     VALUE_AT(struct show_settings, pcapng)},
    {0}};

static const struct operand_row operands[] = {
    {.name = "FILE", .help = "a trace in JSON Lines or pcapng", VALUE_AT(struct show_settings, file)}, {0}};

const struct command trace_show = {
    .name = "scard trace show",
    .line = "shows a trace: as text, as a page, for Wireshark",
    .summary =
        "Shows a trace that 'scard trace run --output' has written: as text, each command and answer in bytes "
        "and words, or as a page for a browser. Secrets are not in the trace, and so in none of these.",
    .options = options,
    .operands = operands,
    .examples = "  scard trace show said.jsonl\n"
                "  scard trace show said.jsonl --html said.html\n"
                "  scard trace show said.jsonl --pcapng said.pcapng && tshark -V -r said.pcapng\n",
    SETTINGS(defaults),
    .leaves_rm = true,
    .run = run};
