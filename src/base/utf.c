/* UTF-8 <-> wchar_t, strict in one direction and forgiving in the other. Used where BSTRs enter and leave. */
#include "base/utf.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define UTF_INVALID UINT32_MAX
#define REPLACEMENT 0xFFFDu
#define ESCAPE 0xDC00u /* a byte from 80 to FF that is no UTF-8, in a name */

/* What becomes of bytes that are no UTF-8: they are replaced, or travel as escapes. */
enum manner { AS_TEXT, AS_NAME };

#if WCHAR_MAX <= 0xFFFF
#define OF_NAMES AS_TEXT
#else
#define OF_NAMES AS_NAME
#endif

/* Takes one code point off the wide text; UTF_INVALID for a lone surrogate, NUL or a number out of range. */
static uint32_t wide_next(const wchar_t *text, size_t count, size_t *at) {
    uint32_t c = (uint32_t)text[(*at)++];
#if WCHAR_MAX <= 0xFFFF
    c &= 0xFFFF;
    if (c >= 0xD800 && c < 0xDC00 && *at < count) {
        uint32_t low = (uint32_t)text[*at] & 0xFFFF;
        if (low >= 0xDC00 && low < 0xE000) {
            ++*at;
            return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
    }
#else
    (void)count;
#endif
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return UTF_INVALID;
    return c;
}

static bool is_escape(wchar_t c) {
    return (uint32_t)c >= (ESCAPE | 0x80) && (uint32_t)c <= (ESCAPE | 0xFF);
}

static size_t utf8_put(char *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (c >> 18));
    out[1] = (char)(0x80 | ((c >> 12) & 0x3F));
    out[2] = (char)(0x80 | ((c >> 6) & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static char *from_wide(const wchar_t *text, size_t count, enum manner manner, int *invalid) {
    if (invalid)
        *invalid = 0;
    if (count > (SIZE_MAX - 1) / 4)
        return NULL;
    char *out = malloc(count * 4 + 1);
    if (!out)
        return NULL;
    size_t size = 0;
    for (size_t at = 0; at < count;) {
        if (manner == AS_NAME && is_escape(text[at])) {
            out[size++] = (char)(text[at++] - (wchar_t)ESCAPE);
            continue;
        }
        uint32_t c = wide_next(text, count, &at);
        if (c == UTF_INVALID) {
            free(out);
            if (invalid)
                *invalid = 1;
            return NULL;
        }
        size += utf8_put(out + size, c);
    }
    out[size] = '\0';
    return out;
}

char *utf8_from_wide(const wchar_t *text, size_t count, int *invalid) {
    return from_wide(text, count, AS_TEXT, invalid);
}

char *utf8_name_from_wide(const wchar_t *name, size_t count, int *invalid) {
    return from_wide(name, count, OF_NAMES, invalid);
}

/*
 * Takes one code point off the UTF-8 text; a byte that starts no valid sequence is taken alone as
 * UTF_INVALID.
 */
static uint32_t utf8_next(const unsigned char **text) {
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *p = *text;
    unsigned extra = p[0] < 0x80   ? 0
                     : p[0] < 0xC2 ? 9
                     : p[0] < 0xE0 ? 1
                     : p[0] < 0xF0 ? 2
                     : p[0] < 0xF5 ? 3
                                   : 9;
    ++*text;
    if (extra == 0)
        return p[0];
    if (extra == 9)
        return UTF_INVALID;
    uint32_t c = p[0] & (0x3Fu >> extra);
    for (unsigned i = 1; i <= extra; ++i) {
        if ((p[i] & 0xC0) != 0x80)
            return UTF_INVALID;
        c = (c << 6) | (p[i] & 0x3Fu);
    }
    if (c < least[extra] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return UTF_INVALID;
    *text = p + extra + 1;
    return c;
}

static wchar_t *to_wide(const char *text, enum manner manner, size_t *count_out) {
    size_t bytes = 0;
    while (text[bytes])
        ++bytes;
    if (bytes > SIZE_MAX / sizeof(wchar_t) - 1)
        return NULL;
    wchar_t *out = malloc((bytes + 1) * sizeof *out);
    if (!out)
        return NULL;
    size_t count = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        const unsigned char first = *p;
        uint32_t c = utf8_next(&p);
        if (c == UTF_INVALID)
            c = manner == AS_NAME ? ESCAPE | first : REPLACEMENT;
#if WCHAR_MAX <= 0xFFFF
        if (c >= 0x10000) {
            out[count++] = (wchar_t)(0xD800 + ((c - 0x10000) >> 10));
            c = 0xDC00 + ((c - 0x10000) & 0x3FF);
        }
#endif
        out[count++] = (wchar_t)c;
    }
    out[count] = 0;
    if (count_out)
        *count_out = count;
    return out;
}

wchar_t *utf8_to_wide(const char *text, size_t *count_out) {
    return to_wide(text, AS_TEXT, count_out);
}

wchar_t *utf8_name_to_wide(const char *name, size_t *count_out) {
    return to_wide(name, OF_NAMES, count_out);
}
