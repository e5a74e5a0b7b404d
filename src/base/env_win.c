/*
 * Environment variables on Windows: see env.h. The system keeps them as wide text and hands out copies; so
 * that a value may belong to the environment, each one that was ever asked for is kept, once.
 *
 * Elevated programs get the variables of the user's registry, too, which any program of the user may write:
 * there SCARDSSP_RM would be a way to show cards to a program that trusts them, APPDATA one to tell it what
 * they are called. Whatever has a name there is the user's, even if the process has another value by now: the
 * value in the registry can be changed after the start. What has none there was set for the machine, or in an
 * elevated console or program, which had the rights already; so an administrator's "set SCARDSSP_RM=sim"
 * works as everybody's.
 */
#include "base/env.h"

#include <windows.h>

#include <stdlib.h>
#include <string.h>

#include "base/utf.h"
#include "base/windows/uservars.h"

/* Values that have been given out; they stay. */
static struct value {
    struct value *next;
    char text[];
} * values;
static SRWLOCK lock = SRWLOCK_INIT;

/* The variable as it is now, in new memory; NULL: there is none. */
static wchar_t *read_wide(const wchar_t *name) {
    for (DWORD room = 128;;) {
        wchar_t *text = calloc(room, sizeof *text);
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

/* The variable as far as it may steer this process, in new memory; NULL: it may not, or there is none. */
static wchar_t *read_trusted(const wchar_t *name) {
    return uservars_is_elevated() && uservars_has(name) ? uservars_of_machine(name) : read_wide(name);
}

const char *env_get(const char *name) {
    wchar_t *wide_name = utf8_to_wide(name, NULL);
    wchar_t *wide = wide_name ? read_trusted(wide_name) : NULL;
    char *text = wide ? utf8_from_wide(wide, wcslen(wide), NULL) : NULL;
    const char *value = text && *text ? keep(text) : NULL;
    free(text);
    free(wide);
    free(wide_name);
    return value;
}
