/* Memory that cannot be had, and where it went: see points.h and live.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failures/live.h"
#include "failures/points.h"

static bool fails(const char *call) {
    static const int codes[] = {ENOMEM};
    int code = 0;
    if (points_ask(POINTS_MEMORY, call, codes, 1, &code) == POINTS_PASS)
        return false;
    errno = code;
    return true;
}

static void *kept(void *block, const void *caller) {
    live_add(block, caller);
    return block;
}

#define CALLER __builtin_return_address(0)

WRAP(void *, malloc, size_t size) {
    return fails("malloc") ? NULL : kept(__real_malloc(size), CALLER);
}

WRAP(void *, calloc, size_t count, size_t size) {
    return fails("calloc") ? NULL : kept(__real_calloc(count, size), CALLER);
}

WRAP(void *, realloc, void *memory, size_t size) {
    if (fails("realloc"))
        return NULL;
    /* Out of the table before another thread can get its address. */
    live_drop(memory);
    void *const block = __real_realloc(memory, size);
    if (!block && size)
        live_add(memory, CALLER);
    return kept(block, CALLER);
}

WRAP(char *, strdup, const char *text) {
    return fails("strdup") ? NULL : kept(__real_strdup(text), CALLER);
}

WRAP(char *, strndup, const char *text, size_t size) {
    return fails("strndup") ? NULL : kept(__real_strndup(text, size), CALLER);
}

WRAP(void, free, void *memory) {
    live_drop(memory);
    __real_free(memory);
}

/* There is none of it with a va_list that we call. */
int __wrap_asprintf(char **out, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **out, const char *format, ...) {
    va_list arguments;
    if (fails("asprintf")) {
        *out = NULL;
        return -1;
    }
    va_start(arguments, format);
    const int size = vasprintf(out, format, arguments);
    va_end(arguments);
    if (size >= 0)
        live_add(*out, CALLER);
    return size;
}
