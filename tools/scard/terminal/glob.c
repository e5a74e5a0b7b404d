/* Patterns for names: see glob.h. */
#include "terminal/glob.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/ascii.h"
#include "terminal/text.h"

bool glob_is(const char *text) {
    return strpbrk(text, "*?") != NULL;
}

/* Bytes of the first character. */
static size_t step(const char *text) {
    uint32_t character = 0;
    const size_t size = text_character(text, &character);
    return size ? size : 1;
}

bool glob_fits(const char *text, const char *pattern) {
    const char *star = NULL;  /* behind the last '*' */
    const char *again = NULL; /* from where that takes one character more */
    while (*text != '\0') {
        if (*pattern == '*') {
            star = ++pattern;
            again = text;
        } else if (*pattern == '?') {
            ++pattern;
            text += step(text);
        } else if (*pattern != '\0' && ascii_lower(*pattern) == ascii_lower(*text)) {
            ++pattern;
            ++text;
        } else if (star) {
            pattern = star;
            text = again += step(again);
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        ++pattern;
    return *pattern == '\0';
}
