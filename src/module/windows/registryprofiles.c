/* Profiles in the registry: see registryprofiles.h. */
#include "module/windows/registryprofiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/utf.h"
#include "base/windows/uservars.h"
#include "com/win.h"
#include "services/profile.h"

#define PROFILES_KEY L"Software\\SCardSSP\\Profiles"
#define NAME_ROOM 256 /* of a key, for the system */
#define KEY_ROOM 300
#define PATH_ROOM 1024
#define KEYS_MOST 256u
#define VALUE (sizeof(void *) == 8 ? L"win64" : L"win32")
#define READ (KEY_READ | KEY_WOW64_64KEY)

static const struct place {
    HKEY root;
    const char *name;
} places[] = {{HKEY_LOCAL_MACHINE, "HKEY_LOCAL_MACHINE"}, {HKEY_CURRENT_USER, "HKEY_CURRENT_USER"}};

/* The library that a key of this name names; false: there is no such key, or no text in it. */
static bool read_path(HKEY root, const wchar_t *name, wchar_t path[PATH_ROOM]) {
    wchar_t text[KEY_ROOM];
    HKEY key = NULL;
    DWORD size = PATH_ROOM * sizeof *path, type = 0;
    (void)swprintf(text, KEY_ROOM, PROFILES_KEY L"\\%ls", name);
    *path = L'\0';
    if (RegOpenKeyExW(root, text, 0, READ, &key) != ERROR_SUCCESS)
        return false;
    /* A text may stand there without its end. */
    const LSTATUS status = RegQueryValueExW(key, VALUE, NULL, &type, (BYTE *)path, &size);
    RegCloseKey(key);
    if (status != ERROR_SUCCESS || type != REG_SZ || size / sizeof *path >= PATH_ROOM)
        *path = L'\0';
    else
        path[size / sizeof *path] = L'\0';
    return *path != L'\0';
}

/* With a drive or a server: nothing that depends on where the program stands. */
static bool is_absolute(const wchar_t *path) {
    const bool drive =
        ((*path | 0x20) >= L'a' && (*path | 0x20) <= L'z') && path[1] == L':' && path[2] == L'\\';
    return drive || (path[0] == L'\\' && path[1] == L'\\');
}

/* What is wrong, whatever stands elsewhere. */
static const char *fault_of(const struct place *place, const char *name, const wchar_t *path) {
    if (!profile_name_is_valid(name))
        return "the key's name is not small letters, digits and '-', a letter first, at most 31";
    if (profile_is_own(name))
        return "the name is that of a profile of this library, which always comes first";
    if (!*path)
        return sizeof(void *) == 8 ? "there is no value win64, the library for programs of 64 bits"
                                   : "there is no value win32, the library for programs of 32 bits";
    if (!is_absolute(path))
        return "the path of the library is relative";
    return place->root == HKEY_CURRENT_USER && uservars_is_elevated()
               ? "the user's keys do not count in programs with an administrator's rights"
               : NULL;
}

/* Whether the user has a key that counts before the machine's. */
static bool is_hidden(const struct place *place, const wchar_t *name) {
    wchar_t path[PATH_ROOM];
    return place->root == HKEY_LOCAL_MACHINE && !uservars_is_elevated() &&
           read_path(HKEY_CURRENT_USER, name, path) && is_absolute(path);
}

/* What a key says. Names that are no text have never been anybody's. */
static void read_key(const struct place *place, const wchar_t *name, const char *text, const wchar_t *path,
                     struct registryprofile *out) {
    (void)snprintf(out->key, sizeof out->key, "%s\\Software\\SCardSSP\\Profiles\\%s", place->name, text);
    (void)snprintf(out->name, sizeof out->name, "%s", text);
    out->fault = strlen(text) < sizeof out->name ? fault_of(place, out->name, path)
                                                 : "the key's name is longer than 31 characters";
    if (!out->fault && !out->library)
        out->fault = "the path of the library is no text";
    out->hidden = !out->fault && is_hidden(place, name);
    if (out->hidden)
        out->fault = "HKEY_CURRENT_USER has the same profile";
}

/* One key; false: the visitor has seen enough. */
static bool visit(const struct place *place, const wchar_t *name, registryprofiles_visitor visitor,
                  void *user) {
    wchar_t path[PATH_ROOM];
    (void)read_path(place->root, name, path);
    char *const text = utf8_from_wide(name, wcslen(name), NULL);
    char *const library = *path ? utf8_from_wide(path, wcslen(path), NULL) : NULL;
    struct registryprofile profile = {.library = library};
    read_key(place, name, text ? text : "?", path, &profile);
    const bool more = visitor(user, &profile);
    free(library);
    free(text);
    return more;
}

void registryprofiles_visit(registryprofiles_visitor visitor, void *user) {
    bool more = true;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; ++i) {
        wchar_t name[NAME_ROOM];
        HKEY key = NULL;
        if (RegOpenKeyExW(places[i].root, PROFILES_KEY, 0, READ, &key) != ERROR_SUCCESS)
            continue;
        for (DWORD at = 0, size = NAME_ROOM; more && at < KEYS_MOST; ++at, size = NAME_ROOM) {
            if (RegEnumKeyExW(key, at, name, &size, NULL, NULL, NULL, NULL) != ERROR_SUCCESS)
                break;
            more = visit(&places[i], name, visitor, user);
        }
        RegCloseKey(key);
    }
}
