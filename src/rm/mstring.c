/* Multi-strings, as reader and group lists come out of every backend. */
#include "rm/mstring.h"

#include <string.h>

const char *mstring_next(const char *names, size_t size, const char *previous) {
    size_t at = previous ? (size_t)(previous - names) + strlen(previous) + 1 : 0;
    if (at >= size || names[at] == '\0')
        return NULL;
    return memchr(names + at, '\0', size - at) ? names + at : NULL;
}

size_t mstring_count(const char *names, size_t size) {
    size_t count = 0;
    for (const char *name = NULL; (name = mstring_next(names, size, name)) != NULL;)
        ++count;
    return count;
}

size_t mstring_size_with(size_t size, const char *name) {
    return (size > 1 ? size : 1) + strlen(name) + 1;
}

int mstring_append(char *names, size_t room, size_t *size, const char *name) {
    size_t length = strlen(name);
    size_t at = *size > 1 ? *size - 1 : 0;
    if (length == 0 || mstring_size_with(*size, name) > room)
        return 0;
    memcpy(names + at, name, length + 1);
    names[at + length + 1] = '\0';
    *size = at + length + 2;
    return 1;
}
