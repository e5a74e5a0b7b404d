/*
 * Lines edited with libedit: see editline.h. Keys, history and what ~/.editrc says are the library's; ours
 * are Tab, Ctrl-C, Ctrl-Z and what is remembered.
 */
#include "lineedit/editline.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <histedit.h>

#include "base/lazylibrary.h"
#include "base/wipe.h"
#include "lineedit/historyfile.h"
#include "terminal/drawing/window.h"

#define LINES_REMEMBERED 500

struct library {
    EditLine *(*init)(const char *, FILE *, FILE *, FILE *);
    void (*end)(EditLine *);
    const char *(*gets)(EditLine *, int *);
    int (*set)(EditLine *, int, ...);
    int (*wide_set)(EditLine *, int, ...);
    int (*get)(EditLine *, int, ...);
    int (*source)(EditLine *, const char *);
    void (*resize)(EditLine *);
    const LineInfo *(*line)(EditLine *);
    const LineInfoW *(*wide_line)(EditLine *);
    int (*insert)(EditLine *, const char *);
    void (*erase)(EditLine *, int);
    History *(*history_init)(void);
    void (*history_end)(History *);
    int (*history)(History *, HistEvent *, int, ...);
};

static struct library api;
static const struct library_symbol symbols[] = {
    {"el_init", offsetof(struct library, init)},
    {"el_end", offsetof(struct library, end)},
    {"el_gets", offsetof(struct library, gets)},
    {"el_set", offsetof(struct library, set)},
    {"el_wset", offsetof(struct library, wide_set)},
    {"el_get", offsetof(struct library, get)},
    {"el_source", offsetof(struct library, source)},
    {"el_resize", offsetof(struct library, resize)},
    {"el_line", offsetof(struct library, line)},
    {"el_wline", offsetof(struct library, wide_line)},
    {"el_insertstr", offsetof(struct library, insert)},
    {"el_deletestr", offsetof(struct library, erase)},
    {"history_init", offsetof(struct library, history_init)},
    {"history_end", offsetof(struct library, history_end)},
    {"history", offsetof(struct library, history)},
};
static struct lazylibrary library = {
    .name = "libedit.so.2", .symbols = symbols, .count = sizeof symbols / sizeof symbols[0], .table = &api};

struct editline {
    struct line_manner manner;
    EditLine *lines;
    History *history;
    locale_t locale; /* one of UTF-8, whatever the user's is: so is all that the tool reads and writes */
    const char *prompt;
    bool dropped;
};

static struct editline *editline_of(EditLine *lines) {
    void *data = NULL;
    api.get(lines, EL_CLIENTDATA, &data);
    return data;
}

/* libedit takes it for text that may be changed, and does not change it. */
static char *prompt_of(EditLine *lines) {
    return (char *)(uintptr_t)editline_of(lines)->prompt;
}

/* Ctrl-C, which arrives as a key. */
static unsigned char drop(EditLine *lines, int key) {
    (void)key;
    editline_of(lines)->dropped = true;
    fputs("^C\n", stdout);
    return CC_EOF;
}

/* Ctrl-Z, for the whole job as the terminal would have it. */
static unsigned char stop(EditLine *lines, int key) {
    (void)lines;
    (void)key;
    kill(0, SIGTSTP);
    return CC_REDISPLAY;
}

/* Puts `size` bytes of a word in the place of the `typed` ones before the cursor. */
static bool replace(EditLine *lines, size_t typed, const char *word, size_t size, bool whole) {
    struct textline text = {0};
    bool done = textline_append(&text, word, size);
    if (done && whole && size > 0 && word[size - 1] != '/')
        done = textline_add(&text, ' ');
    if (done && text.size > 0) {
        api.erase(lines, (int)typed);
        done = api.insert(lines, text.text) == 0;
    }
    textline_free(&text);
    return done;
}

/* Shows what there is below the line, which is then drawn anew. */
static unsigned char list(struct completion *found) {
    size_t columns = 0, rows = 0;
    window_size(&columns, &rows);
    fputc('\n', stdout);
    completion_print(stdout, found, columns);
    fflush(stdout);
    return CC_REDISPLAY;
}

/* Characters of UTF-8, which is what libedit counts in. */
static size_t characters(const char *text, size_t size) {
    size_t count = 0;
    for (size_t i = 0; i < size; ++i)
        count += ((unsigned char)text[i] & 0xC0) != 0x80;
    return count;
}

/* Tab: what all the words have in common is written, or, where that is there already, they are shown. */
static unsigned char complete(EditLine *lines, int key) {
    struct editline *editline = editline_of(lines);
    struct completion found = {0};
    struct textline before = {0};
    const LineInfo *line = api.line(lines);
    const size_t size = (size_t)(line->cursor - line->buffer);
    unsigned char result = CC_REFRESH_BEEP;
    (void)key;
    if (editline->manner.complete && textline_append(&before, line->buffer, size)) {
        const char *text = before.text ? before.text : "";
        for (found.start = size; found.start > 0 && text[found.start - 1] != ' ';)
            --found.start;
        editline->manner.complete(editline->manner.context, text, size, &found);
        const size_t typed = found.start < size ? size - found.start : 0;
        const size_t common = completion_common(&found);
        if (found.count == 1 || common > typed)
            result = replace(lines, characters(text + size - typed, typed), found.words[0], common,
                             found.count == 1)
                         ? CC_REFRESH
                         : CC_REFRESH_BEEP;
        else if (found.count > 1)
            result = list(&found);
    }
    completion_free(&found);
    textline_free(&before);
    return result;
}

static void settings_make(struct editline *editline) {
    EditLine *lines = editline->lines;
    api.set(lines, EL_CLIENTDATA, editline);
    api.set(lines, EL_PROMPT, prompt_of);
    api.set(lines, EL_SIGNAL, 1); /* Ctrl-Z, and a signal that ends the program: the terminal is as it was */
    api.set(lines, EL_EDITOR, "emacs");
    api.set(lines, EL_HIST, api.history, editline->history);
    api.source(lines, NULL);
    /* Wide: libedit keeps these words themselves, while it would copy others and never free them. */
    api.wide_set(lines, EL_ADDFN, L"scard-complete", L"completes the word", complete);
    api.wide_set(lines, EL_ADDFN, L"scard-drop", L"drops the line", drop);
    api.set(lines, EL_BIND, "^I", "scard-complete", NULL);
    api.wide_set(lines, EL_ADDFN, L"scard-stop", L"stops the program", stop);
    api.set(lines, EL_SETTY, "-d", "-isig", NULL); /* while a line is typed, Ctrl-C and Ctrl-Z are keys */
    api.set(lines, EL_BIND, "^C", "scard-drop", NULL);
    api.set(lines, EL_BIND, "^Z", "scard-stop", NULL);
}

static void history_load(struct editline *editline) {
    HistEvent event;
    char path[HISTORY_PATH_MAX];
    api.history(editline->history, &event, H_SETSIZE, LINES_REMEMBERED);
    api.history(editline->history, &event, H_SETUNIQUE, 1);
    if (editline->manner.history && historyfile_path(editline->manner.history, path, sizeof path))
        api.history(editline->history, &event, H_LOAD, path);
}

/* A history that cannot be kept is not: nobody has asked for it. */
static void history_save(struct editline *editline) {
    HistEvent event;
    char path[HISTORY_PATH_MAX];
    if (editline->manner.history && historyfile_path(editline->manner.history, path, sizeof path) &&
        historyfile_prepare(path))
        api.history(editline->history, &event, H_SAVE, path);
}

/* For the calls that follow; 0: it stays as it is. */
static locale_t locale_enter(const struct editline *editline) {
    return editline->locale ? uselocale(editline->locale) : (locale_t)0;
}

static void locale_leave(locale_t before) {
    if (before)
        uselocale(before);
}

/* Under the locale: it tells libedit which keys are letters. */
static bool begin(struct editline *editline) {
    editline->history = api.history_init();
    editline->lines = editline->history ? api.init(editline->manner.program, stdin, stdout, stderr) : NULL;
    if (editline->lines == NULL)
        return false;
    settings_make(editline);
    history_load(editline);
    return true;
}

struct editline *editline_open(const struct line_manner *manner) {
    struct editline *editline = lazylibrary_load(&library) ? calloc(1, sizeof *editline) : NULL;
    if (editline == NULL)
        return NULL;
    editline->manner = *manner;
    editline->prompt = "";
    editline->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    const locale_t before = locale_enter(editline);
    const bool begun = begin(editline);
    locale_leave(before);
    if (begun)
        return editline;
    editline_close(editline);
    return NULL;
}

/* What libedit keeps of a line with a secret until the next one is typed, in characters and in bytes. */
static void forget(struct editline *editline, const char *text, size_t size) {
    const LineInfoW *line = api.wide_line(editline->lines);
    wipe((void *)(uintptr_t)line->buffer, (size_t)(line->lastchar - line->buffer) * sizeof *line->buffer);
    wipe((void *)(uintptr_t)text, size);
}

static enum line_result take(struct editline *editline, const char *text, size_t size,
                             struct textline *line) {
    HistEvent event;
    const size_t length = size > 0 && text[size - 1] == '\n' ? size - 1 : size;
    const bool kept = textline_append(line, text, length);
    const bool secret = kept && length > 0 && editline->manner.is_secret &&
                        editline->manner.is_secret(editline->manner.context, line->text);
    if (kept && length > 0 && !secret)
        api.history(editline->history, &event, H_ENTER, line->text);
    if (!kept || secret)
        forget(editline, text, size);
    errno = kept ? 0 : ENOMEM;
    return kept ? LINE_HERE : LINE_FAILED;
}

static enum line_result read_line(struct editline *editline, struct textline *line) {
    int size = 0;
    editline->dropped = false;
    api.resize(editline->lines); /* the window may have changed while something else went on */
    errno = 0;
    const char *text = api.gets(editline->lines, &size);
    if (editline->dropped)
        return LINE_DROPPED;
    if (text == NULL || size <= 0)
        return size < 0 ? LINE_FAILED : LINE_END;
    return take(editline, text, (size_t)size, line);
}

enum line_result editline_read(struct editline *editline, const char *prompt, struct textline *line) {
    const locale_t before = locale_enter(editline);
    textline_clear(line);
    editline->prompt = prompt;
    const enum line_result result = read_line(editline, line);
    if (result == LINE_END)
        fputc('\n', stdout);
    fflush(stdout);
    locale_leave(before);
    return result;
}

void editline_close(struct editline *editline) {
    if (editline == NULL)
        return;
    if (editline->lines) {
        history_save(editline);
        api.end(editline->lines);
    }
    if (editline->history)
        api.history_end(editline->history);
    if (editline->locale)
        freelocale(editline->locale);
    free(editline);
}
