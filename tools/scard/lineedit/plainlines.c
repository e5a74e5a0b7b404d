/* Lines as they come: see plainlines.h. */
#include "lineedit/plainlines.h"

#include <errno.h>

void plainlines_begin(FILE *file) {
    (void)setvbuf(file, NULL, _IONBF, 0);
}

enum line_result plainlines_read(FILE *file, const char *prompt, struct textline *line) {
    int letter = EOF;
    bool any = false;
    textline_clear(line);
    if (prompt) {
        fputs(prompt, stdout);
        fflush(stdout);
    }
    errno = 0;
    while ((letter = fgetc(file)) != EOF && letter != '\n') {
        any = true;
        if (!textline_add(line, (char)letter)) {
            errno = ENOMEM;
            return LINE_FAILED;
        }
    }
    if (letter == EOF && ferror(file))
        return LINE_FAILED;
    if (line->size > 0 && line->text[line->size - 1] == '\r')
        line->text[--line->size] = '\0';
    return letter == EOF && !any ? LINE_END : LINE_HERE;
}
