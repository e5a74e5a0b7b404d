/*
 * Entries in the registry of Windows, made and taken away again one by one. Used by registration.c.
 */
#ifndef SCARDSSP_MODULE_REGISTRY_H
#define SCARDSSP_MODULE_REGISTRY_H

#include <stdbool.h>

#include "com/win.h"

/* What a value was before it was written: registry.c's own. */
struct registry_change;

/* Where entries are made or removed. */
struct registry {
    HKEY classes; /* HKEY_LOCAL_MACHINE\Software\Classes, or the user's own */
    REGSAM view;  /* of programs with 64 or with 32 bits; without meaning on a system of 32 bits */
    bool removing;
    LSTATUS status; /* the first failure; what follows one is not written, but still removed */
    struct registry_change *changes; /* what has been written, the last first */
};

/*
 * Opens the machine's classes, or the user's, as programs of 64 (wide) or 32 bits see them. The user's are
 * made where there are none yet. ERROR_ACCESS_DENIED, when removing ERROR_FILE_NOT_FOUND, and others of the
 * system. Close with registry_close().
 */
LSTATUS registry_open(bool machine, bool wide, bool removing, struct registry *out);
void registry_close(struct registry *registry);

/*
 * Writes a text: `value` (NULL: the default one) of the key `key` below the classes, which is made with those
 * above it. When removing: deletes the value where it is this text (upper or lower case does not matter; text
 * NULL: any), and the key and those above it as far as nothing else is left in them. What others have put
 * there stays.
 */
void registry_text(struct registry *registry, const wchar_t *key, const wchar_t *value, const wchar_t *text);

/*
 * Puts back what was there before registry_text() wrote: every value, whoever's it was, and no key that was
 * not there. As far as that can be done; `status` stays as it is.
 */
void registry_undo(struct registry *registry);

/* Whether the default value of the key below the classes is this text, whatever the case. */
bool registry_is(const struct registry *registry, const wchar_t *key, const wchar_t *text);

/* Whether programs of the other width (32 or 64 bits) of this system have the key below the same classes. */
bool registry_other_has(const struct registry *registry, const wchar_t *key);

#endif
