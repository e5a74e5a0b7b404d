/* Parts and their lines: see meaning.h. Called by atrmeaning.c and historical.c. */
#include "apdu/meaning.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

void meaning_part(const struct meaning_visitor *visitor, const char *part, const uint8_t *bytes, size_t size,
                  const char *format, ...) {
    char text[MEANING_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    visitor->visit(visitor->user, part, bytes, size, text);
}

static void line_append(struct meaning_line *line, const char *format, va_list arguments)
    __attribute__((format(__printf__, 2, 0)));

static void line_append(struct meaning_line *line, const char *format, va_list arguments) {
    const size_t room = sizeof line->text - line->length;
    const int length = vsnprintf(line->text + line->length, room, format, arguments);
    if (length > 0)
        line->length += (size_t)length < room ? (size_t)length : room - 1;
}

void meaning_add(struct meaning_line *line, const char *format, ...) {
    va_list arguments;
    if (line->length > 0 && line->length + 3 < sizeof line->text) {
        line->text[line->length++] = ',';
        line->text[line->length++] = ' ';
    }
    va_start(arguments, format);
    line_append(line, format, arguments);
    va_end(arguments);
}

void meaning_add_ascii(struct meaning_line *line, const uint8_t *bytes, size_t size) {
    bool printable = size >= 2;
    for (size_t i = 0; i < size; ++i)
        printable = printable && bytes[i] >= 0x20 && bytes[i] < 0x7F;
    if (printable)
        meaning_add(line, "\"%.*s\"", (int)size, (const char *)bytes);
}
