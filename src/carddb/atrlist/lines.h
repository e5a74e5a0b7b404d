/*
 * The lines of the ATR list: what kind each is and what it holds. Called by atrlist.c for a search through
 * the text and by index.c while building.
 */
#ifndef SCARDSSP_CARDDB_ATRLIST_LINES_H
#define SCARDSSP_CARDDB_ATRLIST_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A longer line belongs to no list of ATRs. Bytes. */
#define ATRLIST_LINE_MAX 1024

enum atrline_kind { ATRLINE_EMPTY, ATRLINE_COMMENT, ATRLINE_NAME, ATRLINE_PATTERN };

/* Where a reader of the text stands. `line` counts the lines that have been read. */
struct atrlines {
    const char *at, *end;
    size_t line;
};

/* One line without its end (line feed, carriage return and white space before them). */
struct atrline {
    const char *text;
    size_t size;
};

/* How many of the bytes are left without the white space at their end. */
static inline size_t atrline_trim(const char *text, size_t size) {
    while (size && (text[size - 1] == ' ' || text[size - 1] == '\t' || text[size - 1] == '\r'))
        size--;
    return size;
}

/* Before the first line: takes away the byte order mark that editors on Windows put before UTF-8. */
static inline void atrlines_skip_mark(struct atrlines *lines) {
    if (lines->line == 0 && lines->end - lines->at >= 3 && memcmp(lines->at, "\xEF\xBB\xBF", 3) == 0)
        lines->at += 3;
}

/* Steps to the next line that is not empty, no comment and no name; false at the end of the text. */
static inline bool atrlines_next_pattern(struct atrlines *lines, struct atrline *out) {
    atrlines_skip_mark(lines);
    while (lines->at < lines->end) {
        const char *start = lines->at;
        const char *feed = memchr(start, '\n', (size_t)(lines->end - start));
        lines->at = feed ? feed + 1 : lines->end;
        lines->line++;
        if (*start > ' ' && *start != '#') {
            out->text = start;
            out->size = atrline_trim(start, (size_t)((feed ? feed : lines->end) - start));
            return true;
        }
    }
    return false;
}

/*
 * Steps to the next line, whatever it is. False at the end of the text; *kind_out and *out are set otherwise.
 */
bool atrlines_next(struct atrlines *lines, enum atrline_kind *kind_out, struct atrline *out);

/*
 * The name in a name line, without the white space around it. False: it is empty, longer than
 * ATRLIST_LINE_MAX or holds control characters, and *name_out is unchanged.
 */
bool atrline_name(const struct atrline *line, struct atrline *name_out);

#endif
