/* Classes, ProgIDs, interfaces and the type library in the registry: see registration.h. */
#include "module/windows/registration.h"

#include <stdio.h>
#include <wchar.h>

#include "com/contract.h"
#include "module/classes.h"
#include "module/windows/proxy.h"
#include "module/windows/registry.h"

#define GUID_ROOM 39
#define KEY_ROOM 128
#define LIBRARY_NAME L"Smart card service provider 1.0"
#define LIBRARY_VERSION L"1.0"
#define PROXY_NAME L"Smart card service provider: proxy and stub"

/* The system's marshaler by type library. */
#define AUTOMATION_MARSHALER L"{00020424-0000-0000-C000-000000000046}"

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

/* Whether the class is registered with this module. */
static bool serves(const struct registry *registry, REFCLSID clsid, const wchar_t *path) {
    wchar_t text[GUID_ROOM], key[KEY_ROOM];
    guid_text(clsid, text);
    (void)swprintf(key, KEY_ROOM, L"CLSID\\%ls\\InprocServer32", text);
    return registry_is(registry, key, path);
}

/*
 * The path first: by it a removal knows what is this module's, also after a registration that failed halfway.
 */
static void put_server(struct registry *registry, const wchar_t *clsid, const wchar_t *name,
                       const wchar_t *path) {
    put(registry, L"CLSID\\", clsid, L"\\InprocServer32", NULL, path);
    put(registry, L"CLSID\\", clsid, L"\\InprocServer32", L"ThreadingModel", L"Both");
    put(registry, L"CLSID\\", clsid, L"", NULL, name);
}

/* ProgIDs are the same keys for 32 and 64 bits: they stay as long as one of both is registered. */
static void put_progids(struct registry *registry, const struct class_entry *entry, const wchar_t *clsid,
                        const wchar_t *progid) {
    wchar_t key[KEY_ROOM];
    (void)swprintf(key, KEY_ROOM, L"CLSID\\%ls\\InprocServer32", clsid);
    if (registry->removing && registry_other_has(registry, key))
        return;
    put(registry, progid, L"", L"", NULL, entry->name);
    put(registry, progid, L"", L"\\CLSID", NULL, clsid);
    put(registry, entry->progid, L"", L"", NULL, entry->name);
    put(registry, entry->progid, L"", L"\\CLSID", NULL, clsid);
    put(registry, entry->progid, L"", L"\\CurVer", NULL, progid);
}

static void put_class(struct registry *registry, const struct class_entry *entry, const wchar_t *path) {
    wchar_t clsid[GUID_ROOM], library[GUID_ROOM], progid[KEY_ROOM];
    if (registry->removing && !serves(registry, entry->clsid, path))
        return;
    guid_text(entry->clsid, clsid);
    guid_text(&LIBID_SCARDSSPLib, library);
    (void)swprintf(progid, KEY_ROOM, L"%ls.1", entry->progid);
    put_server(registry, clsid, entry->name, path);
    put(registry, L"CLSID\\", clsid, L"\\ProgID", NULL, progid);
    put(registry, L"CLSID\\", clsid, L"\\VersionIndependentProgID", NULL, entry->progid);
    put(registry, L"CLSID\\", clsid, L"\\TypeLib", NULL, library);
    put(registry, L"CLSID\\", clsid, L"\\Version", NULL, LIBRARY_VERSION);
    put_progids(registry, entry, clsid, progid);
}

static void put_interface(struct registry *registry, const struct contract_interface *itf) {
    wchar_t iid[GUID_ROOM], library[GUID_ROOM], proxy[GUID_ROOM], name[KEY_ROOM];
    guid_text(&itf->iid, iid);
    guid_text(&LIBID_SCARDSSPLib, library);
    guid_text(&proxy_clsid, proxy);
    (void)swprintf(name, KEY_ROOM, L"%hs", itf->name);
    put(registry, L"Interface\\", iid, L"", NULL, name);
    put(registry, L"Interface\\", iid, L"\\ProxyStubClsid32", NULL,
        proxy_serves(&itf->iid) ? proxy : AUTOMATION_MARSHALER);
    put(registry, L"Interface\\", iid, L"\\TypeLib", NULL, library);
    put(registry, L"Interface\\", iid, L"\\TypeLib", L"Version", LIBRARY_VERSION);
}

/* The proxy and the interfaces that need it: they are this module's as long as the proxy is. */
static void put_interfaces(struct registry *registry, const wchar_t *path) {
    wchar_t proxy[GUID_ROOM];
    size_t count = 0;
    if (registry->removing && !serves(registry, &proxy_clsid, path))
        return;
    guid_text(&proxy_clsid, proxy);
    put_server(registry, proxy, PROXY_NAME, path);
    const struct contract_interface *interfaces = contract_interfaces(&count);
    for (size_t i = 0; i < count; ++i)
        put_interface(registry, &interfaces[i]);
}

/* The library is one for 32 and 64 bits, too, with a place for the path of each. */
static void put_library(struct registry *registry, const struct registration *what) {
    wchar_t library[GUID_ROOM], folder[MAX_PATH], version[KEY_ROOM], own[KEY_ROOM], other[KEY_ROOM];
    HKEY opened = NULL;
    guid_text(&LIBID_SCARDSSPLib, library);
    (void)swprintf(version, KEY_ROOM, L"TypeLib\\%ls\\" LIBRARY_VERSION, library);
    (void)swprintf(own, KEY_ROOM, L"%ls\\0\\%ls", version, what->wide ? L"win64" : L"win32");
    (void)swprintf(other, KEY_ROOM, L"%ls\\0\\%ls", version, what->wide ? L"win32" : L"win64");
    if (registry->removing && !registry_is(registry, own, what->path))
        return;
    registry_text(registry, own, NULL, what->path);
    if (registry->removing &&
        RegOpenKeyExW(registry->classes, other, 0, KEY_READ | registry->view, &opened) == ERROR_SUCCESS) {
        RegCloseKey(opened);
        return;
    }
    wcscpy(folder, what->path);
    wchar_t *slash = wcsrchr(folder, L'\\');
    if (slash)
        *slash = L'\0';
    put(registry, version, L"", L"", NULL, LIBRARY_NAME);
    put(registry, version, L"", L"\\FLAGS", NULL, L"0");
    /* The folder may be that of the other width, which was registered later and is gone. */
    put(registry, version, L"", L"\\HELPDIR", NULL, registry->removing ? NULL : folder);
}

/*
 * Writes or removes everything in one place. Half an entry would be worse than none, or than the one that was
 * there.
 */
static LSTATUS put_all(const struct registration *what, bool machine, bool removing) {
    struct registry registry;
    size_t count = 0;
    if (wcslen(what->path) >= MAX_PATH)
        return ERROR_FILENAME_EXCED_RANGE;
    const LSTATUS opened = registry_open(machine, what->wide, removing, &registry);
    if (opened != ERROR_SUCCESS)
        return opened;
    const struct class_entry *classes = classes_all(&count);
    for (size_t i = 0; i < count; ++i)
        put_class(&registry, &classes[i], what->path);
    put_interfaces(&registry, what->path);
    put_library(&registry, what);
    if (!removing && registry.status != ERROR_SUCCESS)
        registry_undo(&registry);
    registry_close(&registry);
    return registry.status;
}

HRESULT registration_add(const struct registration *what) {
    LSTATUS status = put_all(what, true, false);
    if (status == ERROR_ACCESS_DENIED)
        status = put_all(what, false, false);
    return HRESULT_FROM_WIN32((DWORD)status);
}

/*
 * Whether the machine's entries have this module. Users may read them; who may not cannot say that they have
 * not.
 */
static bool machine_has(const struct registration *what) {
    struct registry registry = {.view = what->wide ? KEY_WOW64_64KEY : KEY_WOW64_32KEY};
    const LSTATUS status = RegOpenKeyExW(HKEY_LOCAL_MACHINE, L"Software\\Classes", 0,
                                         KEY_READ | registry.view, &registry.classes);
    if (status != ERROR_SUCCESS)
        return status == ERROR_ACCESS_DENIED;
    const bool has = serves(&registry, &proxy_clsid, what->path);
    registry_close(&registry);
    return has;
}

HRESULT registration_remove(const struct registration *what) {
    LSTATUS machine = put_all(what, true, true);
    LSTATUS user = put_all(what, false, true);
    if (machine == ERROR_ACCESS_DENIED && !machine_has(what))
        machine = ERROR_SUCCESS;
    if (user == ERROR_FILE_NOT_FOUND)
        user = ERROR_SUCCESS;
    return HRESULT_FROM_WIN32((DWORD)(machine != ERROR_SUCCESS ? machine : user));
}
