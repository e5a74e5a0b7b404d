/* scard restore: brings what scard dump has made back to a card. In the table of main.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "command.h"
#include "talk/trouble.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "transfer/backup.h"
#include "transfer/form.h"
#include "transfer/infile.h"
#include "transfer/reading.h"
#include "transfer/visit.h"
#include "transfer/writing.h"

struct restore_settings {
    struct visit_settings visit;
    const char *folder;
    bool dry_run, json;
};

enum restore_result { RESTORE_SAME, RESTORE_WRITTEN, RESTORE_DIFFERS, RESTORE_REFUSED };

/* What has become of a file. */
struct restored {
    enum restore_result result;
    const char *why; /* of a refusal; else NULL */
};

struct restore {
    const struct restore_settings *settings;
    struct visit visit;
    struct backup backup;
    struct restored *files; /* one for each of the backup */
    size_t counts[RESTORE_REFUSED + 1];
};

static const char *result_text(enum restore_result result) {
    static const char *const words[] = {"same", "written", "differs", "refused"};
    return words[result];
}

/* Whether the card has said no to one file: the others can be written all the same. */
static bool is_refusal(HRESULT hr) {
    return trouble_text(hr) == NULL && hr != (HRESULT)SCARD_E_CANCELLED && hr != E_OUTOFMEMORY;
}

static int complain(const char *path, HRESULT hr) {
    if (hr == (HRESULT)SCARD_E_CANCELLED)
        return failure_plain("'scard restore' again writes what differs", "ended by Ctrl-C at '%s'", path);
    if (hr == READING_CHANGED)
        return failure_plain("put the right card in, and begin anew",
                             "'%s' is not what it was before: this is another card", path);
    return failure(hr, NULL, "cannot write '%s'", path);
}

static const char *refusal_text(const struct writing_task *task, HRESULT hr) {
    static const char *const words[] = {NULL, "this is another card", "it has no room for that",
                                        "the file on disk is not of its form", "it is cyclic"};
    return hr == WRITING_REFUSED && task->refusal != WRITING_TAKEN ? words[task->refusal] : failure_name(hr);
}

/* Whether the card has just that. What it has behind it does not count. */
static bool is_same(const struct filecopy *card, const struct filecopy *disk) {
    const bool records = filecopy_has_records(disk);
    if (card->size < disk->size || card->count < (records ? disk->count : 0) ||
        memcmp(card->bytes, disk->bytes, disk->size) != 0)
        return false;
    return !records || memcmp(card->ends, disk->ends, disk->count * sizeof *disk->ends) == 0;
}

/* Looks at what the card has, where it lets it be read. EXIT_GOOD, and *same says what came of it. */
static int compare(struct restore *restore, const struct writing_task *task, bool *same) {
    struct filecopy card = {0}, disk = {0};
    const HRESULT hr =
        reading_run(&restore->visit.recovery, restore->visit.files, task->directory, task->path, &card);
    *same = false;
    if (FAILED(hr) && (!is_refusal(hr) || hr == READING_CHANGED))
        return complain(task->path, hr);
    if (SUCCEEDED(hr) && form_parse(task->text, task->size, FORM_FITTING, task->records, &disk)) {
        disk.kind = card.kind;
        *same = is_same(&card, &disk);
    }
    filecopy_free(&disk);
    filecopy_free(&card);
    return EXIT_GOOD;
}

static int write_file(struct restore *restore, struct writing_task *task, struct restored *out) {
    const HRESULT hr = writing_run(&restore->visit.recovery, restore->visit.files, task);
    if (FAILED(hr) && (!is_refusal(hr) || task->refusal == WRITING_CHANGED))
        return complain(task->path, hr);
    *out = SUCCEEDED(hr) ? (struct restored){RESTORE_WRITTEN, NULL}
                         : (struct restored){RESTORE_REFUSED, refusal_text(task, hr)};
    return EXIT_GOOD;
}

/* From a directory of the user's on, paths are those below it. */
static struct writing_task task_of(const struct restore *restore, const struct backup_file *file) {
    const char *directory = restore->settings->visit.directory;
    return (struct writing_task){.directory = directory,
                                 .path = directory ? file->path + 1 : file->path,
                                 .form = FORM_FITTING,
                                 .records_known = true,
                                 .records = file->records};
}

static int restore_file(struct restore *restore, const struct backup_file *file, struct restored *out) {
    struct writing_task task = task_of(restore, file);
    uint8_t *text = NULL;
    int code = infile_read(file->disk, &text, &task.size);
    bool same = task.size == 0;
    task.text = text;
    if (code == EXIT_GOOD && !same)
        code = compare(restore, &task, &same);
    if (code == EXIT_GOOD && (same || restore->settings->dry_run))
        out->result = same ? RESTORE_SAME : RESTORE_DIFFERS;
    else if (code == EXIT_GOOD)
        code = write_file(restore, &task, out);
    filecopy_free(&task.copy);
    wipe_free(text, task.size);
    return code;
}

static void print_file(const char *path, const struct restored *file) {
    printf("%-24s %s%s%s\n", path, result_text(file->result), file->why ? ": " : "",
           file->why ? file->why : "");
    fflush(stdout);
}

static int restore_all(struct restore *restore) {
    int code = EXIT_GOOD;
    for (size_t i = 0; code == EXIT_GOOD && i < restore->backup.count; ++i) {
        code = restore_file(restore, &restore->backup.files[i], &restore->files[i]);
        if (code != EXIT_GOOD)
            break;
        ++restore->counts[restore->files[i].result];
        if (!restore->settings->json)
            print_file(restore->backup.files[i].path, &restore->files[i]);
    }
    return code;
}

static void write_json(const struct restore *restore) {
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_text(&json, "reader", restore->visit.reader);
    json_text(&json, "folder", restore->settings->folder);
    json_number(&json, "reconnected", restore->visit.recovery.times);
    json_array(&json, "files");
    for (size_t i = 0; i < restore->backup.count; ++i) {
        json_object(&json, NULL);
        json_text(&json, "file", restore->backup.files[i].path);
        json_text(&json, "result", result_text(restore->files[i].result));
        json_text(&json, "reason", restore->files[i].why);
        json_end(&json, '}');
    }
    json_end(&json, ']');
    json_end(&json, '}');
}

static int tell(const struct restore *restore) {
    const size_t *counts = restore->counts;
    if (restore->settings->json)
        write_json(restore);
    else
        printf("%zu written, %zu the same, %zu that differ, %zu refused\n", counts[RESTORE_WRITTEN],
               counts[RESTORE_SAME], counts[RESTORE_DIFFERS], counts[RESTORE_REFUSED]);
    return counts[RESTORE_REFUSED] == 0
               ? EXIT_GOOD
               : failure_plain("a PIN may open them (--pin NUMBER)", "files that the card has refused: %zu",
                               counts[RESTORE_REFUSED]);
}

static int run(const struct invocation *invocation) {
    struct restore restore = {.settings = invocation->settings};
    int code = backup_find(restore.settings->folder, &restore.backup);
    if (code != EXIT_GOOD)
        return code;
    restore.files = calloc(restore.backup.count, sizeof *restore.files);
    code = restore.files ? visit_open(&restore.settings->visit, &restore.visit)
                         : failure(E_OUTOFMEMORY, NULL, "cannot restore '%s'", restore.settings->folder);
    if (code == EXIT_GOOD) {
        code = restore_all(&restore);
        if (code == EXIT_GOOD)
            code = tell(&restore);
        visit_close(&restore.visit);
    }
    free(restore.files);
    backup_free(&restore.backup);
    return code;
}

static int check(const struct invocation *invocation) {
    const struct restore_settings *settings = invocation->settings;
    return visit_check(invocation->command, &settings->visit);
}

static const struct restore_settings defaults = {.visit = VISIT_DEFAULTS};

static const struct option_row options[] = {VISIT_OPTIONS(struct restore_settings),
                                            {.name = "dry-run",
                                             .letter = 'n',
                                             .help = "writes nothing, and tells what differs",
                                             VALUE_AT(struct restore_settings, dry_run)},
                                            JSON_OPTION(struct restore_settings),
                                            {0}};

static const struct operand_row operands[] = {
    {.name = "FOLDER", .help = "what 'scard dump' has made", VALUE_AT(struct restore_settings, folder)}, {0}};

const struct command cmd_restore = {
    .name = "scard restore",
    .line = "brings files from disk back to a card",
    .summary =
        "Writes what 'scard dump' has brought to disk to the files of the same names on a card. What is the same "
        "already is left alone; files that the card does not have are not made; cyclic files are compared, not "
        "written. After Ctrl-C another call goes on where this one was.",
    .options = options,
    .operands = operands,
    .notes =
        "Exit code 1 when the card has refused a file; the others are written.\n"
        "JSON: {\"reader\",\"folder\",\"reconnected\",\"files\":[...]}; a file is {\"file\",\"result\",\"reason\"}; result is "
        "same, written, differs or refused.\n",
    .examples = "  scard restore --dry-run card     what is no longer as it was?\n"
                "  scard restore --pin 01 card\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};
