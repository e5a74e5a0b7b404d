/* What a word may become: see completion.h. */
#include "lineedit/completion.h"

#include <stdlib.h>
#include <string.h>

#include "terminal/text.h"

#define GAP 2

void completion_add(struct completion *completion, const char *word) {
    if (completion->count == completion->room) {
        const size_t room = completion->room ? 2 * completion->room : 32;
        char **words = realloc(completion->words, room * sizeof *words);
        if (words == NULL)
            return;
        completion->words = words;
        completion->room = room;
    }
    char *copy = strdup(word);
    if (copy)
        completion->words[completion->count++] = copy;
}

void completion_offer(struct completion *completion, const char *typed, const char *word) {
    if (strncmp(word, typed, strlen(typed)) == 0)
        completion_add(completion, word);
}

size_t completion_common(const struct completion *completion) {
    if (completion->count == 0)
        return 0;
    const char *first = completion->words[0];
    size_t size = strlen(first);
    for (size_t i = 1; i < completion->count; ++i) {
        size_t same = 0;
        while (same < size && completion->words[i][same] == first[same])
            ++same;
        size = same;
    }
    while (size > 0 && ((unsigned char)first[size] & 0xC0) == 0x80) /* in the middle of a character */
        --size;
    return size;
}

static int compare(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void completion_print(FILE *file, struct completion *completion, size_t columns) {
    size_t widest = 0;
    for (size_t i = 0; i < completion->count; ++i) {
        const size_t width = text_columns(completion->words[i]);
        widest = width > widest ? width : widest;
    }
    const size_t fit = columns > widest + GAP ? columns / (widest + GAP) : 1;
    const size_t lines = (completion->count + fit - 1) / fit;
    if (completion->count > 0)
        qsort(completion->words, completion->count, sizeof *completion->words, compare);
    for (size_t line = 0; line < lines; ++line) {
        for (size_t i = line; i < completion->count; i += lines) {
            const size_t width = text_print(file, completion->words[i]);
            if (i + lines < completion->count)
                fprintf(file, "%*s", (int)(widest + GAP - width), "");
        }
        fputc('\n', file);
    }
}

void completion_free(struct completion *completion) {
    for (size_t i = 0; i < completion->count; ++i)
        free(completion->words[i]);
    free(completion->words);
    *completion = (struct completion){0};
}
