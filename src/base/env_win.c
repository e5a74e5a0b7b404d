/*
 * Environment variables on Windows: see env.h. The system keeps them as wide text and hands out copies; so that a value may
 * belong to the environment, each one that was ever asked for is kept, once.
 */
#include "base/env.h"

#include <windows.h>

#include <stdlib.h>
#include <string.h>

#include "base/utf.h"

/* Values that have been given out; they stay. */
static struct value {
    struct value *next;
    char text[];
} * values;
static SRWLOCK lock = SRWLOCK_INIT;

/* The variable as it is now, in new memory; NULL: there is none. */
static wchar_t *read_wide(const wchar_t *name) {
    for (DWORD room = 128;;) {
        wchar_t *const text = calloc(room, sizeof *text);
        const DWORD need = text ? GetEnvironmentVariableW(name, text, room) : 0;
        if (need && need < room)
            return text;
        free(text);
        if (!need)
            return NULL;
        room = need; /* it may grow again before the next attempt */
    }
}

/* The kept copy of a text, made when there is none. */
static const char *keep(const char *text) {
    struct value *value;
    AcquireSRWLockExclusive(&lock);
    for (value = values; value && strcmp(value->text, text) != 0;)
        value = value->next;
    if (!value && (value = malloc(sizeof *value + strlen(text) + 1)) != NULL) {
        strcpy(value->text, text);
        value->next = values;
        values = value;
    }
    ReleaseSRWLockExclusive(&lock);
    return value ? value->text : NULL;
}

const char *env_get(const char *name) {
    wchar_t *const wide_name = utf8_to_wide(name, NULL);
    wchar_t *const wide = wide_name ? read_wide(wide_name) : NULL;
    char *const text = wide ? utf8_from_wide(wide, wcslen(wide), NULL) : NULL;
    const char *const value = text && *text ? keep(text) : NULL;
    free(text);
    free(wide);
    free(wide_name);
    return value;
}
