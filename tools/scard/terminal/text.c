/* Text and bytes at the edge of the tool. Called by every command. */
#include "terminal/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/utf.h"
#include "base/wipe.h"

#define REPLACEMENT 0xFFFDu
#define ESCAPE 0xDC00u /* a byte from 80 to FF that is not UTF-8, in a name */
#if WCHAR_MAX <= 0xFFFF
#define NAMES_ARE_BYTES false
#else
#define NAMES_ARE_BYTES true
#endif
#define WORD_MAX 63

size_t text_character(const char *characters, uint32_t *out) {
    const unsigned char *text = (const unsigned char *)characters;
    const unsigned first = text[0];
    if (first < 0x80) {
        *out = first;
        return 1;
    }
    const size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (first < 0xC2 || first > 0xF4)
        return 0;
    uint32_t value = first & (0x7Fu >> size);
    for (size_t i = 1; i < size; ++i) {
        if ((text[i] & 0xC0) != 0x80) /* the terminator, too, ends here */
            return 0;
        value = value << 6 | (text[i] & 0x3Fu);
    }
    if (value < least[size] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
        return 0;
    *out = value;
    return size;
}

wchar_t *text_to_wide(const char *text) {
    return utf8_to_wide(text, NULL);
}

wchar_t *text_name_to_wide(const char *name) {
    return utf8_name_to_wide(name, NULL);
}

static size_t character_encode(uint32_t character, char *out) {
    static const unsigned char marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    const size_t size = character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; --i) {
        out[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    out[0] = (char)(marks[size] | character);
    return size;
}

static char *from_wide(const wchar_t *wide, bool bytes) {
    char *text = calloc(wcslen(wide) + 1, 4);
    if (text == NULL)
        return NULL;
    size_t size = 0;
    for (; *wide; ++wide) {
        uint32_t character = (uint32_t)*wide;
#if WCHAR_MAX <= 0xFFFF
        if (character >= 0xD800 && character < 0xDC00 && wide[1] >= 0xDC00 && wide[1] < 0xE000)
            character = 0x10000 + ((character & 0x3FF) << 10 | (*++wide & 0x3FFu));
#endif
        if (bytes && character >= (ESCAPE | 0x80) && character <= (ESCAPE | 0xFF)) {
            text[size++] = (char)(character - ESCAPE);
            continue;
        }
        if (character > 0x10FFFF || (character >= 0xD800 && character < 0xE000))
            character = REPLACEMENT;
        size += character_encode(character, text + size);
    }
    return text;
}

char *text_from_wide(const wchar_t *wide) {
    return from_wide(wide, false);
}

char *text_name_from_wide(const wchar_t *wide) {
    return from_wide(wide, NAMES_ARE_BYTES);
}

/* Prints the first character of a name, made safe, and returns its bytes. */
static size_t print_character(FILE *file, const char *text) {
    uint32_t character = 0;
    const size_t size = text_character(text, &character);
    if (size == 0 || character < 0x20 || (character >= 0x7F && character < 0xA0))
        fputc('?', file);
    else
        fwrite(text, 1, size, file);
    return size ? size : 1;
}

size_t text_print(FILE *file, const char *text) {
    size_t columns = 0;
    for (; *text != '\0'; ++columns)
        text += print_character(file, text);
    return columns;
}

/* Whether a name has more than so many characters. */
static bool is_longer(const char *text, size_t columns) {
    for (; columns > 0 && *text != '\0'; --columns) {
        uint32_t character = 0;
        const size_t size = text_character(text, &character);
        text += size ? size : 1;
    }
    return *text != '\0';
}

size_t text_print_fitting(FILE *file, const char *text, size_t columns) {
    size_t used = 0;
    if (columns == 0)
        return 0;
    if (!is_longer(text, columns))
        return text_print(file, text);
    for (; used + 1 < columns; ++used)
        text += print_character(file, text);
    fputc('~', file);
    return columns;
}

void text_print_hex(FILE *file, const uint8_t *bytes, size_t size, const char *gap) {
    for (size_t i = 0; i < size; ++i)
        fprintf(file, "%s%02X", i ? gap : "", bytes[i]);
}

bool text_parse_hex(const char *text, size_t size, uint8_t **out, size_t *size_out) {
    uint8_t *bytes = malloc(size / 2 + 1);
    if (bytes == NULL)
        return false;
    size_t count = 0;
    for (size_t i = 0; i < size;) {
        if (text[i] == ' ' || text[i] == '\t' || text[i] == ':' || text[i] == '-') {
            ++i;
            continue;
        }
        if (i + 1 < size && text[i] == '0' && (text[i + 1] == 'x' || text[i + 1] == 'X'))
            i += 2;
        const int high = i < size ? ascii_digit(text[i]) : -1;
        const int low = i + 1 < size ? ascii_digit(text[i + 1]) : -1;
        if (high < 0 || low < 0) {
            wipe(bytes, count);
            free(bytes);
            return false;
        }
        bytes[count++] = (uint8_t)(high << 4 | low);
        i += 2;
    }
    *out = bytes;
    *size_out = count;
    return true;
}

size_t text_columns(const char *text) {
    size_t columns = 0;
    for (; *text != '\0'; ++text)
        columns += ((unsigned char)*text & 0xC0) != 0x80;
    return columns;
}

size_t text_distance(const char *a, const char *b) {
    size_t row[WORD_MAX + 1];
    const size_t width = strlen(b);
    if (width > WORD_MAX)
        return SIZE_MAX; /* nothing a person mistypes is that long */
    for (size_t j = 0; j <= width; ++j)
        row[j] = j;
    for (size_t i = 1; *a != '\0'; ++a, ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= width; ++j) {
            const size_t change = diagonal + (ascii_lower(*a) != ascii_lower(b[j - 1]));
            const size_t insert = row[j - 1] + 1, drop = row[j] + 1;
            diagonal = row[j];
            row[j] = change < insert ? change : insert;
            row[j] = row[j] < drop ? row[j] : drop;
        }
    }
    return row[width];
}

bool text_contains(const char *text, const char *part) {
    for (;; ++text) {
        size_t i = 0;
        while (part[i] != '\0' && ascii_lower(part[i]) == ascii_lower(text[i]))
            ++i;
        if (part[i] == '\0')
            return true;
        if (*text == '\0')
            return false;
    }
}
