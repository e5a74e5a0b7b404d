/* Links on a terminal: see hyperlink.h. */
#include "terminal/drawing/hyperlink.h"

#include <stdio.h>
#include <string.h>

#include "terminal/drawing/window.h"

#define OPEN "\033]8;;"
#define CLOSE "\033\\"

size_t hyperlink_size(const char *text) {
    static const char *const schemes[] = {"http://", "https://"};
    size_t scheme = 0;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0] && scheme == 0; ++i)
        if (strncmp(text, schemes[i], strlen(schemes[i])) == 0)
            scheme = strlen(schemes[i]);
    size_t size = scheme;
    while (scheme > 0 && text[size] > ' ' && text[size] < 0x7F)
        ++size;
    while (size > scheme && strchr(".,;:)", text[size - 1])) /* of the sentence around it */
        --size;
    return size > scheme ? size : 0;
}

void hyperlink_print(const char *address, size_t size) {
    const bool link = window_is_there();
    if (link)
        printf(OPEN "%.*s" CLOSE, (int)size, address);
    printf("%.*s", (int)size, address);
    if (link)
        printf(OPEN CLOSE);
}
