/* scard write: brings a file from disk to a card. In the table of main.c. */
#include <stdio.h>

#include "base/wipe.h"
#include "command.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "transfer/form.h"
#include "transfer/infile.h"
#include "transfer/refusal.h"
#include "transfer/visit.h"
#include "transfer/writing.h"

struct write_settings {
    struct visit_settings visit;
    const char *path, *file; /* file NULL: standard input */
    int form;
    bool json;
};

static void tell(const struct write_settings *settings, const struct visit *visit,
                 const struct writing_task *task) {
    const bool records = filecopy_has_records(&task->copy);
    if (settings->json) {
        struct json json = {.file = stdout};
        json_object(&json, NULL);
        json_text(&json, "reader", visit->reader);
        json_text(&json, "file", task->path);
        json_text(&json, "kind", filecopy_kind_text(task->copy.kind));
        json_number(&json, "size", task->copy.size);
        json_number(&json, "reconnected", visit->recovery.times);
        json_end(&json, '}');
    } else if (records) {
        printf("%s: %zu records, %zu bytes, written\n", task->path, task->copy.count, task->copy.size);
    } else {
        printf("%s: %zu bytes, written\n", task->path, task->copy.size);
    }
}

static int write_file(const struct write_settings *settings, struct writing_task *task) {
    struct visit visit;
    const int code = visit_open(&settings->visit, &visit);
    if (code != EXIT_GOOD)
        return code;
    const HRESULT hr = writing_run(&visit.recovery, visit.files, task);
    if (SUCCEEDED(hr))
        tell(settings, &visit, task);
    visit_close(&visit);
    return FAILED(hr) ? refusal_tell(task, hr) : EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct write_settings *settings = invocation->settings;
    struct writing_task task = {
        .directory = settings->visit.directory, .path = settings->path, .form = (enum form)settings->form};
    uint8_t *text = NULL;
    int code = infile_read(settings->file, &text, &task.size);
    task.text = text;
    if (code == EXIT_GOOD && task.size == 0)
        code = failure_plain("nothing was written", "'%s' is empty",
                             settings->file ? settings->file : "standard input");
    if (code == EXIT_GOOD)
        code = write_file(settings, &task);
    filecopy_free(&task.copy);
    wipe_free(text, task.size);
    return code;
}

static int check(const struct invocation *invocation) {
    const struct write_settings *settings = invocation->settings;
    return visit_check(invocation->command, &settings->visit);
}

static const struct write_settings defaults = {.visit = VISIT_DEFAULTS, .form = FORM_FITTING};

static const struct option_choice forms[] = {{"bytes", FORM_BYTES}, {"hex", FORM_HEX}, {NULL, 0}};

static const struct option_row options[] = {
    VISIT_OPTIONS(struct write_settings),
    {.name = "form",
     .letter = 'f',
     .help =
         "what the file on disk holds: the bytes as they are, by default, or hexadecimal; of records always "
         "a line of hexadecimal each",
     .choices = forms,
     VALUE_AT(struct write_settings, form)},
    JSON_OPTION(struct write_settings),
    {0}};

static const struct operand_row operands[] = {
    {.name = "PATH",
     .help =
         "identifiers from the master file (/DF01/0101) or from the directory (0101), or a name of the card's "
         "profile",
     VALUE_AT(struct write_settings, path)},
    {.name = "FILE",
     .help = "what to write; standard input by default",
     .optional = true,
     VALUE_AT(struct write_settings, file)},
    {0}};

const struct command cmd_write = {
    .name = "scard write",
    .line = "writes a file from disk to a file of a card",
    .summary =
        "Writes over the beginning of a file of a card; what stands behind stays as it is. Of a file of records "
        "each line becomes a record, behind the last one a new one. When the card is reset, or taken out and put "
        "back, writing goes on where it was, after a look whether it is the same card.",
    .options = options,
    .operands = operands,
    .notes = "JSON: {\"reader\",\"file\",\"kind\",\"size\",\"reconnected\"}.\n",
    .examples = "  scard write /0002 file.bin\n"
                "  echo 'Mind the gap' | scard write /0002\n"
                "  scard read /0003 > records; scard write /0003 records\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};
