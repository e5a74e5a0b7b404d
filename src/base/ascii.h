/*
 * Letters and digits of ASCII, whatever the user's locale says of letters. Characters are numbers here, of
 * `char` and `wchar_t` alike, and what is no letter stays as it is. Used wherever names and numbers are read.
 */
#ifndef SCARDSSP_BASE_ASCII_H
#define SCARDSSP_BASE_ASCII_H

#include <stdbool.h>

/* The small letter of a capital one. */
static inline int ascii_lower(int c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* The value of a hexadecimal digit in either case; -1: it is none. */
static inline int ascii_digit(int c) {
    const int lower = ascii_lower(c);
    if (c >= '0' && c <= '9')
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* Whether two texts are the same, upper or lower case. */
static inline bool ascii_equal(const char *one, const char *other) {
    while (*one && ascii_lower(*one) == ascii_lower(*other)) {
        ++one;
        ++other;
    }
    return ascii_lower(*one) == ascii_lower(*other);
}

#endif
