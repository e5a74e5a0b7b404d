/*
 * scard trace run: what any PC/SC program says to readers and cards, in one of three forms. In
 * cmd_trace.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "commands/traces/follow.h"
#include "commands/traces/traces.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "terminal/options.h"
#include "trace/sink.h"

#define BY_NAME -1

struct trace_settings {
    const char *output;
    int form; /* an enum trace_form; BY_NAME */
    const char *rm;
    bool preload;
    struct operand_list command;
};

static const char *manager_of(const struct invocation *invocation) {
    const struct trace_settings *settings = invocation->settings;
    return settings->rm ? settings->rm : invocation->rm;
}

static enum trace_form form_of(const struct trace_settings *settings) {
    return settings->form == BY_NAME ? sink_form(settings->output) : (enum trace_form)settings->form;
}

static int check(const struct invocation *invocation) {
    const struct trace_settings *settings = invocation->settings;
    const char *rm = manager_of(invocation);
    if (settings->command.count == 0)
        return options_complain(invocation->command, "which program?");
    if (form_of(settings) == TRACE_PCAPNG && settings->output == NULL)
        return options_complain(invocation->command, "pcapng wants --output, it is not for a terminal");
    return rm ? launch_check(rm) : EXIT_GOOD;
}

static void take_line(void *user, const char *line, size_t size) {
    sink_line(user, line, size);
}

static int complain_of(const char *path) {
    (void)failure_plain("make room there, or write to another place", "cannot write '%s': %s", path,
                        strerror(errno));
    return LAUNCH_NOT_STARTED;
}

/* JSON Lines are the record itself: it is whole even when this process is killed, too. */
static int record_directly(struct launch *launch, const char *path) {
    FILE *file = file_open(path, "wb");
    if (file == NULL || fclose(file) != 0)
        return complain_of(path);
    launch->record = path;
    return follow_program(launch, NULL, NULL);
}

/* Of the program's code and that of the file the one that says that something is wrong. */
static int finish(struct sink *sink, const char *path, int code) {
    bool good = sink_end(sink);
    good = !ferror(sink->file) && good;
    if (path && fclose(sink->file) != 0)
        good = false;
    return good || code != EXIT_GOOD ? code : complain_of(path ? path : "standard error");
}

static int follow(struct launch *launch, enum trace_form form, const char *path) {
    struct sink sink;
    FILE *file = path ? file_open(path, "wb") : stderr;
    if (file == NULL)
        return complain_of(path);
    sink_begin(&sink, form, file);
    return finish(&sink, path, follow_program(launch, take_line, &sink));
}

static int run(const struct invocation *invocation) {
    const struct trace_settings *settings = invocation->settings;
    const enum trace_form form = form_of(settings);
    struct launch launch = {.rm = manager_of(invocation),
                            .trace = invocation->trace,
                            .preload = settings->preload,
                            .command = settings->command.values};
    if (form == TRACE_JSONL && settings->output)
        return record_directly(&launch, settings->output);
    char *record = follow_make_file();
    launch.record = record;
    const int code = record ? follow(&launch, form, settings->output) : LAUNCH_NOT_STARTED;
    if (record)
        (void)remove(record);
    free(record);
    return code;
}

static const struct trace_settings defaults = {.form = BY_NAME};

static const struct option_row options[] = {
    {.name = "output",
     .letter = 'o',
     .argument = "FILE",
     .help = "writes the trace there, in place of what the file has; standard error by default",
     VALUE_AT(struct trace_settings, output)},
    {.name = "format",
     .letter = 'f',
     .help =
         "text for people; jsonl, a line of JSON for each call, for programs; pcapng, which Wireshark decodes as "
         "ISO 7816; by default what FILE's ending says, else text",
     .choices = sink_choices,
     VALUE_AT(struct trace_settings, form)},
    {.name = "rm",
     .argument = "SPEC",
     .help = "where the program finds readers, as --rm before a command",
     VALUE_AT(struct trace_settings, rm)},
    {.name = "preload",
     .letter = 'p',
     .help = "for programs that look for libraries at places of their own",
     VALUE_AT(struct trace_settings, preload)},
    {0}};

static const struct operand_row operands[] = {{.name = "COMMAND",
                                               .form = "[--] COMMAND [ARGUMENT]...",
                                               .help = "the program, and what it is called with",
                                               VALUE_AT(struct trace_settings, command)},
                                              {0}};

const struct command trace_run = {
    .name = "scard trace run",
    .line = "runs a program and writes what it says to readers and cards",
    .summary =
        "Runs any program that uses the PC/SC library (OpenSC, GnuPG, pyscard, a browser, ...) or this library, "
        "unchanged, and writes down each call: when, on which reader, with which result, and the bytes of "
        "commands and answers. PINs and keys are left out. Programs that it starts are traced, too. The "
        "trace is whole even where the program crashes or is killed; a command that was never answered "
        "stands at the end.",
    .options = options,
    .operands = operands,
    .passes_on = true,
    .leaves_rm = true,
    .notes = launch_notes,
    .examples =
        "  scard trace -- opensc-tool -a                     on the terminal\n"
        "  scard trace -o said.pcapng -- pkcs15-tool -D      for Wireshark, or tshark -V -r said.pcapng\n"
        "  scard trace -o said.jsonl -- pcsc_scan -c         for programs, and for scard trace show\n"
        "  scard trace --rm sim -- opensc-tool -l            without hardware\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};
