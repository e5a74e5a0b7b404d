/* How lines are asked for, and how that may end. For lineeditor.h. */
#ifndef SCARD_LINEMANNER_H
#define SCARD_LINEMANNER_H

#include <stdbool.h>
#include <stddef.h>

#include "lineedit/completion.h"

/* How lines are asked for. All members but the first may be NULL. */
struct line_manner {
    const char *program; /* what reads them, "scard"; a user's .editrc may have lines for it alone */
    const char *history; /* a word that names the file of their history; NULL: none outlives the program */
    /*
     * Finds what may stand in place of the word that ends at the cursor; `line`, of `size` bytes, is what
     * stands before it. out->start is behind the last blank, and may be changed.
     */
    void (*complete)(void *context, const char *line, size_t size, struct completion *out);
    /* Whether a line holds a PIN or a key: it is not kept in the history. */
    bool (*is_secret)(void *context, const char *line);
    void *context;
};

enum line_result {
    LINE_HERE,    /* here is one */
    LINE_END,     /* there are no more: Ctrl-D on an empty line, or the end of the file */
    LINE_DROPPED, /* Ctrl-C: what was typed of it is gone, and another may be asked for */
    LINE_FAILED   /* it cannot be read: errno */
};

#endif
