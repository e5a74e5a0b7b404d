/* scard dump: brings a tree of a card's files to disk. In the table of main.c. */
#include <stdio.h>
#include <stdlib.h>

#include "base/wipe.h"
#include "command.h"
#include "talk/trouble.h"
#include "terminal/failure.h"
#include "terminal/json.h"
#include "transfer/backup.h"
#include "transfer/form.h"
#include "transfer/outfolder.h"
#include "transfer/reading.h"
#include "transfer/tree.h"
#include "transfer/visit.h"

#define LINE_MAX_BYTES 512u

struct dump_settings {
    struct visit_settings visit;
    const char *folder;
    bool json;
};

/* What has become of an entry of the tree. */
struct dump_result {
    enum filecopy_kind kind;
    size_t size;
    HRESULT status; /* S_OK, or why the card did not give it */
};

struct dump {
    const struct dump_settings *settings;
    struct visit visit;
    struct tree tree;
    struct dump_result *results; /* one for each entry */
    struct outfolder folder;
    size_t read, refused, directories;
};

/* Whether that is the card's own word about one file: others can be read all the same. */
static bool is_refusal(HRESULT hr) {
    return trouble_text(hr) == NULL && hr != (HRESULT)SCARD_E_CANCELLED && hr != READING_CHANGED &&
           hr != E_OUTOFMEMORY;
}

static int complain(const char *path, HRESULT hr) {
    if (hr == (HRESULT)SCARD_E_CANCELLED)
        return failure_plain(NULL, "ended by Ctrl-C: nothing is written");
    if (hr == READING_CHANGED)
        return failure_plain("put the right card in, and begin anew",
                             "'%s' is not what it was before: this is another card; nothing is written",
                             path);
    return failure(hr, NULL, "cannot read '%s', nothing is written", path);
}

static int put(struct dump *dump, const struct tree_entry *entry, const struct filecopy *copy) {
    size_t size = 0;
    char *name = backup_name(entry->place, copy);
    uint8_t *made = form_make(copy, FORM_FITTING, &size);
    const int code = name && made ? outfolder_add_file(&dump->folder, name, made, size)
                                  : failure(E_OUTOFMEMORY, NULL, "cannot write '%s'", entry->path);
    wipe_free(made, size);
    free(name);
    return code;
}

static int dump_file(struct dump *dump, const struct tree_entry *entry, struct dump_result *result) {
    struct filecopy copy = {0};
    const HRESULT hr = reading_run(&dump->visit.recovery, dump->visit.files, NULL, entry->path, &copy);
    if (FAILED(hr) && !is_refusal(hr))
        return complain(entry->path, hr);
    *result = (struct dump_result){copy.kind, copy.size, hr};
    if (FAILED(hr)) {
        ++dump->refused;
        return EXIT_GOOD;
    }
    ++dump->read;
    const int code = put(dump, entry, &copy);
    filecopy_free(&copy);
    return code;
}

static int dump_entry(struct dump *dump, size_t number) {
    const struct tree_entry *entry = &dump->tree.entries[number];
    if (!entry->directory)
        return dump_file(dump, entry, &dump->results[number]);
    if (entry->place[0] == '\0')
        return EXIT_GOOD;
    ++dump->directories;
    return outfolder_add_folder(&dump->folder, entry->place);
}

/* A line about an entry. Returns its bytes. */
static size_t write_line(const struct dump *dump, size_t number, char *out, size_t room) {
    const struct tree_entry *entry = &dump->tree.entries[number];
    const struct dump_result *result = &dump->results[number];
    int size = 0;
    if (entry->directory)
        size = snprintf(out, room, "%-24s directory\n", entry->path);
    else if (FAILED(result->status))
        size = snprintf(out, room, "%-24s refused: %s\n", entry->path, failure_name(result->status));
    else
        size = snprintf(out, room, "%-24s %s, %zu bytes\n", entry->path, filecopy_kind_text(result->kind),
                        result->size);
    return size > 0 && (size_t)size < room ? (size_t)size : 0;
}

/* The same on the screen and in the folder. */
static int put_contents(struct dump *dump) {
    char *text = malloc(dump->tree.count * LINE_MAX_BYTES + 1);
    size_t size = 0;
    if (text == NULL)
        return failure(E_OUTOFMEMORY, NULL, "cannot write '%s'", dump->settings->folder);
    for (size_t i = 0; i < dump->tree.count; ++i)
        size += write_line(dump, i, text + size, LINE_MAX_BYTES);
    const int code = outfolder_add_file(&dump->folder, BACKUP_CONTENTS, (const uint8_t *)text, size);
    if (code == EXIT_GOOD && !dump->settings->json)
        (void)fwrite(text, 1, size, stdout);
    free(text);
    return code;
}

static void write_json(const struct dump *dump) {
    struct json json = {.file = stdout};
    json_object(&json, NULL);
    json_text(&json, "reader", dump->visit.reader);
    json_text(&json, "directory", dump->tree.entries[0].path);
    json_text(&json, "output", dump->settings->folder);
    json_number(&json, "reconnected", dump->visit.recovery.times);
    json_array(&json, "files");
    for (size_t i = 0; i < dump->tree.count; ++i) {
        const struct dump_result *result = &dump->results[i];
        if (dump->tree.entries[i].directory)
            continue;
        json_object(&json, NULL);
        json_text(&json, "file", dump->tree.entries[i].path);
        json_text(&json, "kind", SUCCEEDED(result->status) ? filecopy_kind_text(result->kind) : NULL);
        json_number(&json, "size", result->size);
        json_text(&json, "status", SUCCEEDED(result->status) ? NULL : failure_name(result->status));
        json_end(&json, '}');
    }
    json_end(&json, ']');
    json_end(&json, '}');
}

static int list(struct dump *dump) {
    const char *root = dump->settings->visit.directory;
    const HRESULT hr = tree_list(&dump->visit.recovery, dump->visit.files, root, &dump->tree);
    if (FAILED(hr))
        return complain(root ? root : "/", hr);
    dump->results = calloc(dump->tree.count, sizeof *dump->results);
    return dump->results ? EXIT_GOOD : complain("/", E_OUTOFMEMORY);
}

/* Everything is on disk under another name before the card is left, so that Ctrl-C leaves nothing behind. */
static int dump_all(struct dump *dump) {
    int code = outfolder_begin(dump->settings->folder, &dump->folder);
    if (code == EXIT_GOOD)
        code = list(dump);
    for (size_t i = 0; code == EXIT_GOOD && i < dump->tree.count; ++i)
        code = dump_entry(dump, i);
    if (code == EXIT_GOOD)
        code = put_contents(dump);
    if (code == EXIT_GOOD)
        code = outfolder_commit(&dump->folder);
    outfolder_abandon(&dump->folder);
    return code;
}

static int tell(const struct dump *dump) {
    if (dump->settings->json)
        write_json(dump);
    else
        printf("%zu files and %zu directories, in '%s'\n", dump->read, dump->directories,
               dump->settings->folder);
    return dump->refused == 0 ? EXIT_GOOD
                              : failure_plain("a PIN may open them (--pin NUMBER)",
                                              "files that the card has refused: %zu", dump->refused);
}

static int run(const struct invocation *invocation) {
    struct dump dump = {.settings = invocation->settings};
    int code = visit_open(&dump.settings->visit, &dump.visit);
    if (code != EXIT_GOOD)
        return code;
    code = dump_all(&dump);
    if (code == EXIT_GOOD)
        code = tell(&dump);
    visit_close(&dump.visit);
    free(dump.results);
    tree_free(&dump.tree);
    return code;
}

static int check(const struct invocation *invocation) {
    const struct dump_settings *settings = invocation->settings;
    return visit_check(invocation->command, &settings->visit);
}

static const struct dump_settings defaults = {.visit = VISIT_DEFAULTS};

static const struct option_row options[] = {
    VISIT_OPTIONS(struct dump_settings), JSON_OPTION(struct dump_settings), {0}};

static const struct operand_row operands[] = {
    {.name = "FOLDER", .help = "a folder that is to be made", VALUE_AT(struct dump_settings, folder)}, {0}};

const struct command cmd_dump = {
    .name = "scard dump",
    .line = "brings all files of a card to disk",
    .summary =
        "Brings all files of a card, or of one directory, to disk, as far as it lets them be found and read: a "
        "folder for each directory, NUMBER.bin for the bytes of a file, NUMBER.records for records, a line of "
        "hexadecimal each, and contents.txt, which tells what there was. The folder is there whole or not at all.",
    .options = options,
    .operands = operands,
    .notes = "Exit code 1 when the card has refused a file; the others are there.\n"
             "JSON: {\"reader\",\"directory\",\"output\",\"reconnected\",\"files\":[...]}; "
             "a file is {\"file\",\"kind\",\"size\",\"status\"}; status null: it was read.\n",
    .examples = "  scard dump card                     all there is\n"
                "  scard dump -d DF01 --pin 01 card    one directory, after PIN 01\n",
    SETTINGS(defaults),
    .check = check,
    .run = run};
