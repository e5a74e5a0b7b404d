/* Patterns for answers to reset: see atrpattern.h. */
#include "talk/atrpattern.h"

#include <string.h>

#include "base/ascii.h"

static bool is_gap(char c) {
    return c == ' ' || c == ':';
}

static bool is_any(char c) {
    return c == '.' || c == '?';
}

bool atrpattern_is(const char *text) {
    size_t digits = 0;
    for (; *text != '\0' && *text != '*'; ++text) {
        if (is_gap(*text))
            continue;
        if (ascii_digit(*text) < 0 && !is_any(*text))
            return false;
        ++digits;
    }
    return digits > 0 && (*text == '\0' || text[1] == '\0');
}

bool atrpattern_is_likely(const char *text) {
    return atrpattern_is(text) && text[0] == '3' && text[1] != '\0' && strchr("BbFf", text[1]) != NULL;
}

bool atrpattern_fits(const char *pattern, const uint8_t *atr, size_t size) {
    size_t place = 0; /* in digits */
    for (; *pattern != '\0' && *pattern != '*'; ++pattern) {
        if (is_gap(*pattern))
            continue;
        if (place == 2 * size)
            return false;
        const int digit = place % 2 ? atr[place / 2] & 0xF : atr[place / 2] >> 4;
        if (!is_any(*pattern) && ascii_digit(*pattern) != digit)
            return false;
        ++place;
    }
    return size > 0 && (*pattern == '*' || place == 2 * size);
}
