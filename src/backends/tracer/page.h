/* The lines of one call, put together before they go out in one piece. Used by tracer.c and apdu.c. */
#ifndef SCARDSSP_BACKENDS_TRACER_PAGE_H
#define SCARDSSP_BACKENDS_TRACER_PAGE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Starts zeroed. Where memory is out, what is written is cut. */
struct trace_page {
    char *text; /* NULL: nothing yet; else with a NUL at its end, free() it */
    size_t size;
    size_t room;
};

/* Begins anew; the memory stays. */
void trace_page_clear(struct trace_page *page);

/* printf's format and arguments. */
__attribute__((format(__printf__, 2, 3))) void trace_page_print(struct trace_page *page, const char *format,
                                                                ...);
__attribute__((format(__printf__, 2, 0))) void trace_page_print_list(struct trace_page *page,
                                                                     const char *format, va_list arguments);

/* Text from drivers and callers: control characters become '?', for a line break would forge lines. */
void trace_page_text(struct trace_page *page, const char *text);

/*
 * Text as a string of JSON (RFC 8259), quotes included; a byte that is not UTF-8 becomes U+FFFD, and control
 * characters are escaped.
 */
void trace_page_json(struct trace_page *page, const char *text);

/* Bytes in hexadecimal, a space before each. */
void trace_page_bytes(struct trace_page *page, const uint8_t *bytes, size_t size);

#endif
