/* The shell's cat: the content of files. */
#include <stdio.h>

#include "base/wipe.h"
#include "shell/content.h"
#include "shell/jsonline.h"
#include "shell/shellcommands.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "transfer/form.h"
#include "transfer/reading.h"

struct cat_settings {
    struct operand_list paths;
    int form;
};

static int tell(const struct session *session, const char *place, const struct filecopy *copy, int form) {
    size_t size = 0;
    if (session->json) {
        jsonline_content(place, copy);
        return EXIT_GOOD;
    }
    uint8_t *made = form_make(copy, form == FORM_FITTING ? FORM_DUMP : (enum form)form, &size);
    if (made == NULL)
        return failure(E_OUTOFMEMORY, NULL, "cannot show '%s'", place);
    (void)fwrite(made, 1, size, stdout); /* main.c tells when it could not be written */
    wipe_free(made, size);
    if (form == FORM_FITTING)
        content_explain(place, copy);
    return EXIT_GOOD;
}

static int cat(struct session *session, const char *path, int form) {
    char place[PLACE_MAX];
    struct filecopy copy = {0};
    HRESULT hr = session_resolve(session, path, place);
    if (SUCCEEDED(hr))
        hr = reading_run(&session->recovery, session->files, NULL, place, &copy);
    const int code = FAILED(hr) ? session_complain(hr, "read", path) : tell(session, place, &copy, form);
    filecopy_free(&copy);
    return code;
}

static int run(const struct invocation *invocation) {
    const struct cat_settings *settings = invocation->settings;
    struct session *session = invocation->context;
    int code = session_hold(session);
    if (code != EXIT_GOOD)
        return code;
    for (size_t i = 0; code == EXIT_GOOD && i < settings->paths.count; ++i)
        code = cat(session, settings->paths.values[i], settings->form);
    session_free(session);
    return code;
}

static const struct cat_settings defaults = {.form = FORM_FITTING};

static const struct option_row options[] = {
    {.name = "form",
     .letter = 'f',
     .help = "bytes as they are, hexadecimal with a line for each record, or with places and characters; by "
             "default the last, and below it what the content means",
     .choices = form_choices,
     VALUE_AT(struct cat_settings, form)},
    {0}};

static const struct operand_row operands[] = {
    {.name = OPERAND_PATH, .help = "files, by identifier or name", VALUE_AT(struct cat_settings, paths)},
    {0}};

const struct command shell_cat = {
    .name = "cat",
    .line = "shows what is in files",
    .summary =
        "Shows what is in files: their bytes or records and, where they are known or are BER-TLV data objects, "
        "what they mean.",
    .options = options,
    .operands = operands,
    .examples = "  cat EF.DIR\n  cat /USIM/EF.IMSI\n  cat -f hex 2F00 2F02\n",
    SETTINGS(defaults),
    .run = run};
