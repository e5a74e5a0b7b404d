/* The public list of ATRs: the file, and the search through its text. */
#include "carddb/atrlist/atrlist.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
#include "carddb/atrlist/index.h"
#include "carddb/atrlist/lines.h"
#include "carddb/atrlist/pattern.h"
#include "carddb/paths.h"
#include "rm/names.h"

struct atrlist {
    int file;
    atomic_bool asked;               /* a search has been through the text once */
    _Atomic(struct indexed *) index; /* published when it is complete */
    struct lock building;
};

/* The whole text in memory, and the index over it. */
struct indexed {
    char *text;
    struct atrindex *index;
};

#define WINDOW ((size_t)32 << 10)

rm_status atrlist_open(const char *path, struct atrlist **out) {
    char *found = NULL;
    rm_status status = RM_E_NO_FILE;
    struct stat about;
    *out = NULL;
    if (!path && !carddb_path_atr_list(&found))
        return RM_E_NO_MEMORY;
    if (!path && !found)
        return RM_E_NO_FILE;
    const int file = file_open_descriptor(path ? path : found);
    if (file < 0 && errno != ENOENT && errno != ENOTDIR)
        status = RM_E_NO_ACCESS;
    free(found);
    if (file < 0)
        return status;
    struct atrlist *list = calloc(1, sizeof *list);
    status = list ? RM_E_INVALID_VALUE : RM_E_NO_MEMORY;
    if (!list || fstat(file, &about) != 0 || !S_ISREG(about.st_mode) ||
        about.st_size > (off_t)ATRLIST_FILE_MAX) {
        free(list);
        close(file);
        return status;
    }
    if (about.st_size == 0) { /* a download that failed: no list */
        free(list);
        close(file);
        return RM_E_NO_FILE;
    }
    list->file = file;
    *out = list;
    return RM_OK;
}

static void free_indexed(struct indexed *indexed) {
    if (!indexed)
        return;
    atrindex_free(indexed->index);
    free(indexed->text);
    free(indexed);
}

void atrlist_close(struct atrlist *list) {
    if (!list)
        return;
    free_indexed(atomic_load(&list->index));
    close(list->file);
    free(list);
}

/*
 * Copied, not mapped: a mapped file that somebody shortens would end this process with SIGBUS. NULL: out of
 * memory, or reading failed; *status_out tells.
 */
static char *read_whole(const struct atrlist *list, size_t *size_out, rm_status *status_out) {
    struct stat about;
    *status_out = RM_F_INTERNAL_ERROR;
    if (fstat(list->file, &about) != 0 || about.st_size > (off_t)ATRLIST_FILE_MAX)
        return NULL;
    const size_t size = (size_t)about.st_size;
    char *text = malloc(size + 1);
    if (!text) {
        *status_out = RM_E_NO_MEMORY;
        return NULL;
    }
    if (!file_read_at(list->file, text, size, 0, size_out)) {
        free(text);
        return NULL;
    }
    *status_out = RM_OK;
    return text;
}

/*
 * Compares a pattern with the ATR's text as far as both are plain digits. Most of the list ends here: parsing
 * each line would cost ten times as much.
 */
static bool could_match(const struct atrline *pattern, const struct atrtext *atr, bool *same_out) {
    size_t at = 0;
    while (at < pattern->size && at < atr->size && pattern->text[at] == atr->text[at])
        at++;
    *same_out = at == pattern->size && at == atr->size;
    if (*same_out)
        return true;
    if (at == pattern->size)
        return false;
    const char letter = pattern->text[at];
    const bool plain = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'F') || letter == ' ';
    const char next = at + 1 < pattern->size ? pattern->text[at + 1] : '\0';
    return !plain || next == '*' || next == '?';
}

/* Visits the entries in a part of the text; false when the visitor has seen enough. */
static bool visit_part(struct atrlines *lines, const struct atrtext *atr, atrlist_visitor visitor,
                       void *context) {
    struct atrline line;
    struct atrpattern pattern;
    bool same, more = true;
    while (more && atrlines_next_pattern(lines, &line)) {
        if (!could_match(&line, atr, &same))
            continue;
        if (!same && (line.size > ATRLIST_LINE_MAX || !atrpattern_parse(line.text, line.size, &pattern) ||
                      !atrpattern_match(&pattern, atr)))
            continue;
        const struct atrlist_match match = {line.text, line.size, lines->line, lines->at, lines->end};
        more = visitor(context, &match);
    }
    return more;
}

/* How much of a window ends with an empty line, so that no entry goes on behind it. 0: nothing does. */
static size_t whole_entries(const char *window, size_t size) {
    while (size >= 2 && !(window[size - 1] == '\n' && window[size - 2] == '\n'))
        --size;
    return size >= 2 ? size : 0;
}

/*
 * A search through the file by a window that stays in the cache: touching half a megabyte of new memory would
 * take longer than the search. The window grows only for a file with hardly any empty line.
 */
static rm_status visit_file(const struct atrlist *list, const struct atrtext *atr, atrlist_visitor visitor,
                            void *context) {
    size_t room = WINDOW, have = 0, offset = 0, got;
    char *window = malloc(room);
    rm_status status = window ? RM_OK : RM_E_NO_MEMORY;
    struct atrlines lines = {0};
    while (status == RM_OK) {
        if (!file_read_at(list->file, window + have, room - have, offset, &got)) {
            status = RM_F_INTERNAL_ERROR;
            break;
        }
        const bool last = got < room - have || offset + got >= ATRLIST_FILE_MAX;
        have += got;
        offset += got;
        const size_t whole = last ? have : whole_entries(window, have);
        lines.at = window;
        lines.end = window + whole;
        if (!visit_part(&lines, atr, visitor, context) || last)
            break;
        have -= whole;
        memmove(window, window + whole, have);
        if (have < room / 2)
            continue;
        char *grown = realloc(window, room * 2);
        if (grown) {
            window = grown;
            room *= 2;
        } else {
            status = RM_E_NO_MEMORY;
        }
    }
    free(window);
    return status;
}

static struct indexed *build_index(const struct atrlist *list) {
    struct indexed *indexed = calloc(1, sizeof *indexed);
    rm_status status;
    size_t size;
    if (!indexed)
        return NULL;
    indexed->text = read_whole(list, &size, &status);
    indexed->index = indexed->text ? atrindex_create(indexed->text, size) : NULL;
    if (!indexed->index) {
        free_indexed(indexed);
        return NULL;
    }
    return indexed;
}

/* The index, if it pays: not for the first question. NULL also when it cannot be built. */
static const struct indexed *index_of(struct atrlist *list) {
    struct indexed *indexed = atomic_load_explicit(&list->index, memory_order_acquire);
    if (indexed || !atomic_exchange(&list->asked, true))
        return indexed;
    lock_take(&list->building);
    indexed = atomic_load_explicit(&list->index, memory_order_acquire);
    if (!indexed) {
        indexed = build_index(list);
        atomic_store_explicit(&list->index, indexed, memory_order_release);
    }
    lock_give(&list->building);
    return indexed;
}

rm_status atrlist_visit(struct atrlist *list, const uint8_t *atr, size_t atr_size, atrlist_visitor visitor,
                        void *context) {
    struct atrtext text;
    if (!atrtext_set(atr, atr_size, &text))
        return RM_E_INVALID_VALUE;
    const struct indexed *indexed = index_of(list);
    if (!indexed)
        return visit_file(list, &text, visitor, context);
    atrindex_visit(indexed->index, &text, visitor, context);
    return RM_OK;
}

bool atrlist_next_name(const struct atrlist_match *match, const char **position, const char **name_out,
                       size_t *size_out) {
    struct atrlines lines = {.at = *position ? *position : match->names, .end = match->end};
    enum atrline_kind kind;
    struct atrline line, name;
    while (atrlines_next(&lines, &kind, &line) && (kind == ATRLINE_NAME || kind == ATRLINE_COMMENT)) {
        if (kind == ATRLINE_COMMENT || !atrline_name(&line, &name))
            continue;
        *position = lines.at;
        *name_out = name.text;
        *size_out = name.size;
        return true;
    }
    return false;
}

struct collection {
    struct names *names;
    bool complete;
};

static bool collect(void *context, const struct atrlist_match *match) {
    struct collection *collection = context;
    const char *position = NULL, *name;
    size_t size;
    while (collection->complete && atrlist_next_name(match, &position, &name, &size))
        collection->complete = names_add(collection->names, name, size);
    return collection->complete;
}

rm_status atrlist_find(struct atrlist *list, const uint8_t *atr, size_t atr_size, struct names *out) {
    struct collection collection = {out, true};
    const rm_status status = atrlist_visit(list, atr, atr_size, collect, &collection);
    return status == RM_OK && !collection.complete ? RM_E_NO_MEMORY : status;
}
