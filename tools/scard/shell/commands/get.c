/* The shell's get: a file of the card to disk. */
#include <stdio.h>
#include <stdlib.h>

#include "base/wipe.h"
#include "shell/jsonline.h"
#include "shell/shellcommands.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "transfer/backup.h"
#include "transfer/form.h"
#include "transfer/outfile.h"
#include "transfer/reading.h"

struct get_settings {
    const char *path, *file; /* file NULL: called as on the card */
    int form;
};

/* "EF.IMSI.bin", "2F00.records". */
static char *name_of(const char *place, const struct filecopy *copy) {
    char text[PLACE_MAX], parent[PLACE_MAX];
    const char *last = NULL;
    place_text(place, text);
    place_parent(text, parent, &last);
    return backup_name(*last ? last : place, copy);
}

static void tell(const struct session *session, const char *path, const char *place, const char *file,
                 const struct filecopy *copy) {
    if (session->json)
        jsonline_copied(place, file, copy);
    else if (filecopy_has_records(copy))
        printf("%s: %zu records, %zu bytes, in '%s'\n", path, copy->count, copy->size, file);
    else
        printf("%s: %zu bytes, in '%s'\n", path, copy->size, file);
}

static int to_disk(const struct session *session, const struct get_settings *settings, const char *place,
                   const struct filecopy *copy) {
    size_t size = 0;
    char *made = settings->file ? NULL : name_of(place, copy);
    const char *file = settings->file ? settings->file : made;
    uint8_t *bytes = form_make(copy, (enum form)settings->form, &size);
    const int code = file && bytes ? outfile_write(file, bytes, size)
                                   : failure(E_OUTOFMEMORY, NULL, "cannot write '%s'", settings->path);
    if (code == EXIT_GOOD)
        tell(session, settings->path, place, file, copy);
    wipe_free(bytes, size);
    free(made);
    return code;
}

static int run(const struct invocation *invocation) {
    const struct get_settings *settings = invocation->settings;
    struct session *session = invocation->context;
    char place[PLACE_MAX];
    struct filecopy copy = {0};
    int code = session_hold(session);
    if (code != EXIT_GOOD)
        return code;
    HRESULT hr = session_resolve(session, settings->path, place);
    if (SUCCEEDED(hr))
        hr = reading_run(&session->recovery, session->files, NULL, place, &copy);
    session_free(session); /* the card is free before a slow disk gets its bytes */
    code =
        FAILED(hr) ? session_complain(hr, "read", settings->path) : to_disk(session, settings, place, &copy);
    filecopy_free(&copy);
    return code;
}

static const struct get_settings defaults = {.form = FORM_FITTING};

static const struct option_row options[] = {
    {.name = "form",
     .letter = 'f',
     .help = "as 'cat' has them; by default the bytes as they are, of records lines of hexadecimal",
     .choices = form_choices,
     VALUE_AT(struct get_settings, form)},
    {0}};

static const struct operand_row operands[] = {
    {.name = OPERAND_PATH, .help = "the file on the card", VALUE_AT(struct get_settings, path)},
    {.name = OPERAND_FILE,
     .help = "the file on disk, there whole or not at all; by default it is called as on the card",
     .optional = true,
     VALUE_AT(struct get_settings, file)},
    {0}};

const struct command shell_get = {
    .name = "get",
    .line = "brings a file of the card to disk",
    .summary = "Brings a file of the card to disk, all its bytes or records, through resets and removals.",
    .options = options,
    .operands = operands,
    .examples = "  get EF.DIR\n  get 0001 copy.bin\n",
    SETTINGS(defaults),
    .run = run};
