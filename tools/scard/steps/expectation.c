/* What a card is to answer: see expectation.h. */
#include "steps/expectation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

#define STATUS_DIGITS 4
static const char between[] = " or ";
#define BETWEEN_SIZE (sizeof between - 1)

static bool is_blank(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\r';
}

/* How many characters part two patterns here; 0: none do. */
static size_t separator_size(const char *text, size_t size) {
    if (size > 0 && (*text == ',' || *text == '|'))
        return 1;
    return size > 1 && ascii_lower(text[0]) == 'o' && ascii_lower(text[1]) == 'r' ? 2 : 0;
}

/* The letter in the one form; '\0': it has no meaning here. */
static char letter_of(char letter) {
    if (ascii_digit(letter) >= 0)
        return "0123456789ABCDEF"[ascii_digit(letter)];
    if (letter == '?' || letter == '.' || ascii_lower(letter) == 'x')
        return '?';
    return letter == '*' ? '*' : '\0';
}

/* Whole bytes, and a status word at least, which '*' may stand for. */
static bool is_whole(const char *pattern, size_t size) {
    size_t digits = 0;
    bool star = false;
    for (size_t i = 0; i < size; ++i) {
        if (pattern[i] != '*') {
            ++digits;
            continue;
        }
        star = true;
        if (digits % 2 != 0)
            return false;
    }
    return digits % 2 == 0 && (star || digits >= STATUS_DIGITS);
}

/* out: room for each character to become BETWEEN_SIZE ones. */
static bool normalise(const char *text, size_t size, char *out) {
    size_t start = 0, used = 0;
    for (size_t i = 0; i < size; ++i) {
        const size_t parting = separator_size(text + i, size - i);
        if (is_blank(text[i]))
            continue;
        if (parting > 0) {
            if (!is_whole(out + start, used - start))
                return false;
            memcpy(out + used, between, BETWEEN_SIZE);
            used += BETWEEN_SIZE;
            start = used;
            i += parting - 1;
            continue;
        }
        out[used] = letter_of(text[i]);
        if (out[used++] == '\0')
            return false;
    }
    out[used] = '\0';
    return is_whole(out + start, used - start);
}

bool expectation_parse(const char *text, size_t size, char **out) {
    char *made = malloc(size * BETWEEN_SIZE + 1);
    *out = NULL;
    if (made == NULL) {
        errno = ENOMEM;
        return false;
    }
    if (!normalise(text, size, made)) {
        free(made);
        errno = 0;
        return false;
    }
    *out = made;
    return true;
}

static bool digit_fits(char pattern, unsigned digit) {
    return pattern == '?' || (unsigned)ascii_digit(pattern) == digit;
}

static bool byte_fits(const char *pattern, uint8_t byte) {
    return digit_fits(pattern[0], byte >> 4) && digit_fits(pattern[1], byte & 0x0Fu);
}

/* Where it does not go on, the last '*' takes a byte more. */
static bool fits(const char *pattern, size_t pattern_size, const uint8_t *bytes, size_t size) {
    size_t at = 0, taken = 0, behind_star = SIZE_MAX, star_taken = 0;
    while (taken < size) {
        if (at < pattern_size && pattern[at] == '*') {
            behind_star = ++at;
            star_taken = taken;
        } else if (at < pattern_size && byte_fits(pattern + at, bytes[taken])) {
            at += 2;
            ++taken;
        } else if (behind_star != SIZE_MAX) {
            at = behind_star;
            taken = ++star_taken;
        } else {
            return false;
        }
    }
    while (at < pattern_size && pattern[at] == '*')
        ++at;
    return at == pattern_size;
}

bool expectation_is_met(const char *expectation, const uint8_t *answer, size_t size) {
    for (const char *pattern = expectation;;) {
        const char *end = strstr(pattern, between);
        const size_t length = end ? (size_t)(end - pattern) : strlen(pattern);
        const bool status = length == STATUS_DIGITS && memchr(pattern, '*', length) == NULL;
        if (status && size >= 2 ? fits(pattern, length, answer + size - 2, 2)
                                : fits(pattern, length, answer, size))
            return true;
        if (end == NULL)
            return false;
        pattern = end + BETWEEN_SIZE;
    }
}
