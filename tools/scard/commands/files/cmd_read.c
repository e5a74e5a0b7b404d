/* scard read: the content of a card's file, to standard output or to disk. In the table of main.c. */
#include <stdio.h>

#include "base/wipe.h"
#include "command.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "terminal/screen.h"
#include "transfer/form.h"
#include "transfer/outfile.h"
#include "transfer/reading.h"
#include "transfer/visit.h"

struct read_settings {
    struct visit_settings visit;
    const char *path;
    const char *output; /* NULL: standard output */
    int form;
    bool json;
};

static int complain(const struct read_settings *settings, HRESULT hr) {
    if (hr == (HRESULT)SCARD_E_CANCELLED)
        return failure_plain(NULL, "ended by Ctrl-C: '%s' was not read to its end, nothing is written",
                             settings->path);
    if (hr == READING_CHANGED)
        return failure_plain("put the right card in, and begin anew",
                             "'%s' is not what it was before: this is another card, or somebody has written "
                             "to it; nothing is written",
                             settings->path);
    return failure(
        hr,
        hr == E_INVALIDARG
            ? "write a file as /DF01/0101: identifiers of four digits from the master file on; or as a "
              "name that the card's profile has."
            : NULL,
        "cannot read '%s'", settings->path);
}

static int read_file(const struct read_settings *settings, struct visit *visit, struct filecopy *out) {
    const HRESULT hr =
        reading_run(&visit->recovery, visit->files, settings->visit.directory, settings->path, out);
    return FAILED(hr) ? complain(settings, hr) : EXIT_GOOD;
}

static void write_json(const struct read_settings *settings, const struct visit *visit,
                       const struct filecopy *copy) {
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_text(&json, "reader", visit->reader);
    json_text(&json, "file", settings->path);
    json_text(&json, "kind", filecopy_kind_text(copy->kind));
    json_number(&json, "size", copy->size);
    json_number(&json, "reconnected", visit->recovery.times);
    json_text(&json, "output", settings->output);
    if (settings->output == NULL)
        form_write_json(&json, copy);
    json_end(&json, '}');
}

static int to_disk(const struct read_settings *settings, const struct filecopy *copy) {
    size_t size = 0;
    uint8_t *made = form_make(copy, (enum form)settings->form, &size);
    const int code = made ? outfile_write(settings->output, made, size)
                          : failure(E_OUTOFMEMORY, NULL, "cannot write '%s'", settings->output);
    wipe_free(made, size);
    if (code != EXIT_GOOD || settings->json)
        return code;
    if (filecopy_has_records(copy))
        printf("%s: %zu records, %zu bytes, in '%s'\n", settings->path, copy->count, copy->size,
               settings->output);
    else
        printf("%s: %zu bytes, in '%s'\n", settings->path, copy->size, settings->output);
    return EXIT_GOOD;
}

/* Bytes that are no text would drive the terminal. */
static int to_screen(const struct read_settings *settings, const struct filecopy *copy) {
    size_t size = 0;
    const enum form form =
        settings->form == FORM_FITTING && screen_is(stdout) ? FORM_DUMP : (enum form)settings->form;
    uint8_t *made = form_make(copy, form, &size);
    if (made == NULL)
        return failure(E_OUTOFMEMORY, NULL, "cannot show '%s'", settings->path);
    screen_take_bytes(stdout);
    (void)fwrite(made, 1, size, stdout); /* main.c tells when it could not be written */
    wipe_free(made, size);
    return EXIT_GOOD;
}

static int deliver(const struct read_settings *settings, const struct visit *visit,
                   const struct filecopy *copy) {
    int code = EXIT_GOOD;
    if (settings->output)
        code = to_disk(settings, copy);
    else if (!settings->json)
        code = to_screen(settings, copy);
    if (code == EXIT_GOOD && settings->json)
        write_json(settings, visit, copy);
    return code;
}

static int run(const struct invocation *invocation) {
    const struct read_settings *settings = invocation->settings;
    struct visit visit;
    struct filecopy copy = {0};
    int code = visit_open(&settings->visit, &visit);
    if (code != EXIT_GOOD)
        return code;
    code = read_file(settings, &visit, &copy);
    visit_leave(&visit); /* the card is free before a slow disk gets its bytes */
    if (code == EXIT_GOOD)
        code = deliver(settings, &visit, &copy);
    filecopy_free(&copy);
    visit_close(&visit);
    return code;
}

static int check(const struct invocation *invocation) {
    const struct read_settings *settings = invocation->settings;
    return visit_check(invocation->command, &settings->visit);
}

static const struct read_settings defaults = {.visit = VISIT_DEFAULTS, .form = FORM_FITTING};

static const struct option_row options[] = {
    VISIT_OPTIONS(struct read_settings),
    {.name = "output",
     .letter = 'o',
     .argument = "FILE",
     .help = "writes to a file, which is there whole or not at all",
     VALUE_AT(struct read_settings, output)},
    {.name = "form",
     .letter = 'f',
     .help =
         "the bytes as they are (of records all in a row), hexadecimal with a line for each record, or with "
         "places and characters; by default bytes, records in hexadecimal, on a terminal a dump",
     .choices = form_choices,
     VALUE_AT(struct read_settings, form)},
    JSON_OPTION(struct read_settings),
    {0}};

static const struct operand_row operands[] = {
    {.name = "PATH",
     .help =
         "identifiers from the master file (/DF01/0101) or from the directory (0101), or a name of the card's "
         "profile",
     VALUE_AT(struct read_settings, path)},
    {0}};

const struct command cmd_read = {
    .name = "scard read",
    .line = "reads a file of a card, to the screen or to disk",
    .summary =
        "Reads a whole file of a card, all its bytes or records. When another program resets the card, or it is "
        "taken out and put back, reading goes on where it was, after a look whether it is the same file. "
        "Ctrl-C ends it: nothing is written then.",
    .options = options,
    .operands = operands,
    .notes =
        "JSON: {\"reader\",\"file\",\"kind\",\"size\",\"reconnected\",\"output\",\"content\",\"records\":[]}; "
        "with --output without the last two.\n",
    .examples = "  scard read /0002                            the file 0002 below the master file\n"
                "  scard read /DF01/0101 -o file.bin           to disk\n"
                "  scard read --pin 01 /0006                   after PIN 01, which is asked for\n"
                "  scard read -d A000000308000010000100 0101   the first certificate of a PIV card\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};
