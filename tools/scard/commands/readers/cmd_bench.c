/* scard bench: how fast a reader and its card are. In the table of main.c. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "measure/blocks.h"
#include "measure/report.h"
#include "talk/cardname.h"
#include "talk/choose.h"
#include "terminal/failure.h"
#include "terminal/interrupt.h"
#include "terminal/options.h"

enum plot_choice { PLOT_FITTING, PLOT_BLOCKS, PLOT_ASCII, PLOT_NONE };

struct bench_settings {
    const char *reader;
    const char *file;
    uint32_t times, seconds;
    int plot;
    bool shared;
    bool json;
};

/* Alone where that can be had, so that resets disturb nobody; else beside the others. */
static int attach(const struct bench_settings *settings, const char *reader, struct course *course) {
    HRESULT hr = card_make(&course->card);
    if (FAILED(hr))
        return failure(hr, NULL, "cannot make a card object");
    course->alone = !settings->shared;
    hr = course->alone ? card_attach(course->card, reader, EXCLUSIVE, T0 | T1)
                       : (HRESULT)SCARD_E_SHARING_VIOLATION;
    if (hr == (HRESULT)SCARD_E_SHARING_VIOLATION) {
        course->alone = false;
        hr = card_attach(course->card, reader, SHARED, T0 | T1);
    }
    if (SUCCEEDED(hr))
        return EXIT_GOOD;
    ISCard_Release(course->card);
    course->card = NULL;
    return failure(hr, NULL, "cannot attach to the card in '%s'", reader);
}

static int complain(const struct bench_settings *settings, HRESULT hr) {
    if (SUCCEEDED(hr))
        return EXIT_GOOD;
    if (hr == (HRESULT)SCARD_E_FILE_NOT_FOUND)
        return failure(hr, "give a file that 'scard read' can read, or leave --file out",
                       "the card does not select '%s'", settings->file);
    return failure(hr, NULL, "cannot measure any more");
}

static void show(const struct bench_settings *settings, const char *reader, struct course *course) {
    struct report_head head = {.reader = reader};
    char name[CARDNAME_MAX];
    if (FAILED(card_look(course->card, &head.look)))
        head.look = (struct card_look){.protocol = (SCARD_PROTOCOLS)0};
    if (cardname_find(head.look.atr, head.look.atr_size, name))
        head.card = name;
    const bool blocks =
        settings->plot == PLOT_BLOCKS || (settings->plot == PLOT_FITTING && blocks_are_shown());
    if (settings->json)
        report_write(&head, course);
    else
        report_print(&head, course, settings->plot != PLOT_NONE, blocks);
}

static int measure(const struct bench_settings *settings, const char *reader) {
    struct course course = {.times = settings->times, .seconds = settings->seconds, .file = settings->file};
    int code = attach(settings, reader, &course);
    if (code != EXIT_GOOD)
        return code;
    course.interrupt = interrupt_open();
    if (course.interrupt < 0) {
        code = failure_plain(INTERRUPT_REMEDY, "cannot listen for Ctrl-C: %s", strerror(errno));
    } else {
        const HRESULT hr = course_run(&course);
        if (SUCCEEDED(hr) || course.count > 0)
            show(settings, reader, &course);
        code = complain(settings, hr);
        interrupt_close();
    }
    course_clear(&course);
    card_close(course.card);
    return code;
}

static int check(const struct invocation *invocation) {
    const struct bench_settings *settings = invocation->settings;
    if (settings->times == 0 || settings->times > 1000000)
        return options_complain(invocation->command, "--times is a number from 1 to 1000000");
    if (settings->seconds == 0 || settings->seconds > 3600)
        return options_complain(invocation->command, "--seconds is a number from 1 to 3600");
    for (const char *at = settings->file; at && *at; at += at[0] == '/' ? 1 + strcspn(at + 1, "/") : 4)
        if (at[0] != '/' || strspn(at + 1, "0123456789ABCDEFabcdef") != 4)
            return options_complain(
                invocation->command,
                "--file is a path of identifiers from the master file, as /2F02 or /DF01/0101");
    return EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct bench_settings *settings = invocation->settings;
    char *reader = NULL;
    int code = reader_choose(settings->reader, READER_WITH_CARD, "READER", &reader);
    if (code == EXIT_GOOD)
        code = measure(settings, reader);
    free(reader);
    return code;
}

static const struct bench_settings defaults = {.times = 100, .seconds = 2, .plot = PLOT_FITTING};

static const struct option_choice plots[] = {
    {"utf8", PLOT_BLOCKS}, {"ascii", PLOT_ASCII}, {"none", PLOT_NONE}, {NULL, 0}};

static const struct option_row options[] = {
    {.name = "file",
     .letter = 'f',
     .argument = "PATH",
     .help = "measures throughput by reading this file (READ BINARY), as /2F02; by default by GET CHALLENGE",
     VALUE_AT(struct bench_settings, file)},
    {.name = "times",
     .letter = 'n',
     .argument = "N",
     .help = "how often each command is sent; 100 by default, resets a tenth of it",
     VALUE_AT(struct bench_settings, times)},
    {.name = "seconds",
     .letter = 't',
     .argument = "SECONDS",
     .help = "how long each measurement takes at most; 2 by default",
     VALUE_AT(struct bench_settings, seconds)},
    {.name = "shared",
     .letter = 's',
     .help = "beside other programs, without resets, also where the card could be had alone",
     VALUE_AT(struct bench_settings, shared)},
    {.name = "plot",
     .help = "block elements, plain ASCII, or numbers only; by default what the locale shows",
     .choices = plots,
     VALUE_AT(struct bench_settings, plot)},
    JSON_OPTION(struct bench_settings),
    {0}};

static const struct operand_row operands[] = {READER_OPERAND(struct bench_settings), {0}};

const struct command cmd_bench = {
    .name = "scard bench",
    .line = "measures how fast a reader and its card are",
    .summary =
        "Measures on your own reader and card: the time of a round trip, throughput by the bytes in one command, and "
        "resets. All commands are harmless: SELECT of the master file, GET CHALLENGE, READ BINARY. Resets are made only "
        "where the card is used by nobody else.",
    .options = options,
    .operands = operands,
    .notes =
        "Times are of whole calls, as a program sees them: library, service, driver, reader and card. SPREAD is how "
        "they lie between the shortest and the one that 95 of 100 do not exceed. Ctrl-C ends it and shows what there is.\n"
        "JSON: {\"reader\",\"card\",\"atr\",\"protocol\",\"share\",\"stopped\", \"roundTrips\":[], \"command\",\"file\", "
        "\"throughput\":[], \"resets\":[]}; each has \"what\",\"times\",\"minNs\",\"medianNs\",\"p95Ns\",\"maxNs\", commands "
        "also \"sw\", throughput also \"asked\",\"bytes\",\"bytesPerSecond\".\n",
    .examples = "  scard bench                        the only reader with a card\n"
                "  scard bench -f /2F02 -n 1000       throughput of READ BINARY, more exactly\n"
                "  scard bench --json > before.json   to compare with later\n"
                "  scard --rm sim bench 0             without hardware: what the library itself takes\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};
