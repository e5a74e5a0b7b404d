/* The window of a terminal, by the sequences of ECMA-48 and xterm: see window.h. */
#include "terminal/drawing/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS 80
#define LINES 24
/* The other screen, no cursor, no wrapping; and all that back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"
#define TOP "\033[H"
#define CLEAR_LINE "\033[K"
#define CLEAR_BELOW "\033[J"

/* The terminal is the process's, so there is one. */
static struct {
    bool entered;
    FILE *page;
    char *text; /* of the page */
    size_t size;
} window;

bool window_is_there(void) {
    const char *kind = getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && kind && *kind && strcmp(kind, "dumb") != 0;
}

void window_size(size_t *columns, size_t *lines) {
    struct winsize size = {0};
    const bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    *columns = told && size.ws_col ? size.ws_col : COLUMNS;
    *lines = told && size.ws_row ? size.ws_row : LINES;
}

void window_enter(void) {
    window.entered = true;
    fputs(ENTER, stdout);
    fflush(stdout);
}

FILE *window_page(void) {
    window.text = NULL;
    window.size = 0;
    window.page = open_memstream(&window.text, &window.size);
    return window.page;
}

/* The last line has no end: that would move all of them up. */
static void show(const char *text, size_t size) {
    fputs(TOP, stdout);
    for (size_t at = 0; at < size;) {
        const char *end = memchr(text + at, '\n', size - at);
        const size_t length = end ? (size_t)(end - text) - at : size - at;
        fwrite(text + at, 1, length, stdout);
        fputs(CLEAR_LINE, stdout);
        at += length + 1;
        if (at < size)
            fputs("\r\n", stdout);
    }
    fputs(CLEAR_BELOW, stdout);
    fflush(stdout);
}

void window_show(void) {
    if (window.page && fclose(window.page) == 0)
        show(window.text, window.size);
    free(window.text);
    window.page = NULL;
    window.text = NULL;
}

void window_leave(void) {
    if (!window.entered)
        return;
    window.entered = false;
    fputs(LEAVE, stdout);
    fflush(stdout);
}
