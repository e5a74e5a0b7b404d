/* Reads a list of commands for a card: see script.h. Lines may hold a PIN: what is freed is wiped. */
#include "steps/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/wipe.h"
#include "lineedit/textline.h"
#include "steps/expectation.h"
#include "terminal/text.h"

/* A part of a line. */
struct span {
    const char *text;
    size_t size;
};

/*
 * Reads one line, those it continues on included, without comment and newline. *number counts lines.
 * False: end of file or out of memory, errno then not 0.
 */
static bool line_read(FILE *file, struct textline *line, unsigned long *number) {
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
        if (!comment && !textline_add(line, (char)c))
            return false;
    }
    return (any || line->size > 0) && !ferror(file);
}

static bool is_blank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r';
}

/* Without blanks around it. */
static struct span trim(struct span span) {
    while (span.size > 0 && is_blank(span.text[span.size - 1]))
        --span.size;
    while (span.size > 0 && is_blank(*span.text)) {
        ++span.text;
        --span.size;
    }
    return span;
}

static bool is_word(struct span span, const char *word) {
    if (span.size != strlen(word))
        return false;
    for (size_t i = 0; i < span.size; ++i)
        if (ascii_lower(span.text[i]) != word[i])
            return false;
    return true;
}

/* Of the first line: takes a byte order mark of UTF-8 away. false: it begins as UTF-16 and UTF-32 do. */
static bool mark_take(struct textline *line) {
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
 * Takes what is expected off the end of a line: what follows "=>", or stands in brackets. *whole: it is
 * there, and brackets are closed behind all of it.
 */
static struct span expected_take(struct span *line, bool *there, bool *whole) {
    size_t at = 0;
    while (at < line->size && line->text[at] != '(' && line->text[at] != '=')
        ++at;
    struct span expected = {.text = line->text + at, .size = line->size - at};
    *there = expected.size > 0;
    line->size = at;
    if (!*there)
        return expected;
    const bool brackets = expected.text[0] == '(';
    *whole =
        expected.size >= 2 && (brackets ? expected.text[expected.size - 1] == ')' : expected.text[1] == '>');
    expected.text += brackets ? 1 : 2;
    expected.size -= expected.size >= 2 ? 2 : expected.size;
    return expected;
}

/* "reset", or bytes. */
static enum script_result command_parse(struct span command, struct script_step *step) {
    step->bytes = NULL;
    step->size = 0;
    if (is_word(command, "reset"))
        return SCRIPT_STEP;
    errno = 0;
    if (command.size > 0 && text_parse_hex(command.text, command.size, &step->bytes, &step->size)) {
        if (step->size > 0)
            return SCRIPT_STEP;
        script_step_free(step); /* dashes and colons alone are no command */
    }
    return errno ? SCRIPT_FAILED : SCRIPT_BAD;
}

/* The same of a whole line without blanks around it. */
static enum script_result step_parse(struct span line, struct script_step *step) {
    bool there = false, whole = false;
    struct span command = line;
    errno = 0;
    const struct span expected = expected_take(&command, &there, &whole);
    step->expected = NULL;
    enum script_result result = command_parse(trim(command), step);
    if (result != SCRIPT_STEP || !there)
        return result;
    if (!whole || step->bytes == NULL || !expectation_parse(expected.text, expected.size, &step->expected))
        result = whole && errno == ENOMEM ? SCRIPT_FAILED : SCRIPT_ANSWER;
    if (result != SCRIPT_STEP)
        script_step_free(step);
    return result;
}

static enum script_result line_parse(struct span whole, struct script_step *step) {
    const struct span line = trim(whole);
    if (line.size == 0)
        return SCRIPT_NOTHING;
    return is_word(line, "exit") ? SCRIPT_END : step_parse(line, step);
}

enum script_result script_parse(const char *text, size_t size, struct script_step *step) {
    const char *comment = memchr(text, '#', size);
    return line_parse((struct span){.text = text, .size = comment ? (size_t)(comment - text) : size}, step);
}

enum script_result script_read(FILE *file, unsigned long *line, struct script_step *step) {
    struct textline text = {0};
    enum script_result result = SCRIPT_NOTHING;
    while (result == SCRIPT_NOTHING) {
        const bool first = *line == 0;
        text.size = 0;
        step->line = *line + 1;
        if (!line_read(file, &text, line))
            result = errno || ferror(file) ? SCRIPT_FAILED : SCRIPT_END;
        else if (first && !mark_take(&text))
            result = SCRIPT_WIDE;
        else
            result = line_parse((struct span){.text = text.text ? text.text : "", .size = text.size}, step);
    }
    textline_free(&text);
    return result;
}

void script_step_free(struct script_step *step) {
    wipe_free(step->bytes, step->size);
    free(step->expected);
    step->bytes = NULL;
    step->expected = NULL;
}
