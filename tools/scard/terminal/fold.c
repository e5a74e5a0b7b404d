/* Text folded to the width of a terminal: see fold.h. */
#include "terminal/fold.h"

#include <stdio.h>
#include <string.h>

#define LINE_WIDTH 78

void fold_item(const char *item, size_t size, size_t indent, size_t *column) {
    if (*column > indent && *column + 1 + size > LINE_WIDTH) {
        printf("\n%*s", (int)indent, "");
        *column = indent;
    } else if (*column > indent) {
        putchar(' ');
        ++*column;
    }
    printf("%.*s", (int)size, item);
    *column += size;
}

const char *fold_words(const char *text, size_t indent) {
    size_t column = indent;
    for (text += strspn(text, " "); *text != '\0' && *text != '\n'; text += strspn(text, " ")) {
        const size_t size = strcspn(text, " \n");
        fold_item(text, size, indent, &column);
        text += size;
    }
    putchar('\n');
    return *text == '\n' ? text + 1 : text;
}

void fold_paragraph(const char *text, size_t indent) {
    printf("%*s", (int)indent, "");
    (void)fold_words(text, indent);
}
