/*
 * What bytes of a card mean, in words: atrmeaning.c and historical.c take them apart and call a visitor for
 * each part, with its bytes and one line about them.
 */
#ifndef SCARDSSP_APDU_MEANING_H
#define SCARDSSP_APDU_MEANING_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of one line at most, terminator included; what is longer is cut. */
#define MEANING_MAX 512u

/*
 * Called for one part: its name ("TA1"), its bytes (size 0: it has none of its own) and the line. Valid
 * during the call.
 */
typedef void (*meaning_visit)(void *user, const char *part, const uint8_t *bytes, size_t size,
                              const char *text);

struct meaning_visitor {
    meaning_visit visit;
    void *user;
};

/* Calls the visitor for one part; the line by printf's format. */
void meaning_part(const struct meaning_visitor *visitor, const char *part, const uint8_t *bytes, size_t size,
                  const char *format, ...) __attribute__((format(__printf__, 5, 6)));

/* A line that grows item by item; start it zeroed. */
struct meaning_line {
    char text[MEANING_MAX];
    size_t length;
};

/* Adds an item, with ", " before it where something stands already; what does not fit is cut. */
void meaning_add(struct meaning_line *line, const char *format, ...)
    __attribute__((format(__printf__, 2, 3)));

/*
 * Adds the bytes as text in quotes, `"JCOPv241"`, where there are two at least and all are printable ASCII;
 * otherwise nothing.
 */
void meaning_add_ascii(struct meaning_line *line, const uint8_t *bytes, size_t size);

#endif
