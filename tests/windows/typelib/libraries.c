/* The type libraries for the tests: see libraries.h. */
#include "libraries.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

/*
 * Parts by types.md, as the reference pages have them. What a part refers to is in it, too: commands,
 * buffers, the stream under them.
 */
static struct library libraries[LIBRARIES_COUNT] = {
    {"scardssp.tlb", "SCARDSSPLib", "82C38704-19F1-11D3-A11F-00C04F79F800", true, {NULL}, {NULL}, NULL},
    {"scardssp.dll", "SCARDSSPLib", "82C38704-19F1-11D3-A11F-00C04F79F800", true, {NULL}, {NULL}, NULL},
    {"scardmgr.tlb",
     "SCARDMGRLib",
     "903BF6B2-3F0B-4323-82DD-009F16DE7218",
     false,
     {"ISCard", "ISCardEx", "ISCardDatabase", "ISCardLocate", "ISCardCmd", "IByteBuffer"},
     {"CSCard", "CSCardDatabase", "CSCardLocate"},
     NULL},
    {"scarddat.tlb",
     "SCARDDATLib",
     "257AA077-FA13-4DDC-968D-C3A6C7AF13EC",
     false,
     {"ISCardCmd", "ISCardTypeConv", "IByteBuffer"},
     {"CSCardCmd", "CSCardTypeConv"},
     NULL},
    {"scardsrv.tlb",
     "SCARDSRVLib",
     "5A01B342-E1A1-4E16-B40E-1E077604D364",
     false,
     {"ISCardISO7816", "ISCardCmd", "IByteBuffer"},
     {"CSCardISO7816"},
     NULL},
};

static wchar_t folder[MAX_PATH];

static void copy_path(const struct library *library, wchar_t out[2 * MAX_PATH]) {
    (void)swprintf(out, 2 * MAX_PATH, L"%ls\\%hs", folder, library->file);
}

static wchar_t temporary[MAX_PATH];

static bool make_folder(void) {
    const DWORD length = GetTempPathW(MAX_PATH, temporary);
    if (!length || length >= MAX_PATH || !GetTempFileNameW(temporary, L"tlb", 0, folder))
        return false;
    return DeleteFileW(folder) && CreateDirectoryW(folder, NULL);
}

static bool copy(const struct library *library, const char *from) {
    wchar_t given[MAX_PATH], to[2 * MAX_PATH];
    copy_path(library, to);
    (void)swprintf(given, MAX_PATH, L"%hs", from);
    const bool copied = CopyFileW(given, to, TRUE);
    if (!copied)
        (void)fprintf(stderr, "%s cannot be copied: %u\n", from, (unsigned)GetLastError());
    return copied;
}

static bool open_copy(struct library *library) {
    wchar_t path[2 * MAX_PATH];
    copy_path(library, path);
    const HRESULT hr = LoadTypeLibEx(path, REGKIND_NONE, &library->opened);
    if (FAILED(hr))
        (void)fprintf(stderr, "%s cannot be opened: %08X\n", library->file, (unsigned)hr);
    return SUCCEEDED(hr);
}

bool libraries_open(char **paths, int count) {
    bool good = count == LIBRARIES_COUNT && make_folder();
    for (size_t i = 0; good && i < LIBRARIES_COUNT; ++i)
        good = copy(&libraries[i], paths[i]);
    good = good && SetCurrentDirectoryW(temporary); /* where none of them is */
    for (size_t i = 0; good && i < LIBRARIES_COUNT; ++i)
        good = open_copy(&libraries[i]);
    return good;
}

void libraries_close(void) {
    wchar_t path[2 * MAX_PATH];
    for (size_t i = 0; i < LIBRARIES_COUNT; ++i) {
        if (libraries[i].opened)
            ITypeLib_Release(libraries[i].opened);
        libraries[i].opened = NULL;
        copy_path(&libraries[i], path);
        (void)DeleteFileW(path);
    }
    (void)RemoveDirectoryW(folder);
}

struct library *libraries_all(size_t *count) {
    *count = LIBRARIES_COUNT;
    return libraries;
}

/* Whether the name is one of these, of which the last is NULL. */
static bool is_one_of(const char *const *names, const char *name) {
    for (; *names; ++names)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

bool libraries_has(const struct library *library, const char *interface_name) {
    return library->whole || is_one_of(library->interfaces, interface_name);
}

bool libraries_has_class(const struct library *library, const char *class_name) {
    return library->whole || is_one_of(library->classes, class_name);
}
