/* Environment variables that steer the library (SCARDSSP_RM, SCARDSSP_TRACE, SCARDSSP_TIMEOUT). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base/env.h"

#include <errno.h>
#include <stdlib.h>

#ifndef _WIN32 /* see env_win.c */
const char *env_get(const char *name) {
    /* A set-uid program must not be steered by the one who started it. */
    const char *value = secure_getenv(name);
    return value && *value ? value : NULL;
}
#endif

uint32_t env_get_ms(const char *name, uint32_t fallback) {
    const char *text = env_get(name);
    if (!text || *text < '0' || *text > '9')
        return fallback;
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || value > UINT32_MAX)
        return fallback;
    return (uint32_t)value;
}
