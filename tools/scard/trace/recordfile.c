/* Traces from files: see recordfile.h. */
#include "trace/recordfile.h"

#include <string.h>

#include "base/text/textfile.h"
#include "base/wipe.h"
#include "scardssp.h"
#include "terminal/exitcode.h"
#include "terminal/failure.h"
#include "trace/pcapngfile.h"
#include "trace/recordline.h"

enum trace_form recordfile_form(const char *text, size_t size) {
    static const char page[] = "<!DOCTYPE html>";
    if (pcapngfile_is((const uint8_t *)text, size))
        return TRACE_PCAPNG;
    if (size >= sizeof page - 1 && memcmp(text, page, sizeof page - 1) == 0)
        return TRACE_HTML;
    return size > 0 && *text == '{' ? TRACE_JSONL : TRACE_TEXT;
}

int recordfile_read(const char *path, char **text, size_t *size) {
    switch (textfile_read(path, RECORDFILE_MAX, text, size)) {
    case TEXTFILE_OK:
        return EXIT_GOOD;
    case TEXTFILE_ABSENT:
        return failure_plain("check its name, and whether you may read it", "cannot open '%s'", path);
    case TEXTFILE_TOO_LARGE:
        return failure_plain("trace less at a time", "'%s' is larger than 512 MiB", path);
    case TEXTFILE_BROKEN:
        return failure_plain("see whether it is a file", "cannot read '%s'", path);
    case TEXTFILE_NO_MEMORY:
        break;
    }
    return failure(E_OUTOFMEMORY, NULL, "cannot read '%s'", path);
}

static int add_line(const char *path, const char *line, size_t size, size_t number, struct trace_list *list) {
    struct trace_entry entry;
    const enum recordline_result result = recordline_parse(line, size, &entry);
    if (result == RECORDLINE_BAD)
        return failure_plain("give a file that 'scard trace' or SCARDSSP_TRACE_RECORD has written",
                             "%s:%zu: this is no record of a call", path, number);
    if (result == RECORDLINE_OK && trace_list_add(list, &entry))
        return EXIT_GOOD;
    entry_clear(&entry);
    return failure(E_OUTOFMEMORY, NULL, "cannot read '%s'", path);
}

static int load_lines(const char *path, const char *text, size_t size, struct trace_list *list) {
    int code = EXIT_GOOD;
    for (size_t number = 1; code == EXIT_GOOD && size > 0; ++number) {
        const char *end = memchr(text, '\n', size);
        if (end == NULL) {
            (void)failure_plain("what stands before it is shown", "%s:%zu: the last record is cut off", path,
                                number);
            break;
        }
        const size_t line = (size_t)(end - text);
        code = add_line(path, text, line, number, list);
        text += line + 1;
        size -= line + 1;
    }
    return code;
}

static int load_packets(const char *path, const char *text, size_t size, struct trace_list *list) {
    switch (pcapngfile_read((const uint8_t *)text, size, list)) {
    case PCAPNGFILE_OK:
        return EXIT_GOOD;
    case PCAPNGFILE_BAD:
        return failure_plain("give a file that 'scard trace' has written", "%s: this pcapng file is broken",
                             path);
    case PCAPNGFILE_NO_MEMORY:
        break;
    }
    return failure(E_OUTOFMEMORY, NULL, "cannot read '%s'", path);
}

int recordfile_load(const char *path, bool joined, struct trace_list *list) {
    char *text = NULL;
    size_t size = 0;
    *list = (struct trace_list){.entries = NULL};
    int code = recordfile_read(path, &text, &size);
    if (code != EXIT_GOOD)
        return code;
    const enum trace_form form = recordfile_form(text, size);
    if (form == TRACE_PCAPNG)
        code = load_packets(path, text, size, list);
    else if (form == TRACE_JSONL)
        code = load_lines(path, text, size, list);
    else if (size > 0)
        code = failure_plain("give a trace in JSON Lines or pcapng; those of text are for people",
                             "%s: this is no trace that can be read again", path);
    wipe_free(text, size);
    if (code != EXIT_GOOD)
        trace_list_clear(list);
    else if (joined)
        trace_list_join(list);
    return code;
}
