/* A registry of the test's own: see registrytree.h. */
#include "registrytree.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define NAME_ROOM 300
#define TEXT_ROOM 1024
#define CLASSES L"Software\\Classes"

static HKEY root, machine_root, user_root;
static wchar_t root_name[NAME_ROOM];

struct lines {
    wchar_t *text;
    size_t length;
};

static bool open_half(const wchar_t *name, HKEY *out) {
    HKEY classes = NULL;
    if (RegCreateKeyExW(root, name, 0, NULL, 0, KEY_ALL_ACCESS, NULL, out, NULL) != ERROR_SUCCESS ||
        RegCreateKeyExW(*out, CLASSES, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &classes, NULL) != ERROR_SUCCESS)
        return false;
    RegCloseKey(classes);
    return true;
}

bool tree_open(void) {
    (void)swprintf(root_name, NAME_ROOM, L"Software\\scardssp-test-%lu", GetCurrentProcessId());
    return RegCreateKeyExW(HKEY_CURRENT_USER, root_name, 0, NULL, 0, KEY_ALL_ACCESS, NULL, &root, NULL) ==
               ERROR_SUCCESS &&
           open_half(L"machine", &machine_root) && open_half(L"user", &user_root) &&
           RegOverridePredefKey(HKEY_LOCAL_MACHINE, machine_root) == ERROR_SUCCESS &&
           RegOverridePredefKey(HKEY_CURRENT_USER, user_root) == ERROR_SUCCESS;
}

void tree_close(void) {
    (void)tree_forbid_machine(false);
    (void)tree_forbid_user(false);
    RegOverridePredefKey(HKEY_LOCAL_MACHINE, NULL);
    RegOverridePredefKey(HKEY_CURRENT_USER, NULL);
    RegCloseKey(machine_root);
    RegCloseKey(user_root);
    RegCloseKey(root);
    RegDeleteTreeW(HKEY_CURRENT_USER, root_name);
}

/* Everybody may read; to change things is denied before it is allowed. */
static bool forbid(HKEY half, const wchar_t *key, bool on) {
    const wchar_t *const rules = on ? L"D:(D;;0x10006;;;WD)(A;;GA;;;WD)" : L"D:(A;;GA;;;WD)";
    PSECURITY_DESCRIPTOR descriptor = NULL;
    HKEY classes = NULL;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(rules, SDDL_REVISION_1, &descriptor, NULL))
        return false;
    LSTATUS status = RegCreateKeyExW(half, key, 0, NULL, 0, WRITE_DAC | KEY_READ, NULL, &classes, NULL);
    if (status == ERROR_SUCCESS) {
        status = RegSetKeySecurity(classes, DACL_SECURITY_INFORMATION, descriptor);
        RegCloseKey(classes);
    }
    LocalFree(descriptor);
    return status == ERROR_SUCCESS;
}

bool tree_forbid_machine(bool on) {
    return forbid(machine_root, CLASSES, on);
}

bool tree_forbid_user(bool on) {
    return forbid(user_root, CLASSES, on);
}

bool tree_forbid_key(const wchar_t *key, bool on) {
    wchar_t path[NAME_ROOM];
    (void)swprintf(path, NAME_ROOM, CLASSES L"\\%ls", key);
    return forbid(machine_root, path, on);
}

static void add(struct lines *lines, const wchar_t *line) {
    const size_t size = wcslen(line);
    wchar_t *const text = realloc(lines->text, (lines->length + size + 2) * sizeof *text);
    if (!text)
        abort();
    wmemcpy(text + lines->length, line, size);
    lines->text = text;
    lines->length += size + 1;
    text[lines->length - 1] = L'\n';
    text[lines->length] = L'\0';
}

static bool add_values(HKEY key, const wchar_t *path, struct lines *lines) {
    for (DWORD i = 0;; ++i) {
        wchar_t name[NAME_ROOM], text[TEXT_ROOM] = L"", line[NAME_ROOM + TEXT_ROOM + NAME_ROOM];
        DWORD room = NAME_ROOM, size = sizeof text - sizeof *text, type = 0;
        const LSTATUS status = RegEnumValueW(key, i, name, &room, NULL, &type, (BYTE *)text, &size);
        if (status == ERROR_NO_MORE_ITEMS)
            return true;
        if (status != ERROR_SUCCESS || type != REG_SZ)
            return false;
        (void)swprintf(line, sizeof line / sizeof *line, L"%ls|%ls=%ls", path, name, text);
        add(lines, line);
    }
}

static bool add_key(HKEY parent, const wchar_t *name, const wchar_t *path, struct lines *lines) {
    HKEY key = NULL;
    if (RegOpenKeyExW(parent, name, 0, KEY_READ, &key) != ERROR_SUCCESS)
        return false;
    add(lines, path);
    bool good = add_values(key, path, lines);
    for (DWORD i = 0; good; ++i) {
        wchar_t child[NAME_ROOM], deeper[TEXT_ROOM];
        DWORD room = NAME_ROOM;
        const LSTATUS status = RegEnumKeyExW(key, i, child, &room, NULL, NULL, NULL, NULL);
        if (status == ERROR_NO_MORE_ITEMS)
            break;
        (void)swprintf(deeper, TEXT_ROOM, L"%ls\\%ls", path, child);
        good = status == ERROR_SUCCESS && add_key(key, child, deeper, lines);
    }
    RegCloseKey(key);
    return good;
}

wchar_t *tree_text(bool machine) {
    struct lines lines = {NULL, 0};
    if (add_key(machine ? machine_root : user_root, CLASSES, L"", &lines))
        return lines.text;
    free(lines.text);
    return NULL;
}
