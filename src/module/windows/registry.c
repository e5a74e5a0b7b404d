/* Entries in the registry: see registry.h. */
#include "module/windows/registry.h"

#include <wchar.h>

#define KEY_ROOM 256
#define CLASSES L"Software\\Classes"

LSTATUS registry_open(bool machine, bool removing, struct registry *out) {
    const HKEY root = machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
    const REGSAM access = KEY_READ | KEY_WRITE | DELETE;
    *out = (struct registry){.removing = removing};
    if (machine || removing)
        return RegOpenKeyExW(root, CLASSES, 0, access, &out->classes);
    return RegCreateKeyExW(root, CLASSES, 0, NULL, 0, access, NULL, &out->classes, NULL);
}

void registry_close(struct registry *registry) {
    RegCloseKey(registry->classes);
    registry->classes = NULL;
}

static LSTATUS write_text(HKEY classes, const wchar_t *key, const wchar_t *value, const wchar_t *text) {
    HKEY opened = NULL;
    const DWORD size = (DWORD)((wcslen(text) + 1) * sizeof(wchar_t));
    LSTATUS status = RegCreateKeyExW(classes, key, 0, NULL, 0, KEY_SET_VALUE, NULL, &opened, NULL);
    if (status != ERROR_SUCCESS)
        return status;
    status = RegSetValueExW(opened, value, 0, REG_SZ, (const BYTE *)text, size);
    RegCloseKey(opened);
    return status;
}

static bool is_empty(HKEY classes, const wchar_t *key) {
    HKEY opened = NULL;
    DWORD keys = 1, values = 1;
    if (RegOpenKeyExW(classes, key, 0, KEY_READ, &opened) != ERROR_SUCCESS)
        return false;
    const LSTATUS status =
        RegQueryInfoKeyW(opened, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL, NULL, NULL);
    RegCloseKey(opened);
    return status == ERROR_SUCCESS && keys == 0 && values == 0;
}

/* What is not there any more, or never was, is removed already. */
static LSTATUS remove_text(HKEY classes, const wchar_t *key, const wchar_t *value) {
    wchar_t path[KEY_ROOM];
    HKEY opened = NULL;
    if (wcslen(key) >= KEY_ROOM)
        return ERROR_INVALID_PARAMETER;
    wcscpy(path, key);
    LSTATUS status = RegOpenKeyExW(classes, path, 0, KEY_SET_VALUE, &opened);
    if (status == ERROR_SUCCESS) {
        status = RegDeleteValueW(opened, value);
        RegCloseKey(opened);
    }
    while (*path && (status == ERROR_SUCCESS || status == ERROR_FILE_NOT_FOUND) && is_empty(classes, path)) {
        status = RegDeleteKeyW(classes, path);
        wchar_t *const slash = wcsrchr(path, L'\\');
        *(slash ? slash : path) = L'\0';
    }
    return status == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : status;
}

void registry_text(struct registry *registry, const wchar_t *key, const wchar_t *value, const wchar_t *text) {
    LSTATUS status = ERROR_SUCCESS;
    if (registry->removing)
        status = remove_text(registry->classes, key, value);
    else if (registry->status == ERROR_SUCCESS)
        status = write_text(registry->classes, key, value, text);
    if (registry->status == ERROR_SUCCESS)
        registry->status = status;
}

bool registry_other_has(const struct registry *registry, const wchar_t *key) {
    HKEY opened = NULL;
    const REGSAM other = sizeof(void *) == 8 ? KEY_WOW64_32KEY : KEY_WOW64_64KEY;
    BOOL wow = TRUE;
    /* On a system of 32 bits both views are the same, which would be our own key. */
    if (sizeof(void *) == 4 && (!IsWow64Process(GetCurrentProcess(), &wow) || !wow))
        return false;
    if (RegOpenKeyExW(registry->classes, key, 0, KEY_READ | other, &opened) != ERROR_SUCCESS)
        return false;
    RegCloseKey(opened);
    return true;
}
