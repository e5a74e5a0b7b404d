/*
 * Text and names at the edges: UTF-8 inside, wchar_t in BSTRs (UTF-16 where wchar_t has 16 bits, UTF-32 where
 * it has 32).
 */
#ifndef SCARDSSP_BASE_UTF_H
#define SCARDSSP_BASE_UTF_H

#include <stddef.h>
#include <wchar.h>

/*
 * Converts `count` wide characters to a new NUL-terminated UTF-8 string; the caller frees it with free().
 * NULL: out of memory, or the text holds a NUL, a lone surrogate or a number beyond U+10FFFF
 * (then *invalid is 1, else 0; invalid may be NULL).
 */
char *utf8_from_wide(const wchar_t *text, size_t count, int *invalid);

/*
 * Converts a UTF-8 string to a new NUL-terminated wide string; the caller frees it with free().
 * *count_out (may be NULL): characters without the terminator. Bytes that are not UTF-8 become U+FFFD, one
 * each: names come from drivers, and a reader with a broken name must stay visible. NULL: out of memory.
 */
wchar_t *utf8_to_wide(const char *text, size_t *count_out);

/*
 * The same for names that are bytes: those of readers and of their groups, which are what the service gives
 * and need not be UTF-8. A byte that is none travels as U+DC80..U+DCFF, which no text holds, and comes back
 * as it was: what was listed can be named. Where wchar_t has 16 bits the service's own names are UTF-16, and
 * these are the two functions above.
 */
char *utf8_name_from_wide(const wchar_t *name, size_t count, int *invalid);
wchar_t *utf8_name_to_wide(const char *name, size_t *count_out);

#endif
