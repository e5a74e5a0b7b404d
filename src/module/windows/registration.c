/*
 * DllRegisterServer and DllUnregisterServer: classes, ProgIDs, interfaces and the type library in the registry; for the whole
 * machine where that is allowed, else for the user. Called by regsvr32 and by installers.
 */
#include <olectl.h>
#include <stdbool.h>
#include <stdio.h>
#include <wchar.h>

#include "module/classes.h"
#include "module/windows/registry.h"
#include "objects/contract.h"
#include "objects/typeinfo.h"

#define GUID_ROOM 39
#define KEY_ROOM 128
#define LIBRARY_NAME L"Smart card service provider 1.0"
#define LIBRARY_VERSION L"1.0"
#define PLATFORM (sizeof(void *) == 8 ? L"win64" : L"win32")

/* The system's marshaler by type library; within a process objects are handed over as they are (objects/marshaler.c). */
#define MARSHALER L"{00020424-0000-0000-C000-000000000046}"

static void guid_text(REFGUID guid, wchar_t out[GUID_ROOM]) {
    (void)StringFromGUID2(guid, out, GUID_ROOM);
}

/* One value of a key that is put together: front\guid\back. */
static void put(struct registry *registry, const wchar_t *front, const wchar_t *name, const wchar_t *back,
                const wchar_t *value, const wchar_t *text) {
    wchar_t key[KEY_ROOM];
    (void)swprintf(key, KEY_ROOM, L"%ls%ls%ls", front, name, back);
    registry_text(registry, key, value, text);
}

static void put_class(struct registry *registry, const struct class_entry *entry, const wchar_t *path) {
    wchar_t clsid[GUID_ROOM], library[GUID_ROOM], progid[KEY_ROOM], key[KEY_ROOM];
    guid_text(entry->clsid, clsid);
    guid_text(&LIBID_SCARDSSPLib, library);
    (void)swprintf(progid, KEY_ROOM, L"%ls.1", entry->progid);
    put(registry, L"CLSID\\", clsid, L"", NULL, entry->name);
    put(registry, L"CLSID\\", clsid, L"\\InprocServer32", NULL, path);
    put(registry, L"CLSID\\", clsid, L"\\InprocServer32", L"ThreadingModel", L"Both");
    put(registry, L"CLSID\\", clsid, L"\\ProgID", NULL, progid);
    put(registry, L"CLSID\\", clsid, L"\\VersionIndependentProgID", NULL, entry->progid);
    put(registry, L"CLSID\\", clsid, L"\\TypeLib", NULL, library);
    put(registry, L"CLSID\\", clsid, L"\\Version", NULL, LIBRARY_VERSION);
    /* ProgIDs are the same keys for 32 and 64 bits: they stay as long as one of both is registered. */
    (void)swprintf(key, KEY_ROOM, L"CLSID\\%ls", clsid);
    if (registry->removing && registry_other_has(registry, key))
        return;
    put(registry, progid, L"", L"", NULL, entry->name);
    put(registry, progid, L"", L"\\CLSID", NULL, clsid);
    put(registry, entry->progid, L"", L"", NULL, entry->name);
    put(registry, entry->progid, L"", L"\\CLSID", NULL, clsid);
    put(registry, entry->progid, L"", L"\\CurVer", NULL, progid);
}

static void put_interface(struct registry *registry, const struct contract_interface *itf) {
    wchar_t iid[GUID_ROOM], library[GUID_ROOM], name[KEY_ROOM];
    guid_text(&itf->iid, iid);
    guid_text(&LIBID_SCARDSSPLib, library);
    (void)swprintf(name, KEY_ROOM, L"%hs", itf->name);
    put(registry, L"Interface\\", iid, L"", NULL, name);
    put(registry, L"Interface\\", iid, L"\\ProxyStubClsid32", NULL, MARSHALER);
    put(registry, L"Interface\\", iid, L"\\TypeLib", NULL, library);
    put(registry, L"Interface\\", iid, L"\\TypeLib", L"Version", LIBRARY_VERSION);
}

static void put_library(struct registry *registry, const wchar_t *path) {
    wchar_t library[GUID_ROOM], folder[MAX_PATH], version[KEY_ROOM], key[KEY_ROOM];
    guid_text(&LIBID_SCARDSSPLib, library);
    (void)swprintf(version, KEY_ROOM, L"TypeLib\\%ls\\" LIBRARY_VERSION, library);
    put(registry, version, L"\\0\\", PLATFORM, NULL, path);
    (void)swprintf(key, KEY_ROOM, L"%ls\\0\\%ls", version, sizeof(void *) == 8 ? L"win32" : L"win64");
    HKEY other = NULL;
    if (registry->removing && RegOpenKeyExW(registry->classes, key, 0, KEY_READ, &other) == ERROR_SUCCESS) {
        RegCloseKey(other);
        return;
    }
    wcscpy(folder, path);
    wchar_t *const slash = wcsrchr(folder, L'\\');
    if (slash)
        *slash = L'\0';
    put(registry, version, L"", L"", NULL, LIBRARY_NAME);
    put(registry, version, L"", L"\\FLAGS", NULL, L"0");
    put(registry, version, L"", L"\\HELPDIR", NULL, folder);
}

/* Writes or removes everything in one place. */
static LSTATUS put_all(bool machine, bool removing) {
    wchar_t path[MAX_PATH];
    struct registry registry;
    size_t count = 0;
    if (!typeinfo_module_path(path, MAX_PATH))
        return ERROR_FILENAME_EXCED_RANGE;
    const LSTATUS opened = registry_open(machine, removing, &registry);
    if (opened != ERROR_SUCCESS)
        return opened;
    const struct class_entry *const classes = classes_all(&count);
    for (size_t i = 0; i < count; ++i)
        put_class(&registry, &classes[i], path);
    const struct contract_interface *const interfaces = contract_interfaces(&count);
    for (size_t i = 0; i < count; ++i)
        put_interface(&registry, &interfaces[i]);
    put_library(&registry, path);
    registry_close(&registry);
    return registry.status;
}

HRESULT WINAPI DllRegisterServer(void) {
    LSTATUS status = put_all(true, false);
    if (status == ERROR_ACCESS_DENIED)
        status = put_all(false, false);
    if (status == ERROR_SUCCESS)
        return S_OK;
    /* Half an entry would be worse than none. */
    (void)put_all(true, true);
    (void)put_all(false, true);
    return HRESULT_FROM_WIN32((DWORD)status);
}

/* Wherever it was registered; that the machine's place is closed to this user is no error. */
HRESULT WINAPI DllUnregisterServer(void) {
    const LSTATUS machine = put_all(true, true);
    const LSTATUS user = put_all(false, true);
    if (machine != ERROR_SUCCESS && machine != ERROR_ACCESS_DENIED)
        return HRESULT_FROM_WIN32((DWORD)machine);
    return user == ERROR_SUCCESS || user == ERROR_FILE_NOT_FOUND ? S_OK : HRESULT_FROM_WIN32((DWORD)user);
}
