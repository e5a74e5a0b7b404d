/* Entries in the registry: see registry.h. */
#include "module/windows/registry.h"

#include <stdlib.h>
#include <wchar.h>

#define KEY_ROOM 256
#define TEXT_ROOM 1024
#define CLASSES L"Software\\Classes"

struct registry_change {
    struct registry_change *next;
    wchar_t *key, *value; /* value NULL: the default one */
    size_t kept;          /* characters of the key's path that were there before */
    bool existed;
    DWORD type, size;
    BYTE *data;
};

LSTATUS registry_open(bool machine, bool wide, bool removing, struct registry *out) {
    const HKEY root = machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
    *out = (struct registry){.removing = removing, .view = wide ? KEY_WOW64_64KEY : KEY_WOW64_32KEY};
    const REGSAM access = KEY_READ | KEY_WRITE | DELETE | out->view;
    if (machine || removing)
        return RegOpenKeyExW(root, CLASSES, 0, access, &out->classes);
    return RegCreateKeyExW(root, CLASSES, 0, NULL, 0, access, NULL, &out->classes, NULL);
}

static void change_free(struct registry_change *change) {
    free(change->key);
    free(change->value);
    free(change->data);
    free(change);
}

void registry_close(struct registry *registry) {
    RegCloseKey(registry->classes);
    registry->classes = NULL;
    while (registry->changes) {
        struct registry_change *change = registry->changes;
        registry->changes = change->next;
        change_free(change);
    }
}

/* How much of a key's path is there: all of it, or that of the key above. */
static size_t existing_part(const struct registry *registry, const wchar_t *key) {
    wchar_t path[KEY_ROOM];
    HKEY opened = NULL;
    wcscpy(path, key);
    while (*path && RegOpenKeyExW(registry->classes, path, 0, KEY_QUERY_VALUE | registry->view, &opened) ==
                        ERROR_FILE_NOT_FOUND) {
        wchar_t *slash = wcsrchr(path, L'\\');
        *(slash ? slash : path) = L'\0';
    }
    if (opened)
        RegCloseKey(opened);
    return wcslen(path);
}

/* What a value is now, into `change`. There may be none. */
static LSTATUS change_read(const struct registry *registry, struct registry_change *change) {
    HKEY opened = NULL;
    LSTATUS status =
        RegOpenKeyExW(registry->classes, change->key, 0, KEY_QUERY_VALUE | registry->view, &opened);
    if (status != ERROR_SUCCESS)
        return status;
    status = RegQueryValueExW(opened, change->value, NULL, NULL, NULL, &change->size);
    if (status == ERROR_SUCCESS) {
        change->data = malloc(change->size ? change->size : 1);
        status = change->data ? RegQueryValueExW(opened, change->value, NULL, &change->type, change->data,
                                                 &change->size)
                              : ERROR_NOT_ENOUGH_MEMORY;
        change->existed = status == ERROR_SUCCESS;
    }
    RegCloseKey(opened);
    return status;
}

/* Notes what a value is before it is written. */
static LSTATUS note(struct registry *registry, const wchar_t *key, const wchar_t *value) {
    if (wcslen(key) >= KEY_ROOM)
        return ERROR_INVALID_PARAMETER;
    struct registry_change *change = calloc(1, sizeof *change);
    if (!change)
        return ERROR_NOT_ENOUGH_MEMORY;
    change->key = _wcsdup(key);
    change->value = value ? _wcsdup(value) : NULL;
    LSTATUS status = ERROR_NOT_ENOUGH_MEMORY;
    if (change->key && (change->value || !value)) {
        change->kept = existing_part(registry, key);
        status = change_read(registry, change);
    }
    if (status != ERROR_SUCCESS && status != ERROR_FILE_NOT_FOUND) {
        change_free(change);
        return status;
    }
    change->next = registry->changes;
    registry->changes = change;
    return ERROR_SUCCESS;
}

/* Whether a value of an open key is a text, and which; any: which does not matter. */
static LSTATUS compare(HKEY key, const wchar_t *value, const wchar_t *text, bool any, bool *equal) {
    wchar_t found[TEXT_ROOM];
    DWORD type = REG_NONE, size = sizeof found;
    const LSTATUS status = RegQueryValueExW(key, value, NULL, &type, (BYTE *)found, &size);
    *equal = any && (status == ERROR_SUCCESS || status == ERROR_MORE_DATA);
    if (status != ERROR_SUCCESS || any)
        return status == ERROR_MORE_DATA ? ERROR_SUCCESS : status;
    size_t length = size / sizeof(wchar_t);
    while (length && found[length - 1] == L'\0')
        --length;
    *equal = type == REG_SZ && CompareStringOrdinal(found, (int)length, text, -1, TRUE) == CSTR_EQUAL;
    return ERROR_SUCCESS;
}

static LSTATUS write_text(const struct registry *registry, const wchar_t *key, const wchar_t *value,
                          const wchar_t *text) {
    HKEY opened = NULL;
    const DWORD size = (DWORD)((wcslen(text) + 1) * sizeof(wchar_t));
    LSTATUS status = RegCreateKeyExW(registry->classes, key, 0, NULL, 0, KEY_SET_VALUE | registry->view, NULL,
                                     &opened, NULL);
    if (status != ERROR_SUCCESS)
        return status;
    status = RegSetValueExW(opened, value, 0, REG_SZ, (const BYTE *)text, size);
    RegCloseKey(opened);
    return status;
}

static bool is_empty(const struct registry *registry, const wchar_t *key) {
    HKEY opened = NULL;
    DWORD keys = 1, values = 1;
    if (RegOpenKeyExW(registry->classes, key, 0, KEY_READ | registry->view, &opened) != ERROR_SUCCESS)
        return false;
    const LSTATUS status =
        RegQueryInfoKeyW(opened, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL, NULL, NULL);
    RegCloseKey(opened);
    return status == ERROR_SUCCESS && keys == 0 && values == 0;
}

/* Deletes the value if it is this text. */
static LSTATUS remove_value(const struct registry *registry, const wchar_t *key, const wchar_t *value,
                            const wchar_t *text) {
    HKEY opened = NULL;
    bool ours = false;
    LSTATUS status =
        RegOpenKeyExW(registry->classes, key, 0, KEY_QUERY_VALUE | KEY_SET_VALUE | registry->view, &opened);
    if (status != ERROR_SUCCESS)
        return status;
    status = compare(opened, value, text, !text, &ours);
    if (status == ERROR_SUCCESS && ours)
        status = RegDeleteValueW(opened, value);
    RegCloseKey(opened);
    return status;
}

/*
 * Deletes a key and those above it, as far as nothing is in them; not the first `kept` characters of its
 * path.
 */
static LSTATUS prune(const struct registry *registry, const wchar_t *key, size_t kept) {
    wchar_t path[KEY_ROOM];
    LSTATUS status = ERROR_SUCCESS;
    wcscpy(path, key);
    while (wcslen(path) > kept && status == ERROR_SUCCESS && is_empty(registry, path)) {
        status = RegDeleteKeyExW(registry->classes, path, registry->view, 0);
        wchar_t *slash = wcsrchr(path, L'\\');
        *(slash ? slash : path) = L'\0';
    }
    return status;
}

/* What is not there any more, or never was, is removed already. */
static LSTATUS remove_text(const struct registry *registry, const wchar_t *key, const wchar_t *value,
                           const wchar_t *text) {
    if (wcslen(key) >= KEY_ROOM)
        return ERROR_INVALID_PARAMETER;
    LSTATUS status = remove_value(registry, key, value, text);
    if (status == ERROR_SUCCESS || status == ERROR_FILE_NOT_FOUND)
        status = prune(registry, key, 0);
    return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
}

static void change_back(const struct registry *registry, const struct registry_change *change) {
    HKEY opened = NULL;
    if (RegOpenKeyExW(registry->classes, change->key, 0, KEY_SET_VALUE | registry->view, &opened) ==
        ERROR_SUCCESS) {
        if (change->existed)
            (void)RegSetValueExW(opened, change->value, 0, change->type, change->data, change->size);
        else
            (void)RegDeleteValueW(opened, change->value);
        RegCloseKey(opened);
    }
    (void)prune(registry, change->key, change->kept);
}

void registry_undo(struct registry *registry) {
    for (const struct registry_change *change = registry->changes; change; change = change->next)
        change_back(registry, change);
}

void registry_text(struct registry *registry, const wchar_t *key, const wchar_t *value, const wchar_t *text) {
    LSTATUS status = ERROR_SUCCESS;
    if (registry->removing)
        status = remove_text(registry, key, value, text);
    else if (registry->status == ERROR_SUCCESS) {
        status = note(registry, key, value);
        if (status == ERROR_SUCCESS)
            status = write_text(registry, key, value, text);
    }
    if (registry->status == ERROR_SUCCESS)
        registry->status = status;
}

bool registry_is(const struct registry *registry, const wchar_t *key, const wchar_t *text) {
    HKEY opened = NULL;
    bool equal = false;
    if (RegOpenKeyExW(registry->classes, key, 0, KEY_QUERY_VALUE | registry->view, &opened) != ERROR_SUCCESS)
        return false;
    (void)compare(opened, NULL, text, false, &equal);
    RegCloseKey(opened);
    return equal;
}

/* Whether the system runs programs of both widths. Where it has 32 bits both views are the same. */
static bool has_two_views(void) {
    BOOL wow = FALSE;
    return sizeof(void *) == 8 || (IsWow64Process(GetCurrentProcess(), &wow) && wow);
}

bool registry_other_has(const struct registry *registry, const wchar_t *key) {
    HKEY opened = NULL;
    const REGSAM other = registry->view == KEY_WOW64_64KEY ? KEY_WOW64_32KEY : KEY_WOW64_64KEY;
    if (!has_two_views() ||
        RegOpenKeyExW(registry->classes, key, 0, KEY_READ | other, &opened) != ERROR_SUCCESS)
        return false;
    RegCloseKey(opened);
    return true;
}
