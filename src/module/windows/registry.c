/* Entries in the registry: see registry.h. */
#include "module/windows/registry.h"

#include <stdlib.h>
#include <wchar.h>

#define KEY_ROOM 256
#define TEXT_ROOM 1024
#define CLASSES L"Software\\Classes"

LSTATUS registry_open(bool machine, bool wide, bool removing, struct registry *out) {
    const HKEY root = machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
    *out = (struct registry){.removing = removing, .view = wide ? KEY_WOW64_64KEY : KEY_WOW64_32KEY};
    const REGSAM access = KEY_READ | KEY_WRITE | DELETE | out->view;
    if (machine || removing)
        return RegOpenKeyExW(root, CLASSES, 0, access, &out->classes);
    return RegCreateKeyExW(root, CLASSES, 0, NULL, 0, access, NULL, &out->classes, NULL);
}

void registry_close(struct registry *registry) {
    RegCloseKey(registry->classes);
    registry->classes = NULL;
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

/* What is not there any more, or never was, is removed already. */
static LSTATUS remove_text(const struct registry *registry, const wchar_t *key, const wchar_t *value,
                           const wchar_t *text) {
    wchar_t path[KEY_ROOM];
    if (wcslen(key) >= KEY_ROOM)
        return ERROR_INVALID_PARAMETER;
    wcscpy(path, key);
    LSTATUS status = remove_value(registry, path, value, text);
    while (*path && (status == ERROR_SUCCESS || status == ERROR_FILE_NOT_FOUND) && is_empty(registry, path)) {
        status = RegDeleteKeyExW(registry->classes, path, registry->view, 0);
        wchar_t *const slash = wcsrchr(path, L'\\');
        *(slash ? slash : path) = L'\0';
    }
    return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
}

void registry_text(struct registry *registry, const wchar_t *key, const wchar_t *value, const wchar_t *text) {
    LSTATUS status = ERROR_SUCCESS;
    if (registry->removing)
        status = remove_text(registry, key, value, text);
    else if (registry->status == ERROR_SUCCESS)
        status = write_text(registry, key, value, text);
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
