/* A line of the shell taken apart: see words.h. */
#include "shell/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"

void words_free(struct words *words) {
    wipe_free(words->text, words->size);
    *words = (struct words){.count = 0};
}

struct scan {
    const char *line;
    size_t at;
    char *to; /* where the next character of a word goes */
};

/* Takes one word, or what is there of it. Returns false where a quote stays open. */
static bool take_word(struct scan *scan) {
    char quote = '\0';
    for (char letter = scan->line[scan->at]; letter != '\0'; letter = scan->line[++scan->at]) {
        if (quote ? letter == quote : letter == '\'' || letter == '"') {
            quote = quote ? '\0' : letter;
            continue;
        }
        if (!quote && strchr(" \t;", letter))
            break;
        if (letter == '\\' && quote != '\'' && scan->line[scan->at + 1] != '\0')
            letter = scan->line[++scan->at];
        *scan->to++ = letter;
    }
    *scan->to++ = '\0';
    return quote == '\0';
}

static enum words_result take_words(struct scan *scan, struct words *out) {
    for (;;) {
        scan->at += strspn(scan->line + scan->at, " \t");
        const char letter = scan->line[scan->at];
        if (letter == '#')
            scan->at += strlen(scan->line + scan->at);
        if (letter == '\0' || letter == ';' || letter == '#')
            return WORDS_HERE;
        if (out->count == WORDS_MAX)
            return WORDS_TOO_MANY;
        out->start = scan->at;
        out->values[out->count++] = scan->to;
        const bool closed = take_word(scan);
        out->open = scan->line[scan->at] == '\0';
        if (!closed)
            return WORDS_QUOTE;
    }
}

enum words_result words_take(const char *line, size_t *at, struct words *out) {
    *out = (struct words){.size = strlen(line + *at) + WORDS_MAX + 1};
    if (line[*at] == '\0')
        return WORDS_END;
    out->text = malloc(out->size);
    if (out->text == NULL)
        return WORDS_NO_MEMORY;
    struct scan scan = {.line = line, .at = *at, .to = out->text};
    const enum words_result result = take_words(&scan, out);
    *at = scan.at + (line[scan.at] == ';');
    if (result != WORDS_HERE && result != WORDS_QUOTE)
        words_free(out);
    return result;
}

char *words_join(char *const *values, size_t count, size_t *size_out) {
    size_t size = 1, used = 0;
    for (size_t i = 0; i < count; ++i)
        size += strlen(values[i]) + 1;
    char *text = malloc(size);
    for (size_t i = 0; text && i < count; ++i) {
        const size_t length = strlen(values[i]);
        memcpy(text + used, values[i], length);
        used += length;
        text[used++] = ' ';
    }
    if (text)
        text[used] = '\0';
    *size_out = used;
    return text;
}
