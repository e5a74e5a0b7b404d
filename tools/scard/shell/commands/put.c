/* The shell's put: a file on disk to a file of the card. */
#include <stdio.h>

#include "base/wipe.h"
#include "shell/jsonline.h"
#include "shell/shellcommands.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "transfer/form.h"
#include "transfer/infile.h"
#include "transfer/refusal.h"

struct put_settings {
    const char *file, *path;
    int form;
};

static int write_file(struct session *session, struct writing_task *task, const char *file) {
    char place[PLACE_MAX];
    const char *path = task->path;
    int code = session_hold(session);
    if (code != EXIT_GOOD)
        return code;
    HRESULT hr = session_resolve(session, path, place);
    const bool resolved = SUCCEEDED(hr);
    task->path = place;
    if (resolved)
        hr = writing_run(&session->recovery, session->files, task);
    task->path = path;
    session_free(session);
    if (FAILED(hr))
        return resolved ? refusal_tell(task, hr) : session_complain(hr, "write", path);
    if (session->json)
        jsonline_copied(place, file, &task->copy);
    else
        printf("%s: %zu bytes, written\n", path, task->copy.size);
    return EXIT_GOOD;
}

static int run(const struct invocation *invocation) {
    const struct put_settings *settings = invocation->settings;
    struct writing_task task = {.path = settings->path, .form = (enum form)settings->form};
    uint8_t *text = NULL;
    int code = infile_read(settings->file, &text, &task.size);
    task.text = text;
    if (code == EXIT_GOOD && task.size == 0)
        code = failure_plain("nothing was written", "'%s' is empty", settings->file);
    if (code == EXIT_GOOD)
        code = write_file(invocation->context, &task, settings->file);
    filecopy_free(&task.copy);
    wipe_free(text, task.size);
    return code;
}

static const struct put_settings defaults = {.form = FORM_FITTING};

static const struct option_choice forms[] = {{"bytes", FORM_BYTES}, {"hex", FORM_HEX}, {NULL, 0}};

static const struct option_row options[] = {
    {.name = "form",
     .letter = 'f',
     .help =
         "what the file on disk holds: the bytes as they are, by default, or hexadecimal; of records always a "
         "line of hexadecimal each",
     .choices = forms,
     VALUE_AT(struct put_settings, form)},
    {0}};

static const struct operand_row operands[] = {
    {.name = OPERAND_FILE, .help = "the file on disk", VALUE_AT(struct put_settings, file)},
    {.name = OPERAND_PATH, .help = "the file on the card", VALUE_AT(struct put_settings, path)},
    {0}};

const struct command shell_put = {
    .name = "put",
    .line = "writes a file on disk to a file of the card",
    .summary = "Writes over the beginning of a file of the card; what stands behind stays as it is.",
    .options = options,
    .operands = operands,
    .examples = "  put copy.bin 0002\n",
    SETTINGS(defaults),
    .run = run};
