/*
 * scardssp_provider.h on Windows: what the registry says of the classes of this library and of vendors'
 * profiles of cards, to programs of this one's width. Part of scard.exe; the system itself reads the registry
 * without us.
 */
#include "scardssp_provider.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#include "base/utf.h"
#include "module/classes.h"
#include "module/vendorprofiles.h"
#include "module/windows/registryprofiles.h"

#define PATH_ROOM 1024
#define KEY_ROOM 128
#define REASON_ROOM 160
#define BITS ((int)(8 * sizeof(void *)))

/* Where the system looks, the first one first. */
static const struct place {
    HKEY root;
    const char *name;
} places[] = {
    {HKEY_CURRENT_USER, "HKEY_CURRENT_USER"},
    {HKEY_LOCAL_MACHINE, "HKEY_LOCAL_MACHINE"},
};

struct visit {
    scardssp_provider_visitor visitor;
    void *user;
    bool done; /* the visitor has seen enough */
    HRESULT hr;
};

/* One class, as texts. */
struct subject {
    char *clsid, *progid, *name;
    char key[KEY_ROOM]; /* below the root of a place; ASCII */
};

static char *narrow(const wchar_t *text) {
    return utf8_from_wide(text, wcslen(text), NULL);
}

static bool subject_open(const struct class_entry *entry, struct subject *out) {
    wchar_t clsid[39];
    (void)StringFromGUID2(entry->clsid, clsid, 39);
    *out = (struct subject){narrow(clsid), narrow(entry->progid), narrow(entry->name), ""};
    if (!out->clsid || !out->progid || !out->name)
        return false;
    (void)snprintf(out->key, sizeof out->key, "Software\\Classes\\CLSID\\%s\\InprocServer32", out->clsid);
    return true;
}

static void subject_close(struct subject *subject) {
    free(subject->clsid);
    free(subject->progid);
    free(subject->name);
}

/* The library that stands at a place; false: none does. */
static bool read_library(const struct place *place, const struct subject *subject, wchar_t path[PATH_ROOM]) {
    wchar_t key[KEY_ROOM];
    DWORD size = PATH_ROOM * sizeof *path;
    (void)swprintf(key, KEY_ROOM, L"%hs", subject->key);
    return RegGetValueW(place->root, key, NULL, RRF_RT_REG_SZ, NULL, path, &size) == ERROR_SUCCESS && *path;
}

static void tell(struct visit *visit, const struct subject *subject, const char *file, const char *library,
                 uint32_t state, const char *reason) {
    const struct scardssp_provider provider = {.file = file,
                                               .clsid = subject->clsid,
                                               .progid = subject->progid,
                                               .name = subject->name,
                                               .library = library,
                                               .reason = reason,
                                               .state = state};
    visit->done = visit->visitor(visit->user, &provider) != 0;
}

/* What stands at one place. hidden: another one counts. */
static void visit_entry(struct visit *visit, const struct subject *subject, const struct place *place,
                        const wchar_t *path, bool hidden) {
    char file[KEY_ROOM + 32];
    char *library = narrow(path);
    if (!library) { /* not text: no name of a file that a program could have written */
        tell(visit, subject, place->name, NULL, SCARDSSP_PROVIDER_REFUSED,
             "the name of the library is no text");
        return;
    }
    (void)snprintf(file, sizeof file, "%s\\%s", place->name, subject->key);
    if (hidden)
        tell(visit, subject, file, library, SCARDSSP_PROVIDER_HIDDEN, "HKEY_CURRENT_USER has the same class");
    else if (wcspbrk(path, L"\\/") && GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES)
        tell(visit, subject, file, library, SCARDSSP_PROVIDER_FAILED,
             "the library is not there; register it again with regsvr32 where it is now");
    else
        tell(visit, subject, file, library, SCARDSSP_PROVIDER_USED, NULL);
    free(library);
}

static void visit_class(struct visit *visit, const struct class_entry *entry) {
    wchar_t path[PATH_ROOM];
    char reason[REASON_ROOM];
    struct subject subject;
    bool found = false;
    if (subject_open(entry, &subject)) {
        for (size_t i = 0; i < sizeof places / sizeof *places && !visit->done; ++i) {
            if (!read_library(&places[i], &subject, path))
                continue;
            visit_entry(visit, &subject, &places[i], path, found);
            found = true;
        }
        (void)snprintf(
            reason, sizeof reason,
            "not registered for programs of %d bits; call that system's regsvr32 with scardssp.dll", BITS);
        if (!found)
            tell(visit, &subject, subject.key, NULL, SCARDSSP_PROVIDER_FAILED, reason);
    } else {
        visit->hr = E_OUTOFMEMORY;
    }
    subject_close(&subject);
}

/* A profile of a vendor's, as its key says. */
static bool visit_profile(void *user, const struct registryprofile *profile) {
    struct visit *visit = user;
    char *const failure = profile->fault ? NULL : vendorprofiles_failure(profile->library, profile->name);
    const struct scardssp_provider provider = {.file = profile->key,
                                               .library = profile->library,
                                               .reason = profile->fault ? profile->fault : failure,
                                               .state = profile->hidden  ? SCARDSSP_PROVIDER_HIDDEN
                                                        : profile->fault ? SCARDSSP_PROVIDER_REFUSED
                                                        : failure        ? SCARDSSP_PROVIDER_FAILED
                                                                         : SCARDSSP_PROVIDER_USED,
                                               .profile = profile->name};
    visit->done = visit->visitor(visit->user, &provider) != 0;
    free(failure);
    return !visit->done;
}

HRESULT scardssp_profiles(void) {
    return vendorprofiles_refresh();
}

HRESULT scardssp_providers(scardssp_provider_visitor visitor, void *user) {
    struct visit visit = {.visitor = visitor, .user = user, .hr = S_OK};
    size_t count = 0;
    const struct class_entry *classes = classes_all(&count);
    if (!visitor)
        return E_POINTER;
    for (size_t i = 0; i < count && !visit.done && SUCCEEDED(visit.hr); ++i)
        visit_class(&visit, &classes[i]);
    if (SUCCEEDED(visit.hr) && !visit.done)
        registryprofiles_visit(visit_profile, &visit);
    return visit.hr;
}
