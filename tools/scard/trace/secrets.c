/* Secrets in traces: see secrets.h. */
#include "trace/secrets.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/wipe.h"
#include "scardssp.h"
#include "scardssp_rm.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"

#define HEADER 4u

struct checking {
    secrets_visitor visit;
    void *user;
    struct secrets_found *found;
};

static void judge(const struct checking *checking, size_t place, const uint8_t *command, size_t size) {
    size_t start = 0, count = 0;
    ++checking->found->commands;
    if (scardssp_apdu_secret(command, size, &start, &count) == SCARDSSP_SECRET_NONE)
        return;
    ++checking->found->secrets;
    for (size_t i = start; i < start + count; ++i)
        if (command[i] != ENTRY_FILLER) {
            ++checking->found->shown;
            checking->visit(checking->user, place, command, size);
            return;
        }
}

/* Lines and attributes */

/* A command that is read from text. One "**" may stand for all the bytes of a secret. */
struct written {
    uint8_t *bytes;
    size_t size, stars, star_at;
};

/* Reads "00 20 00 81 04 ** ** 00", or the same without gaps, up to what is neither. False: out of memory. */
static bool read_bytes(const char *at, const char *end, struct written *out) {
    *out = (struct written){.bytes = malloc((size_t)(end - at) + 1)};
    while (out->bytes && end - at >= 2) {
        const bool star = at[0] == '*' && at[1] == '*';
        const int high = ascii_digit(at[0]), low = ascii_digit(at[1]);
        if (*at == ' ') {
            ++at;
            continue;
        }
        if (!star && (high < 0 || low < 0))
            break;
        if (star && out->stars++ == 0)
            out->star_at = out->size;
        const unsigned byte = star ? ENTRY_FILLER : (unsigned)(high << 4 | low);
        out->bytes[out->size++] = (uint8_t)byte;
        at += 2;
    }
    return out->bytes != NULL;
}

/* How many bytes Lc says that the data has. */
static size_t data_size(const struct written *command) {
    const uint8_t *bytes = command->bytes;
    if (command->star_at == HEADER + 1)
        return bytes[HEADER];
    return command->star_at == HEADER + 3 ? (size_t)(bytes[HEADER + 1] << 8 | bytes[HEADER + 2]) : 1;
}

/* Where one "**" stands for all, puts as many fillers there as the command says it has data. */
static bool expand(struct written *command) {
    const size_t wanted = command->stars == 1 ? data_size(command) : 1;
    if (wanted <= 1)
        return true;
    const size_t behind = command->star_at + 1, rest = command->size - behind;
    uint8_t *larger = realloc(command->bytes, command->size + wanted);
    if (larger == NULL)
        return false;
    memmove(larger + command->star_at + wanted, larger + behind, rest);
    memset(larger + command->star_at, (int)ENTRY_FILLER, wanted);
    command->bytes = larger;
    command->size += wanted - 1;
    return true;
}

/* Judges the command that is written there; the other text of a line is passed over. */
static bool judge_written(const struct checking *checking, size_t place, const char *at, const char *end) {
    struct written command;
    const bool good = read_bytes(at, end, &command) && expand(&command);
    if (good && command.size)
        judge(checking, place, command.bytes, command.size);
    wipe_free(command.bytes, good ? command.size : 0);
    return good;
}

static bool begins_with(const char *line, const char *end, const char *words) {
    const size_t size = strlen(words);
    return (size_t)(end - line) >= size && memcmp(line, words, size) == 0;
}

/* A line of text. */
static bool check_line(const struct checking *checking, size_t place, const char *line, const char *end) {
    static const char *const beginnings[] = {"  > ", "scardssp:   > ", "> "};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; ++i)
        if (begins_with(line, end, beginnings[i]))
            return judge_written(checking, place, line + strlen(beginnings[i]), end);
    return true;
}

/* The rows of a page have their commands beside what is shown; both come from one place. */
static bool check_row(const struct checking *checking, size_t place, const char *line, const char *end) {
    static const char attribute[] = " data-command=\"";
    const size_t size = sizeof attribute - 1;
    bool good = true;
    for (const char *at = line; good && (size_t)(end - at) > size; ++at)
        if (memcmp(at, attribute, size) == 0)
            good = judge_written(checking, place, at + size, end);
    return good;
}

static int check_text(const struct checking *checking, const char *path, const char *text, size_t size) {
    const char *const end = text + size;
    bool good = true;
    for (size_t place = 1; good && text < end; ++place) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *line_end = newline ? newline : end;
        good = checking->found->form == TRACE_HTML ? check_row(checking, place, text, line_end)
                                                   : check_line(checking, place, text, line_end);
        text = newline ? newline + 1 : end;
    }
    if (!good)
        return failure(E_OUTOFMEMORY, NULL, "cannot check '%s'", path);
    return checking->found->commands ? EXIT_GOOD
                                     : failure_plain("give a trace", "'%s' has no command in it", path);
}

/* Records and packets */

static int check_calls(const struct checking *checking, const char *path) {
    struct trace_list list;
    const int code = recordfile_load(path, false, &list);
    for (size_t i = 0; i < list.count; ++i)
        if (list.entries[i].command)
            judge(checking, i + 1, list.entries[i].command, list.entries[i].command_size);
    trace_list_clear(&list);
    return code;
}

int secrets_check(const char *path, secrets_visitor visit, void *user, struct secrets_found *out) {
    const struct checking checking = {.visit = visit, .user = user, .found = out};
    char *text = NULL;
    size_t size = 0;
    *out = (struct secrets_found){.form = TRACE_TEXT};
    int code = recordfile_read(path, &text, &size);
    if (code != EXIT_GOOD)
        return code;
    out->form = recordfile_form(text, size);
    if (out->form == TRACE_JSONL || out->form == TRACE_PCAPNG)
        code = check_calls(&checking, path);
    else
        code = check_text(&checking, path, text, size);
    wipe_free(text, size);
    return code;
}
