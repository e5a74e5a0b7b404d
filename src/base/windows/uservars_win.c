/* Environment variables as the registry has them: see uservars.h. */
#include "base/windows/uservars.h"

#include <windows.h>

#include <stdlib.h>

#define VOLATILE L"Volatile Environment"
#define NAME_ROOM 256 /* a key's name has 255 characters at most */

bool uservars_is_elevated(void) {
    HANDLE token = NULL;
    TOKEN_ELEVATION elevation = {1};
    DWORD size = 0;
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return true;
    if (!GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size))
        elevation.TokenIsElevated = 1;
    CloseHandle(token);
    return elevation.TokenIsElevated != 0;
}

/*
 * Who writes a key can also forbid to read it: what is not known to be absent counts as there. A key that
 * goes meanwhile is absent.
 */
static bool is_there(LSTATUS status) {
    return status != ERROR_FILE_NOT_FOUND && status != ERROR_KEY_DELETED;
}

static bool key_has(HKEY parent, const wchar_t *key, const wchar_t *name) {
    HKEY opened = NULL;
    LSTATUS status = RegOpenKeyExW(parent, key, 0, KEY_QUERY_VALUE, &opened);
    if (status != ERROR_SUCCESS)
        return is_there(status);
    status = RegQueryValueExW(opened, name, NULL, NULL, NULL, NULL);
    RegCloseKey(opened);
    return is_there(status);
}

/* Each session of the user has a key of its own, whose name is a number. */
static bool session_has(const wchar_t *name) {
    HKEY sessions = NULL;
    wchar_t session[NAME_ROOM];
    LSTATUS status = RegOpenKeyExW(HKEY_CURRENT_USER, VOLATILE, 0, KEY_ENUMERATE_SUB_KEYS, &sessions);
    if (status != ERROR_SUCCESS)
        return is_there(status);
    bool found = false;
    for (DWORD i = 0; !found && status == ERROR_SUCCESS; ++i) {
        DWORD room = NAME_ROOM;
        status = RegEnumKeyExW(sessions, i, session, &room, NULL, NULL, NULL, NULL);
        found = status == ERROR_SUCCESS ? key_has(sessions, session, name) : status != ERROR_NO_MORE_ITEMS;
    }
    RegCloseKey(sessions);
    return found;
}

bool uservars_has(const wchar_t *name) {
    return key_has(HKEY_CURRENT_USER, L"Environment", name) || key_has(HKEY_CURRENT_USER, VOLATILE, name) ||
           session_has(name);
}

/* The text of an open key's value, in new memory; it may grow between the two looks. */
static wchar_t *read_text(HKEY key, const wchar_t *name) {
    DWORD type = REG_NONE, size = 0;
    LSTATUS status = RegQueryValueExW(key, name, NULL, &type, NULL, &size);
    for (int tries = 0; status == ERROR_SUCCESS && tries < 4; ++tries) {
        wchar_t *text = calloc(size / sizeof *text + 2, sizeof *text);
        if (!text)
            return NULL;
        status = RegQueryValueExW(key, name, NULL, &type, (BYTE *)text, &size);
        if (status == ERROR_SUCCESS && (type == REG_SZ || type == REG_EXPAND_SZ))
            return text;
        free(text);
        if (status != ERROR_MORE_DATA)
            break;
        status = ERROR_SUCCESS;
    }
    return NULL;
}

wchar_t *uservars_of_machine(const wchar_t *name) {
    HKEY key = NULL;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Environment",
                      0, KEY_QUERY_VALUE, &key) != ERROR_SUCCESS)
        return NULL;
    wchar_t *text = read_text(key, name);
    RegCloseKey(key);
    /* The variables in it would be the process's, and so perhaps the user's again. */
    if (text && (*text == L'\0' || wcschr(text, L'%'))) {
        free(text);
        text = NULL;
    }
    return text;
}
