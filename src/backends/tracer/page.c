/* The lines of one call: see page.h. */
#include "backends/tracer/page.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define SMALLEST_ROOM 256u

/* Makes room for `more` bytes and a NUL. */
static bool make_room(struct trace_page *page, size_t more) {
    size_t room = page->room ? page->room : SMALLEST_ROOM;
    while (room - page->size <= more) {
        if (room > SIZE_MAX / 2)
            return false;
        room *= 2;
    }
    if (room == page->room)
        return true;
    char *text = realloc(page->text, room);
    if (!text)
        return false;
    page->text = text;
    page->room = room;
    return true;
}

void trace_page_clear(struct trace_page *page) {
    page->size = 0;
    if (page->text)
        page->text[0] = '\0';
}

void trace_page_print_list(struct trace_page *page, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    const size_t room = page->room - page->size;
    int size = vsnprintf(page->text ? page->text + page->size : NULL, room, format, arguments);
    if (size >= 0 && (size_t)size >= room) {
        size = make_room(page, (size_t)size)
                   ? vsnprintf(page->text + page->size, page->room - page->size, format, again)
                   : -1;
    }
    va_end(again);
    if (size > 0)
        page->size += (size_t)size;
    else if (page->text)
        page->text[page->size] = '\0';
}

void trace_page_print(struct trace_page *page, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    trace_page_print_list(page, format, arguments);
    va_end(arguments);
}

void trace_page_text(struct trace_page *page, const char *text) {
    for (; *text && make_room(page, 1); ++text)
        page->text[page->size++] = (unsigned char)*text < 0x20 || *text == 0x7F ? '?' : *text;
    if (page->text)
        page->text[page->size] = '\0';
}

/* Bytes of the character that begins here (RFC 3629); 0: it is none. */
static size_t character_size(const unsigned char *at) {
    const size_t size = at[0] < 0x80                    ? 1
                        : at[0] >= 0xC2 && at[0] < 0xE0 ? 2
                        : at[0] >= 0xE0 && at[0] < 0xF0 ? 3
                        : at[0] >= 0xF0 && at[0] < 0xF5 ? 4
                                                        : 0;
    for (size_t i = 1; i < size; ++i)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    /* Overlong forms, halves of UTF-16 and what is beyond U+10FFFF show in the second byte. */
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] >= 0xA0) ||
        (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] >= 0x90))
        return 0;
    return size;
}

void trace_page_json(struct trace_page *page, const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    trace_page_print(page, "\"");
    while (*at) {
        const size_t size = character_size(at);
        if (size == 0)
            trace_page_print(page, "\\ufffd");
        else if (*at == '"' || *at == '\\')
            trace_page_print(page, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7F)
            trace_page_print(page, "\\u%04x", *at);
        else
            trace_page_print(page, "%.*s", (int)size, (const char *)at);
        at += size ? size : 1;
    }
    trace_page_print(page, "\"");
}

void trace_page_bytes(struct trace_page *page, const uint8_t *bytes, size_t size) {
    static const char digits[] = "0123456789ABCDEF";
    if (size > SIZE_MAX / 4 || !make_room(page, 3 * size))
        return;
    char *at = page->text + page->size;
    for (size_t i = 0; i < size; ++i) {
        *at++ = ' ';
        *at++ = digits[bytes[i] >> 4];
        *at++ = digits[bytes[i] & 0x0F];
    }
    *at = '\0';
    page->size += 3 * size;
}
