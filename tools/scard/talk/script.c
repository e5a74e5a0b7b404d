/* Reads a list of commands for a card. Called by cmd_apdu.c. Lines may hold a PIN: what is freed is wiped. */
#include "talk/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "terminal/text.h"

/* A line that grows. */
struct line {
    char *text;
    size_t size, room;
};

static void line_free(struct line *line) {
    wipe_free(line->text, line->room);
    *line = (struct line){0};
}

/* realloc() would leave the old text behind unwiped. */
static bool line_add(struct line *line, char letter) {
    if (line->size + 1 >= line->room) {
        struct line larger = {.size = line->size, .room = line->room ? 2 * line->room : 256};
        larger.text = calloc(larger.room, 1);
        if (larger.text == NULL)
            return false;
        if (line->text)
            memcpy(larger.text, line->text, line->size);
        line_free(line);
        *line = larger;
    }
    line->text[line->size++] = letter;
    return true;
}

/*
 * Reads one line, those it continues on included, without comment and newline. *number counts lines.
 * False: end of file or out of memory, errno then not 0.
 */
static bool line_read(FILE *file, struct line *line, unsigned long *number) {
    bool any = false, comment = false;
    errno = 0;
    for (int c; (c = fgetc(file)) != EOF;) {
        if (!any)
            ++*number;
        any = true;
        if (c == '\n') {
            while (line->size > 0 && line->text[line->size - 1] == '\r')
                --line->size;
            if (comment || line->size == 0 || line->text[line->size - 1] != '\\')
                return true;
            line->text[line->size - 1] = ' '; /* continued: a blank keeps the bytes of two lines apart */
            any = false;
            continue;
        }
        comment = comment || c == '#';
        if (!comment && !line_add(line, (char)c))
            return false;
    }
    return (any || line->size > 0) && !ferror(file);
}

static bool is_blank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r';
}

static bool is_word(const char *text, size_t size, const char *word) {
    if (size != strlen(word))
        return false;
    for (size_t i = 0; i < size; ++i)
        if ((text[i] | 0x20) != word[i])
            return false;
    return true;
}

/* Of the first line: takes a byte order mark of UTF-8 away. false: it begins as UTF-16 and UTF-32 do. */
static bool mark_take(struct line *line) {
    static const char utf8[] = {'\xEF', '\xBB', '\xBF'};
    const char *text = line->text;
    if (line->size >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0 ||
                            text[0] == '\0' || text[1] == '\0'))
        return false;
    if (line->size >= sizeof utf8 && memcmp(text, utf8, sizeof utf8) == 0) {
        line->size -= sizeof utf8;
        memmove(line->text, line->text + sizeof utf8, line->size);
    }
    return true;
}

/*
 * SCRIPT_STEP, SCRIPT_BAD or SCRIPT_FAILED; SCRIPT_END for "exit", and *empty where there is nothing in the
 * line.
 */
static enum script_result step_parse(const struct line *line, struct script_step *step, bool *empty) {
    const char *text = line->text ? line->text : "";
    size_t size = line->size;
    while (size > 0 && is_blank(text[size - 1]))
        --size;
    while (size > 0 && is_blank(*text)) {
        ++text;
        --size;
    }
    *empty = size == 0;
    if (size == 0 || is_word(text, size, "exit"))
        return SCRIPT_END;
    if (is_word(text, size, "reset")) {
        step->bytes = NULL;
        step->size = 0;
        return SCRIPT_STEP;
    }
    errno = 0;
    if (text_parse_hex(text, size, &step->bytes, &step->size))
        return SCRIPT_STEP;
    return errno ? SCRIPT_FAILED : SCRIPT_BAD;
}

enum script_result script_read(FILE *file, unsigned long *line, struct script_step *step) {
    struct line text = {0};
    enum script_result result = SCRIPT_END;
    bool empty = true;
    while (empty) {
        const bool first = *line == 0;
        text.size = 0;
        step->line = *line + 1;
        if (!line_read(file, &text, line)) {
            result = errno || ferror(file) ? SCRIPT_FAILED : SCRIPT_END;
            break;
        }
        if (first && !mark_take(&text)) {
            result = SCRIPT_WIDE;
            break;
        }
        result = step_parse(&text, step, &empty);
    }
    line_free(&text);
    return result;
}

void script_step_free(struct script_step *step) {
    wipe_free(step->bytes, step->size);
    step->bytes = NULL;
}
